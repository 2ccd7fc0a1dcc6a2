using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>PodDisruptionBudgets that block a drain.</summary>
internal sealed class DisruptionInspector : IInspector
{
    public InspectionResult Inspect(InspectionContext context)
    {
        var cordoned = context.Snapshot.All<V1Node>().Where(node => node.Spec?.Unschedulable == true).ToList();
        var names = cordoned.Select(node => node.Metadata.Name).ToHashSet();
        var budgets = context
            .Snapshot.All<V1PodDisruptionBudget>()
            .Select(budget => (Budget: budget, IsDraining: IsDraining(context.Snapshot, budget, names)))
            .ToList();
        return new(
            budgets.Select(item => Judge(context, item.Budget, item.IsDraining)).OfType<Finding>(),
            // A question about a cordoned node asks why its pods stay.
            from item in budgets
            where item.IsDraining
            from node in context.Snapshot.All<V1Node>()
            where context.IsAskedAbout(InspectionContext.Ref(node))
            select new TopologyEdge(InspectionContext.Ref(node), InspectionContext.Ref(item.Budget), Relation.DependsOn)
        );
    }

    /// <summary>True if the budget covers a pod on a cordoned node.</summary>
    private static bool IsDraining(ClusterSnapshot snapshot, V1PodDisruptionBudget budget, HashSet<string> cordoned) =>
        snapshot
            .In<V1Pod>(budget.Metadata.NamespaceProperty)
            .Any(pod =>
                cordoned.Contains(pod.Spec?.NodeName ?? "")
                && Selectors.Matches(budget.Spec?.Selector, pod.Metadata.Labels)
            );

    private static bool IsACordonedNodeAskedAbout(InspectionContext context) =>
        context
            .Snapshot.All<V1Node>()
            .Any(node => node.Spec?.Unschedulable == true && context.IsAskedAbout(InspectionContext.Ref(node)));

    /// <summary>
    /// A budget that allows no disruption is normal, unless a node is drained or the question is about the budget.
    /// </summary>
    private static Finding? Judge(InspectionContext context, V1PodDisruptionBudget budget, bool isDraining)
    {
        var isAskedAbout = context.IsAskedAbout(InspectionContext.Ref(budget));
        if (budget.Status is not { DisruptionsAllowed: 0, ExpectedPods: > 0 } status || !isAskedAbout && !isDraining)
            return null;
        // Too few pods are healthy: by default not even a broken one may go.
        var keepsBroken =
            status.CurrentHealthy < status.DesiredHealthy && budget.Spec?.UnhealthyPodEvictionPolicy != "AlwaysAllow";
        // Why its pods are unhealthy matters more, unless the drain is asked about.
        var isAboutDrain = isAskedAbout || keepsBroken && IsACordonedNodeAskedAbout(context);
        if (!isAboutDrain && status.CurrentHealthy < status.DesiredHealthy)
            return null;
        return new()
        {
            Fault = SchedulingFaults.PdbBlocks,
            Resource = InspectionContext.Ref(budget),
            Weight = isAskedAbout ? 0.9 : 0.6,
            Source = "status.disruptionsAllowed",
            Summary =
                $"budget {budget.Metadata.Name} allows no pod to be evicted"
                + $" ({status.CurrentHealthy} healthy, {status.DesiredHealthy} required)"
                + (keepsBroken ? ", not even a broken one: its unhealthyPodEvictionPolicy is IfHealthyBudget" : ""),
            Quote =
                $"disruptionsAllowed: 0, currentHealthy: {status.CurrentHealthy},"
                + $" desiredHealthy: {status.DesiredHealthy}, expectedPods: {status.ExpectedPods}",
        };
    }
}
