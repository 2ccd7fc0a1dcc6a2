using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>The place where an <see cref="Observation"/> was read.</summary>
public enum ObservationKind
{
    /// <summary>A line of a container's log, or of the output of another tool.</summary>
    Log,

    /// <summary>An event; the qualifier is its reason.</summary>
    Event,

    /// <summary>A condition of an object; the qualifier is its type.</summary>
    Condition,

    /// <summary>A container that waits; the qualifier is the reason.</summary>
    Waiting,

    /// <summary>The exit code of a container.</summary>
    Exit,

    /// <summary>The image of a container.</summary>
    Image,

    /// <summary>The kind of an object.</summary>
    Kind,
}

/// <summary>A fact as it was read, before anything is judged. Known failures are matched on observations.</summary>
/// <param name="Kind">Where it was read.</param>
/// <param name="Resource">The object with its container; null for text of no known object.</param>
/// <param name="Source">"event REASON", "log of the previous run" or a field path.</param>
/// <param name="Text">One line of untrusted, redacted text.</param>
public sealed record Observation(ObservationKind Kind, ResourceRef? Resource, string Source, string Text)
{
    /// <summary>The reason of an event or a waiting container, or the type of a condition; else empty.</summary>
    public string Qualifier { get; init; } = "";

    public DateTimeOffset? At { get; init; }

    /// <summary>The share of its weight that a fact has here, 0 to 1: less in a run that goes well.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>True if the text is a message, and not a code or name.</summary>
    public bool IsText => Kind is not (ObservationKind.Exit or ObservationKind.Image or ObservationKind.Kind);
}
