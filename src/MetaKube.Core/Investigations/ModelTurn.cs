using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>One parsed turn of a model; it refers only to objects, faults and findings of the case.</summary>
public abstract record ModelTurn
{
    /// <summary>The model requests more evidence.</summary>
    public sealed record Asks(EvidenceRequest Request) : ModelTurn;

    /// <summary>
    /// The decision: a fault code or <see cref="Diagnosis.Unknown"/>, the resource, and the cited findings.
    /// </summary>
    public sealed record Concludes(string Fault, ResourceRef Resource, IReadOnlyList<Finding> Findings) : ModelTurn;

    /// <summary>The turn breaks the format or refers to something outside the case.</summary>
    public sealed record Unreadable(string Why) : ModelTurn;
}
