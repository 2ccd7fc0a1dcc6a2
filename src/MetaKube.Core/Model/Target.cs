namespace MetaKube.Model;

/// <summary>
/// The target of a symptom: one object, a namespace or the whole cluster. A name that fits several objects, or none,
/// leaves it unresolved: a person has to say which object is meant.
/// </summary>
public sealed record Target
{
    /// <summary>The object that the symptom is about; null where it is about a namespace or the cluster.</summary>
    public ResourceRef? Object { get; init; }

    /// <summary>
    /// The namespace to which the symptom is limited. With neither an object nor a namespace the target is the whole
    /// cluster.
    /// </summary>
    public string? Namespace { get; init; }

    /// <summary>Objects that the symptom's words fit equally well.</summary>
    public IReadOnlyList<ResourceRef> Candidates { get; init; } = [];

    /// <summary>A name among the symptom's words that no object has, redacted; null where there is none.</summary>
    public string? NotFound { get; init; }

    /// <summary>False where the symptom names several objects, or one that does not exist.</summary>
    public bool IsResolved => Candidates.Count == 0 && NotFound is null;
}
