namespace MetaKube.Model;

/// <summary>
/// All facts gathered for one symptom, ready to be judged: redacted, bounded, and complete except for the named gaps.
/// </summary>
public sealed record Evidence
{
    /// <summary>The cluster that it speaks of.</summary>
    public required string Cluster { get; init; }

    /// <summary>
    /// The object that the question is about; null when it is about <see cref="Scope"/>, or when it could not be told.
    /// </summary>
    public ResourceRef? Target { get; init; }

    /// <summary>
    /// The namespace that a question without a resource is about; null with no target means the whole cluster.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>Objects that the question's words fit equally well: to be listed, not guessed.</summary>
    public IReadOnlyList<ResourceRef> Candidates { get; init; } = [];

    /// <summary>A name in the question that no object has, or null.</summary>
    public string? NotFound { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required Topology Topology { get; init; }

    /// <summary>What was looked at, in words, for an answer of "none".</summary>
    public IReadOnlyList<string> Checked { get; init; } = [];

    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>Reads more about the objects of this case; null where all there is was read.</summary>
    public EvidenceReader? Reader { get; init; }

    /// <summary>Object names seen, so that memory can compare failures without them.</summary>
    public IReadOnlySet<string> Names { get; init; } = new HashSet<string>();
}
