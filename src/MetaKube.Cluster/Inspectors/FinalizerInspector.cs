using System;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Objects whose deletion does not end.</summary>
internal sealed class FinalizerInspector : IInspector
{
    /// <summary>A deletion that works takes less time.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context) =>
        Deletions(context).Concat(Namespaces(context));

    /// <summary>A namespace that is being deleted says in its conditions what holds the deletion up.</summary>
    private static IEnumerable<Finding> Namespaces(InspectionContext context) =>
        from ns in context.Snapshot.All<V1Namespace>()
        where ns.Status?.Phase == "Terminating" && Finalizers(ns).Count == 0
        let holding = (ns.Status.Conditions ?? []).FirstOrDefault(condition =>
            condition is { Status: "True", Type: not null }
        )
        where holding is not null
        select new Finding
        {
            Fault = SystemFaults.FinalizerStuck,
            Resource = InspectionContext.Ref(ns),
            Summary = $"namespace {ns.Metadata.Name} cannot be deleted: {Reason(holding)}",
            Source = $"status.conditions[{holding.Type}]",
            Quote = holding.Message ?? holding.Reason ?? holding.Type,
            Weight = 0.94,
            At = ClusterSnapshot.Utc(holding.LastTransitionTime),
            Facts = new Dictionary<string, string> { ["heldnamespace"] = ns.Metadata.Name },
        };

    private static string Reason(V1NamespaceCondition condition) =>
        condition.Type switch
        {
            "NamespaceDeletionDiscoveryFailure" =>
                "a group of the API does not answer, so nobody knows what is left in it",
            "NamespaceFinalizersRemaining" => "objects in it have finalizers that are never removed",
            "NamespaceContentRemaining" => "objects are left in it",
            "NamespaceDeletionContentFailure" => "objects in it cannot be deleted",
            _ => condition.Reason ?? condition.Type,
        };

    private static IEnumerable<Finding> Deletions(InspectionContext context)
    {
        foreach (var (resource, item) in context.Snapshot.Everything)
        {
            // For a pod the deletion timestamp already includes its grace period.
            if (context.Since(item.Metadata.DeletionTimestamp) is not { } age || age < GracePeriod)
                continue;
            var finalizers = Finalizers(item);
            var names = string.Join(", ", finalizers);
            if (finalizers.Count > 0)
                yield return new()
                {
                    Fault = SystemFaults.FinalizerStuck,
                    Resource = resource,
                    Summary = $"{resource.Kind} {resource.Name} cannot be deleted: finalizer {names} is never removed",
                    Source = "metadata.finalizers",
                    Quote =
                        $"deletionTimestamp: {item.Metadata.DeletionTimestamp:yyyy-MM-ddTHH:mm:ssZ},"
                        + $" finalizers {names}",
                    Weight = 0.95,
                    Facts = new Dictionary<string, string> { ["finalizer"] = names },
                };
            else if (item is V1Pod pod)
                yield return new()
                {
                    Fault = SystemFaults.FinalizerStuck,
                    Resource = resource,
                    Summary =
                        $"the pod is Terminating for {age.TotalMinutes:0} minutes past its grace period" + HookOf(pod),
                    Source = "metadata.deletionTimestamp",
                    Quote = $"deletionTimestamp: {item.Metadata.DeletionTimestamp:yyyy-MM-ddTHH:mm:ssZ}",
                    Weight = 0.75,
                };
        }
    }

    /// <summary>A hook that does not return holds the deletion up.</summary>
    private static string HookOf(V1Pod pod) =>
        (pod.Spec?.Containers ?? [])
            .Where(container => container.Lifecycle?.PreStop is not null)
            .Select(container =>
                $"; container {container.Name} has a preStop hook"
                + (container.Lifecycle.PreStop.Exec?.Command is { } command ? $" ({string.Join(' ', command)})" : "")
            )
            .FirstOrDefault("");

    private static IReadOnlyList<string> Finalizers(IKubernetesObject<V1ObjectMeta> item) =>
        [
            .. item.Metadata.Finalizers ?? [],
            .. item is V1Namespace { Metadata.Finalizers: null or { Count: 0 }, Spec.Finalizers: { } own } ? own : [],
        ];
}
