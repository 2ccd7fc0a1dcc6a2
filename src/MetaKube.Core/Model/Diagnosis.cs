using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>A root cause with its evidence and remedies, or the answer "unknown" or "none".</summary>
public sealed record Diagnosis
{
    /// <summary>The evidence does not decide.</summary>
    public const string Unknown = "unknown";

    /// <summary>Nothing is wrong with the target.</summary>
    public const string None = "none";

    /// <summary>
    /// A catalogue code, the code of a known failure or of an open cause, <see cref="Unknown"/> or <see cref="None"/>.
    /// </summary>
    public required string Fault { get; init; }

    /// <summary>The open cause that <see cref="Fault"/> is the code of, or null.</summary>
    public OpenCause? Open { get; init; }

    /// <summary>The catalogue's category, lower case; null for unknown, none and open causes.</summary>
    public string? Category { get; init; }

    /// <summary>One sentence.</summary>
    public required string RootCause { get; init; }

    /// <summary>The resource that has to change: a controller rather than its pod.</summary>
    public ResourceRef? Resource { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The causal chain, from the cause to the target.</summary>
    public IReadOnlyList<ChainLink> Chain { get; init; } = [];

    /// <summary>The findings that support it.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    public IReadOnlyList<string> Prevention { get; init; } = [];

    public IReadOnlyList<Alternative> Alternatives { get; init; } = [];

    public bool NamesACause => Fault is not (Unknown or None);
}

/// <summary>One step of a causal chain: an object and its part in the failure.</summary>
public sealed record ChainLink(ResourceRef Resource, [property: JsonPropertyName("says")] string Description);

/// <summary>Another possible cause with its confidence, 0 to 1.</summary>
public sealed record Alternative(string Fault, ResourceRef Resource, double Confidence)
{
    /// <summary>The open cause that the fault is the code of, or null.</summary>
    public OpenCause? Open { get; init; }
}

/// <summary>A further problem that is independent of the diagnosis.</summary>
public sealed record OtherProblem(string Fault, ResourceRef Resource, string RootCause);
