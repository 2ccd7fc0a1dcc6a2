using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// The hypotheses of a case that explain others, on the same object or on a dependency of it. They are computed once,
/// in time proportional to the hypotheses and the objects that their findings reach: a paste can hold 60,000 pods.
/// </summary>
internal sealed class Explanations
{
    private readonly Dictionary<(Fault, ResourceRef), List<Hypothesis>> effects = [];
    private readonly HashSet<(Fault, ResourceRef)> explained = [];

    /// <param name="hypotheses">The hypotheses of the case, one for each fault and resource.</param>
    /// <param name="topology">The dependencies of the objects.</param>
    public Explanations(IReadOnlyList<Hypothesis> hypotheses, Topology topology)
    {
        var sameObject = hypotheses.ToLookup(hypothesis => hypothesis.Resource.Object);
        var foundAt = hypotheses
            .SelectMany(cause => EndsOf(cause).Select(end => (End: end, Cause: cause)))
            .ToLookup(pair => pair.End, pair => pair.Cause);
        foreach (var effect in hypotheses)
        {
            var beside = sameObject[effect.Resource.Object];
            foreach (var cause in beside.Where(cause => ExplainsOnSameObject(cause, effect)))
                Add(cause, effect);
            foreach (var cause in CausesElsewhere(effect, foundAt, topology))
                Add(cause, effect);
        }
    }

    /// <summary>The hypotheses that <paramref name="cause"/> explains, in the order of the case.</summary>
    public IReadOnlyList<Hypothesis> EffectsOf(Hypothesis cause) => effects.GetValueOrDefault(KeyOf(cause)) ?? [];

    /// <summary>True if another hypothesis explains <paramref name="effect"/>.</summary>
    public bool IsExplained(Hypothesis effect) => explained.Contains(KeyOf(effect));

    private void Add(Hypothesis cause, Hypothesis effect)
    {
        if (!effects.TryGetValue(KeyOf(cause), out var known))
            effects[KeyOf(cause)] = known = [];
        known.Add(effect);
        explained.Add(KeyOf(effect));
    }

    private static (Fault, ResourceRef) KeyOf(Hypothesis hypothesis) => (hypothesis.Fault, hypothesis.Resource);

    /// <summary>The objects where a hypothesis can be reached: those of its findings and its own.</summary>
    private static IEnumerable<ResourceRef> EndsOf(Hypothesis cause) =>
        cause.Findings.Select(finding => finding.Resource.Object).Append(cause.Resource.Object).Distinct();

    private static bool ExplainsOnSameObject(Hypothesis cause, Hypothesis effect) =>
        !ReferenceEquals(cause, effect)
        && SameContainer(cause.Resource, effect.Resource)
        && CausalGraph.CanCause(cause.Fault, effect.Fault, sameObject: true);

    private static IEnumerable<Hypothesis> CausesElsewhere(
        Hypothesis effect,
        ILookup<ResourceRef, Hypothesis> foundAt,
        Topology topology
    ) =>
        effect
            .Findings.SelectMany(finding =>
                topology
                    .Reach(finding.Resource)
                    .SelectMany(reached =>
                        foundAt[reached.Key]
                            .Where(cause => CanSpread(cause, effect) && CanCarry(finding, reached.Value))
                    )
            )
            .DistinctBy(KeyOf);

    private static bool CanSpread(Hypothesis cause, Hypothesis effect) =>
        cause.Resource.Object != effect.Resource.Object
        && CausalGraph.CanCause(cause.Fault, effect.Fault, sameObject: false);

    private static bool SameContainer(ResourceRef a, ResourceRef b) =>
        a.Container is null || b.Container is null || a.Container == b.Container;

    /// <summary>
    /// True if a path can carry the effect. A call of a Service explains a failure only if the finding is about the
    /// call. Any other dependency (a node, a volume, the pods behind a Service) explains it in any case.
    /// </summary>
    private static bool CanCarry(Finding effect, Topology.Path path)
    {
        var called = path.Objects.Skip(1).FirstOrDefault(resource => resource.Kind == "Service");
        if (called is null || path.Objects[0].Kind != "Pod" || effect.Fault is not { } fault)
            return true;
        return fault.StartsWith("network.", StringComparison.Ordinal)
            || fault
                is ApplicationFaults.Hang
                    or ApplicationFaults.ErrorRate
                    or ResourceFaults.CpuThrottled
            || fault.EndsWith("-probe-wrong", StringComparison.Ordinal)
            || effect.Source.EndsWith(".exitCode", StringComparison.Ordinal)
            || effect.Quote.Contains(called.Name, StringComparison.OrdinalIgnoreCase)
            || Complaints.Any(word => effect.Quote.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Words in log lines about failed calls.</summary>
    private static readonly string[] Complaints =
    [
        "connect",
        "timeout",
        "timed out",
        "refused",
        "unreachable",
        "upstream",
        "unavailable",
    ];
}
