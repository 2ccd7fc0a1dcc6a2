using System.Text.Json.Serialization;

namespace MetaKube.Faults;

/// <summary>
/// The observations by which a known failure, or the case for a runbook, is recognised. All have to hold at one
/// workload.
/// </summary>
public sealed record Signs
{
    /// <summary>Each of these has to hold.</summary>
    public IReadOnlyList<FailureCondition> All { get; init; } = [];

    /// <summary>At least one of these has to hold, unless there is none.</summary>
    public IReadOnlyList<FailureCondition> Any { get; init; } = [];

    /// <summary>None of these may hold.</summary>
    public IReadOnlyList<FailureCondition> None { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<FailureCondition> Conditions => All.Concat(Any).Concat(None);

    /// <summary>The conditions on text, of which each match names a line.</summary>
    [JsonIgnore]
    public IEnumerable<FailureCondition> Texts => All.Concat(Any).Where(condition => condition.Pattern is not null);

    /// <summary>The match, or null if not all conditions hold.</summary>
    /// <param name="seen">The observation that satisfies a condition, or null.</param>
    public SignMatch? Match(Func<FailureCondition, ConditionMatch?> seen)
    {
        var matches = new List<ConditionMatch>();
        foreach (var condition in All)
        {
            if (seen(condition) is not { } match)
                return null;
            matches.Add(match);
        }
        var any = Any.Select(seen).OfType<ConditionMatch>().ToList();
        if (Any.Count > 0 && any.Count == 0 || None.Any(condition => seen(condition) is not null))
            return null;
        matches.AddRange(any);
        var decisive = matches
            .Select(match => match.Observation)
            .Where(observation => observation.IsText)
            .MaxBy(observation => observation.Factor);
        if (decisive is null)
            return null;
        var slots = matches
            .SelectMany(match => match.Slots)
            .GroupBy(slot => slot.Key)
            .ToDictionary(slot => slot.Key, slot => slot.First().Value);
        return new(this, decisive, slots);
    }
}

/// <summary>Signs that the observations show.</summary>
/// <param name="Signs">The signs.</param>
/// <param name="Decisive">The most telling observation.</param>
/// <param name="Slots">Values by slot name, from untrusted text.</param>
public sealed record SignMatch(Signs Signs, Observation Decisive, IReadOnlyDictionary<string, string> Slots);
