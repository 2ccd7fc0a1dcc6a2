namespace MetaKube.Model;

/// <summary>
/// One fact that an inspector judged abnormal, with the field it was read from and the words found there.
/// </summary>
public sealed record Finding
{
    /// <summary>Unique within one investigation, such as "f3"; a diagnosis cites findings by it.</summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// The catalogue code that this fact speaks for, or null where it is only a symptom (CrashLoopBackOff, NotReady).
    /// </summary>
    public string? Fault { get; init; }

    public required ResourceRef Resource { get; init; }

    /// <summary>
    /// The object that the fact is about where that is another one, such as the Secret that does not exist.
    /// </summary>
    public ResourceRef? About { get; init; }

    /// <summary>What is wrong with <see cref="About"/>, as the start of the causal chain says it.</summary>
    public string AboutSays { get; init; } = "does not exist";

    /// <summary>One sentence without a full stop, starting in lower case unless with a name.</summary>
    public required string Summary { get; init; }

    /// <summary>Where it was read: a field path, "event REASON" or "log of the previous run".</summary>
    public required string Source { get; init; }

    /// <summary>The words found there: untrusted, redacted, one line.</summary>
    public required string Quote { get; init; }

    /// <summary>
    /// How decisive the fact is, 0 to 1: object state about 0.95, an event 0.9, a log line 0.5 to 0.8.
    /// </summary>
    public double Weight { get; init; } = 0.9;

    /// <summary>
    /// A change shortly before the failure: neither a fault nor abnormal by itself, but what a person would look at
    /// first.
    /// </summary>
    public bool IsChange { get; init; }

    /// <summary>When it happened, where the source says so.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Names and values for remedies ("secret" = "db-credentials"); a remedy that needs one that is not here is not
    /// offered.
    /// </summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
