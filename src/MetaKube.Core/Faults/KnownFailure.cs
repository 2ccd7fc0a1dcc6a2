using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// A failure of a component that is described as data: the observations that have to be there, and the cause that
/// follows from them.
/// </summary>
public sealed record KnownFailure
{
    /// <summary>The prefix of its fault code.</summary>
    public const string Prefix = "known.";

    /// <summary>The first words of a remedy that only confirms the cause.</summary>
    public const string ConfirmFirst = "Confirm it first; this only reads.";

    /// <summary>True if a fault code is that of a known failure.</summary>
    public static bool IsCode(string code) => code.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Words with hyphens, unique in the library: "mongodb-no-avx".</summary>
    public required string Id { get; init; }

    /// <summary>The program or part of the cluster, as its makers write it.</summary>
    public required string Component { get; init; }

    /// <summary>The file that describes it.</summary>
    public string Origin { get; init; } = "";

    /// <summary>True if the team wrote it: it comes before those that the program brings along.</summary>
    public bool IsOfTheTeam { get; init; }

    /// <summary>The versions that have it, in words; empty for all.</summary>
    public string Versions { get; init; } = "";

    /// <summary>The code of the catalogue's fault that this is a case of, or null.</summary>
    public string? Refines { get; init; }

    /// <summary>
    /// The code that a diagnosis names: the catalogue's where there is one, so that memory and people compare cases of
    /// one fault.
    /// </summary>
    public string Code => Refines ?? Prefix + Id;

    /// <summary>The observations that show it.</summary>
    public required Signs When { get; init; }

    /// <summary>The cause in one sentence without a full stop; {slots} are filled from the observations.</summary>
    public required string Cause { get; init; }

    /// <summary>How decisive it is, 0 to 1.</summary>
    public double Weight { get; init; } = 0.85;

    /// <summary>
    /// The description as a fault, whose code is <see cref="Prefix"/> and the id. It is read when it is first asked
    /// for: a question needs those of very few failures.
    /// </summary>
    public required Lazy<Fault> Description { get; init; }

    public Fault Fault => Description.Value;
}

/// <summary>A known failure that the evidence shows.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="Decisive">The observation that shows it.</param>
/// <param name="Slots">Values by slot name, from untrusted text.</param>
public sealed partial record FailureMatch(
    KnownFailure Failure,
    Observation Decisive,
    IReadOnlyDictionary<string, string> Slots
)
{
    private static readonly string[] NamesOfTheObject = ["container", "name", "node", "pod", "workload"];

    /// <summary>The slots of the cause that nothing filled; a cause with one is not shown as it is.</summary>
    public IEnumerable<string> UnfilledSlots =>
        Slot()
            .Matches(Failure.Cause)
            .Select(match => match.Groups[1].Value)
            .Where(name => !Slots.ContainsKey(name) && !NamesOfTheObject.Contains(name));

    /// <summary>The cause with its slots filled.</summary>
    /// <param name="resource">The object that the observation is about.</param>
    public string CauseAt(ResourceRef resource) =>
        Slot()
            .Replace(
                Failure.Cause,
                match =>
                    Slots.GetValueOrDefault(match.Groups[1].Value)
                    ?? (match.Groups[1].Value == "container" ? resource.Container ?? "its container" : resource.Name)
            );

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Slot();
}
