using System.Text.Json.Serialization;

namespace MetaKube.Faults;

/// <summary>A root cause of the catalogue: a cause, never a symptom. A published code never changes.</summary>
public sealed record Fault(
    string Code,
    FaultCategory Category,
    string Title,
    IReadOnlyList<RemedyTemplate> Remedies,
    IReadOnlyList<string> Prevention
)
{
    /// <summary>
    /// The vagueness of this fault, from 0 (it names the setting to change) to 4 (something failed). On one object a
    /// more specific fault explains a vaguer one.
    /// </summary>
    public int Vagueness { get; init; }

    /// <summary>True if it says little more than that something failed.</summary>
    [JsonIgnore]
    public bool IsVague => Vagueness >= 2;

    /// <summary>Why it happens, in a few sentences; empty for a fault whose title says it.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>True if a fault of a dependency can produce this fault.</summary>
    [JsonIgnore]
    public bool IsConsequence => Vagueness > 0;
}
