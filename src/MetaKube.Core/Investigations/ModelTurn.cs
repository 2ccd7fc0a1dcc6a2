using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>What a model said in one turn, as far as it is in the closed world of the case.</summary>
public abstract record ModelTurn
{
    /// <summary>It wants to see more.</summary>
    public sealed record Asks(EvidenceRequest Request) : ModelTurn;

    /// <summary>
    /// It has decided: a catalogue code or <see cref="Diagnosis.Unknown"/>, where, and the findings that it cites.
    /// </summary>
    public sealed record Concludes(string Fault, ResourceRef Resource, IReadOnlyList<Finding> Findings) : ModelTurn;

    /// <summary>It is not in the format, or speaks of what the case does not have.</summary>
    public sealed record Unreadable(string Why) : ModelTurn;
}
