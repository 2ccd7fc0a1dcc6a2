using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// Collects the conditions that hold, by workload, while observations are read; then derives the signs that are shown.
/// </summary>
internal sealed class KnowledgeSearch
{
    private readonly Dictionary<(ResourceRef? Workload, FailureCondition Condition), ConditionMatch> held = [];
    private readonly HashSet<(ResourceRef? Workload, Signs Signs)> candidates = [];

    /// <summary>Notes a condition if the observation satisfies it; of several the most telling counts.</summary>
    public void Try(ResourceRef? workload, IndexedCondition indexed, Observation observation)
    {
        var condition = indexed.Condition;
        if (condition.Match(observation) is not { } slots)
            return;
        if (!held.TryGetValue((workload, condition), out var known) || known.Observation.Factor < observation.Factor)
            held[(workload, condition)] = new(observation, slots);
        // A code, image or kind alone shows nothing.
        if (observation.IsText)
            candidates.Add((workload, indexed.Signs));
    }

    public IReadOnlyList<SignMatch> Matches() =>
        [
            .. candidates
                .Select(candidate => candidate.Signs.Match(condition => At(candidate.Workload, condition)))
                .OfType<SignMatch>()
                .DistinctBy(match => (match.Signs, match.Decisive)),
        ];

    /// <summary>Text of no known object counts for each workload.</summary>
    private ConditionMatch? At(ResourceRef? workload, FailureCondition condition) =>
        held.GetValueOrDefault((workload, condition)) ?? held.GetValueOrDefault((null, condition));
}
