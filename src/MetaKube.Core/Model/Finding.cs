using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>A fact that an inspector judged abnormal, with the field it was read from and a quote.</summary>
public sealed record Finding
{
    /// <summary>Unique within one investigation, such as "f3"; a diagnosis cites findings by it.</summary>
    public string Id { get; init; } = "";

    /// <summary>The fault code that this fact supports; null for a mere symptom (CrashLoopBackOff, NotReady).</summary>
    public string? Fault { get; init; }

    public required ResourceRef Resource { get; init; }

    /// <summary>Another object that the fact is about, such as the Secret that does not exist; else null.</summary>
    public ResourceRef? About { get; init; }

    /// <summary>The problem of <see cref="About"/>, for the start of the causal chain.</summary>
    [JsonPropertyName("aboutSays")]
    public string AboutDescription { get; init; } = "does not exist";

    /// <summary>One sentence without a full stop; it starts in lower case, except with a name.</summary>
    public required string Summary { get; init; }

    /// <summary>The source: a field path, "event REASON" or "log of the previous run".</summary>
    public required string Source { get; init; }

    /// <summary>One line of untrusted, redacted text from the source.</summary>
    public required string Quote { get; init; }

    /// <summary>
    /// The weight of the fact, 0 to 1: about 0.95 for object state, 0.9 for an event, 0.5 to 0.8 for a log line.
    /// </summary>
    public double Weight { get; init; } = 0.9;

    /// <summary>
    /// True if this is a change shortly before the failure. A change is not abnormal by itself, but the first thing
    /// that a person would look at.
    /// </summary>
    public bool IsChange { get; init; }

    /// <summary>The id of the known failure that the fact shows, or null.</summary>
    public string? Knowledge { get; init; }

    /// <summary>True if the question or an alert tells the fact, and nothing that was read shows it.</summary>
    public bool IsTold { get; init; }

    /// <summary>The time of the fact, if the source has one.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Values for remedies by placeholder name ("secret" = "db-credentials"). A remedy is offered only if all of its
    /// placeholders have values.
    /// </summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
