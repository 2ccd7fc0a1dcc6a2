using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// Collects the conditions that hold, by workload, while observations are read; then derives the failures.
/// </summary>
internal sealed class KnowledgeSearch
{
    private readonly Dictionary<(ResourceRef? Workload, FailureCondition Condition), ConditionMatch> held = [];
    private readonly Dictionary<(ResourceRef? Workload, string Id), KnownFailure> candidates = [];

    /// <summary>Notes a condition if the observation satisfies it; of several the most telling counts.</summary>
    public void Try(ResourceRef? workload, KnownFailure failure, FailureCondition condition, Observation observation)
    {
        if (condition.Match(observation) is not { } slots)
            return;
        if (!held.TryGetValue((workload, condition), out var known) || known.Observation.Factor < observation.Factor)
            held[(workload, condition)] = new(observation, slots);
        // A code, image or kind alone shows nothing.
        if (observation.IsText)
            candidates.TryAdd((workload, failure.Id), failure);
    }

    public IReadOnlyList<FailureMatch> Matches() =>
        [
            .. candidates
                .Select(candidate => candidate.Value.Match(condition => At(candidate.Key.Workload, condition)))
                .OfType<FailureMatch>()
                .DistinctBy(match => (match.Failure.Id, match.Decisive)),
        ];

    /// <summary>Text of no known object counts for each workload.</summary>
    private ConditionMatch? At(ResourceRef? workload, FailureCondition condition) =>
        held.GetValueOrDefault((workload, condition)) ?? held.GetValueOrDefault((null, condition));
}
