namespace MetaKube.Faults;

/// <summary>
/// A root cause of the closed vocabulary: a cause, never a symptom; its code never changes once published.
/// </summary>
public sealed record Fault(
    string Code,
    FaultCategory Category,
    string Title,
    IReadOnlyList<RemedyTemplate> Remedies,
    IReadOnlyList<string> Prevention
)
{
    /// <summary>
    /// How much this code leaves open, 0 (names the very thing to change) to 4 (only says that something failed):
    /// on one object a vaguer fault is explained by a sharper one.
    /// </summary>
    public int Vagueness { get; init; }

    /// <summary>Whether a failure of something that the object depends on may produce this fault.</summary>
    public bool IsConsequence => Vagueness > 0;
}
