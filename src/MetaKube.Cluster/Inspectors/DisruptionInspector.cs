using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>PodDisruptionBudgets that stop a drain.</summary>
internal sealed class DisruptionInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        // A budget that allows none at the moment is normal, until somebody drains or asks.
        var cordoned = x
            .Snapshot.All<V1Node>()
            .Where(node => node.Spec?.Unschedulable == true)
            .Select(node => node.Metadata.Name)
            .ToHashSet();
        foreach (var budget in x.Snapshot.All<V1PodDisruptionBudget>())
        {
            var resource = Examination.Ref(budget);
            var draining = x
                .Snapshot.In<V1Pod>(resource.Namespace)
                .Any(pod =>
                    cordoned.Contains(pod.Spec?.NodeName ?? "")
                    && Selectors.Matches(budget.Spec?.Selector, pod.Metadata.Labels)
                );
            // Whoever asks about a cordoned node asks why it does not get empty.
            foreach (
                var node in x.Snapshot.All<V1Node>().Where(node => draining && x.IsAskedAbout(Examination.Ref(node)))
            )
                x.Topology.Add(Examination.Ref(node), resource, Relation.DependsOn);
            if (
                budget.Status is { DisruptionsAllowed: 0, ExpectedPods: > 0 } status
                && (x.IsAskedAbout(resource) || draining && status.CurrentHealthy >= status.DesiredHealthy)
            )
                yield return new()
                {
                    Fault = "scheduling.pdb-blocks",
                    Resource = resource,
                    Weight = x.IsAskedAbout(resource) ? 0.9 : 0.6,
                    Source = "status.disruptionsAllowed",
                    Summary =
                        $"budget {budget.Metadata.Name} allows no pod to be evicted ({status.CurrentHealthy} healthy, {status.DesiredHealthy} demanded)",
                    Quote =
                        $"disruptionsAllowed: 0, currentHealthy: {status.CurrentHealthy}, desiredHealthy: {status.DesiredHealthy}, expectedPods: {status.ExpectedPods}",
                };
        }
    }
}
