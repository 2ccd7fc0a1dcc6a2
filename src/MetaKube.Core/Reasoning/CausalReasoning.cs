using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// Derives root causes from findings over the live topology. Findings with a fault become hypotheses; a hypothesis that
/// no other one explains is a root.
/// </summary>
public sealed class CausalReasoning
{
    /// <summary>The factor by which each hop from the target lowers a score.</summary>
    private const double HopDiscount = 0.9;

    /// <summary>The share of the remaining doubt that each further source of findings removes.</summary>
    private const double Corroboration = 0.2;

    /// <summary>The factor for the weight of a fault that failed in this case before.</summary>
    private const double Contraindicated = 0.5;

    private readonly IReadOnlyDictionary<ResourceRef, Topology.Path>? reach;
    private readonly Explanations explanations;

    /// <summary>Judges the evidence alone, without memory.</summary>
    public CausalReasoning(Evidence evidence)
    {
        Evidence = evidence;
        reach = evidence.Target.Object is { } target ? evidence.Topology.Reach(target) : null;
        Abnormal = [.. evidence.Findings.Where(finding => !finding.IsChange && IsInReach(finding))];
        Hypotheses =
        [
            .. Abnormal
                .Where(finding => finding.Fault is not null)
                .GroupBy(finding => (finding.Fault, Resource: Locate(finding)))
                .Select(group => Hypothesise(FaultCatalogue.Get(group.Key.Fault!), group.Key.Resource, [.. group])),
        ];
        explanations = new(Hypotheses, evidence.Topology);
        (Chains, Roots) = Rank(FindRoots(), MemoryPrior.None);
    }

    /// <summary>The same case with its hypotheses weighed by memory as well.</summary>
    private CausalReasoning(CausalReasoning unweighed, MemoryPrior memory)
    {
        Evidence = unweighed.Evidence;
        reach = unweighed.reach;
        explanations = unweighed.explanations;
        Abnormal = unweighed.Abnormal;
        Hypothesis Weigh(Hypothesis hypothesis) =>
            memory.FailedFaults.Contains(hypothesis.Fault.Code)
                ? hypothesis with
                {
                    Weight = hypothesis.Weight * Contraindicated,
                }
                : hypothesis;
        Hypotheses = [.. unweighed.Hypotheses.Select(Weigh)];
        // Weights do not change which hypothesis explains another, so the roots stay the same.
        var roots = unweighed.Roots.ToHashSet();
        (Chains, Roots) = Rank([.. unweighed.Hypotheses.Where(roots.Contains).Select(Weigh)], memory);
    }

    /// <summary>
    /// The same case, weighed by memory as well: a fault that failed in this case before loses half of its weight, and
    /// memory decides among roots that the evidence supports equally.
    /// </summary>
    public CausalReasoning With(MemoryPrior memory) =>
        memory.FailedFaults.Count == 0 && memory.Causes.Count == 0 ? this : new(this, memory);

    /// <summary>The case.</summary>
    public Evidence Evidence { get; }

    /// <summary>All hypotheses within reach of the target.</summary>
    public IReadOnlyList<Hypothesis> Hypotheses { get; }

    /// <summary>The hypotheses that no other one explains, highest score first.</summary>
    public IReadOnlyList<Hypothesis> Roots { get; }

    /// <summary>The causal chains to the best roots, ranked by Eq 5.</summary>
    public IReadOnlyList<CausalChain> Chains { get; }

    /// <summary>Every finding within reach of the target.</summary>
    public IReadOnlyList<Finding> Abnormal { get; }

    /// <summary>Changes of a workload shortly before it began to fail, latest first.</summary>
    public IReadOnlyList<Finding> ChangesOf(ResourceRef workload) =>
        [
            .. Evidence
                .Findings.Where(finding =>
                    finding.IsChange && Evidence.Topology.Controller(finding.Resource) == workload.Object
                )
                .OrderByDescending(finding => finding.At),
        ];

    /// <summary>The abnormal findings without a fault.</summary>
    public IReadOnlyList<Finding> Symptoms => [.. Abnormal.Where(finding => finding.Fault is null)];

    /// <summary>
    /// The symptoms that no root explains, neither on the same workload nor on its dependencies; highest weight first.
    /// </summary>
    public IEnumerable<Finding> Unexplained
    {
        get
        {
            var failed = Roots.Select(root => root.Resource.Object).ToHashSet();
            var seen = Roots.SelectMany(root => root.Findings).Select(finding => finding.Resource.Object).ToHashSet();
            return Symptoms
                .Where(symptom =>
                    !failed.Contains(Evidence.Topology.Controller(symptom.Resource))
                    && !Evidence.Topology.Reach(symptom.Resource).Keys.Any(seen.Contains)
                )
                .OrderByDescending(symptom => symptom.Weight);
        }
    }

    /// <summary>
    /// The score of a root, 0 to 1. With a target, its weight is discounted by hops; without one, a root that explains
    /// more hypotheses scores higher.
    /// </summary>
    public double Score(Hypothesis root)
    {
        if (reach is not null)
            return root.Weight * Math.Pow(HopDiscount, Hops(root));
        // Without a target, the problem that explains most others comes first.
        return root.Weight * (1 + 0.1 * Math.Min(explanations.EffectsOf(root).Count, 5)) / 1.5;
    }

    /// <summary>
    /// The path from the target, or from a hypothesis that the root explains, to the root; effect first.
    /// </summary>
    public IReadOnlyList<ResourceRef> PathTo(Hypothesis root)
    {
        var end = root.Decisive.Resource.Object;
        if (reach is not null)
            return reach.TryGetValue(end, out var path) ? path.Objects : [end];
        return explanations.EffectsOf(root)
                .SelectMany(other => other.Findings)
                .Select(finding => Evidence.Topology.Reach(finding.Resource).GetValueOrDefault(end)?.Objects)
                .OfType<IReadOnlyList<ResourceRef>>()
                .OrderByDescending(objects => objects.Count)
                .FirstOrDefault()
            ?? [Evidence.Topology.Controller(end), end];
    }

    private bool IsInReach(Finding finding) => reach is null || reach.ContainsKey(finding.Resource.Object);

    private int Hops(Hypothesis root) => root.Findings.Min(finding => reach![finding.Resource.Object].Hops);

    /// <summary>The resource that has to change: the controller of a pod, with the same container.</summary>
    private ResourceRef Locate(Finding finding) =>
        Evidence.Topology.Controller(finding.Resource) with
        {
            Container = finding.Resource.Container,
        };

    private (IReadOnlyList<CausalChain> Chains, IReadOnlyList<Hypothesis> Roots) Rank(
        IReadOnlyList<Hypothesis> roots,
        MemoryPrior memory
    )
    {
        var chains = ChainSearch.Rank(roots.Select(root => (root, PathTo(root), Score(root))), memory);
        double? PriorityOf(Hypothesis root) =>
            chains.FirstOrDefault(chain => chain.Fault == root.Fault.Code && chain.Resource == root.Resource)?.Priority;
        return (
            chains,
            [.. roots.OrderByDescending(Score).ThenByDescending(PriorityOf).ThenByDescending(root => root.Decisive.At)]
        );
    }

    private static Hypothesis Hypothesise(Fault fault, ResourceRef resource, IReadOnlyList<Finding> findings)
    {
        var kinds = findings.Select(finding => finding.Source).Distinct().Count();
        var weight = 1 - (1 - findings.Max(finding => finding.Weight)) * Math.Pow(1 - Corroboration, kinds - 1);
        return new(fault, resource, findings, weight);
    }

    private IReadOnlyList<Hypothesis> FindRoots()
    {
        var roots = Hypotheses
            .Where(effect => !explanations.IsExplained(effect) && AffectsTarget(effect))
            .ToList();
        // Services that wait for each other explain one another in a cycle. Then all of them are roots.
        return roots.Count > 0 ? roots : [.. Hypotheses.Where(AffectsTarget)];
    }

    /// <summary>
    /// True if the hypothesis affects the target. A node's trouble counts only if it explains another hypothesis, or if
    /// the question is about the node or the whole cluster.
    /// </summary>
    private bool AffectsTarget(Hypothesis hypothesis) =>
        hypothesis.Resource.Kind != "Node"
        || hypothesis.Resource == Evidence.Target.Object
        || Evidence.Target is { Object: null, Namespace: null }
        || explanations.EffectsOf(hypothesis).Count > 0
        || CausalGraph.HurtsCluster(hypothesis.Fault.Code)
        || CausalGraph.HurtsWholeNode(hypothesis.Fault.Code)
            && (Evidence.Target.Object is null || Abnormal.Any(finding => finding.Resource.Kind != "Node"));
}
