namespace MetaKube.Model;

/// <summary>
/// A fact that was read and is not as it should be, whether or not its cause is known. An inspector makes findings of
/// those that it understands; the rest is shown to a person.
/// </summary>
public sealed record Signal
{
    /// <summary>The strength from which a signal contradicts "nothing abnormal"; weaker ones are remarks.</summary>
    public const double Telling = 0.5;

    /// <summary>Unique within one investigation, such as "s1"; the strongest is the first.</summary>
    public string Id { get; init; } = "";

    public required SignalKind Kind { get; init; }

    /// <summary>The object, with the container if it is known; null for text of no known object.</summary>
    public ResourceRef? Resource { get; init; }

    /// <summary>The source: a field path, "event REASON" or "log of the previous run".</summary>
    public required string Source { get; init; }

    /// <summary>A few words of ours without a full stop: "an error in the log".</summary>
    public required string Summary { get; init; }

    /// <summary>One line of untrusted, redacted text, as it was read.</summary>
    public required string Quote { get; init; }

    /// <summary>The quote without links and mentions, short enough for a sentence.</summary>
    public string Excerpt { get; init; } = "";

    /// <summary>The time of the latest occurrence, if the source has one.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// 0 to 1, from severity, recency, rarity, nearness to the target, and the source's authority.
    /// </summary>
    public required double Strength { get; init; }

    /// <summary>The number of occurrences of the same message, at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>A kubectl command that only reads and shows more of it; null where no name is known.</summary>
    public string? Command { get; init; }

    /// <summary>True if the quote is a message, and not only a state or a number.</summary>
    public bool SaysWhy { get; init; } = true;

    public bool IsTelling => Strength >= Telling;
}
