using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Nodes: not ready, under pressure, out of memory, cordoned. Conditions that other software adds are left alone.
/// </summary>
internal sealed class NodeInspector : IInspector
{
    /// <summary>Percent of a node's resources from which it is full.</summary>
    private const int FullFrom = 97;

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1Node>()
                .SelectMany(node =>
                    Conditions(node)
                        .Concat(OutOfMemory(context, node))
                        .Concat(Cordoned(context, node))
                        .Concat(Full(context, node))
                        .Concat(Requested(context, node))
                )
        );

    private static IEnumerable<Finding> Conditions(V1Node node) =>
        from condition in node.Status?.Conditions ?? []
        let known = Judge(condition)
        where known is not null
        select new Finding
        {
            Fault = known.Value.Fault,
            Resource = InspectionContext.Ref(node),
            Summary = $"node {node.Metadata.Name} {known.Value.Description}",
            Source = $"status.conditions[{condition.Type}]",
            Quote = $"{condition.Status}: {condition.Reason} {condition.Message}",
            Weight = 0.95,
            At = ClusterSnapshot.Utc(condition.LastTransitionTime),
        };

    private static (string Fault, string Description)? Judge(V1NodeCondition condition) =>
        (condition.Type, condition.Status) switch
        {
            ("Ready", not "True")
                when condition.Message?.Contains("certificate has expired", StringComparison.Ordinal) == true => (
                SystemFaults.CertificateExpired,
                "is not ready: a certificate of the cluster has expired"
            ),
            ("Ready", not "True") => (SystemFaults.NodeNotReady, "is not ready"),
            ("MemoryPressure", "True") => (ResourceFaults.NodeMemoryPressure, "is short of memory"),
            ("DiskPressure", "True") => (ResourceFaults.NodeDiskPressure, "is short of disk"),
            ("PIDPressure", "True") => (ResourceFaults.PidExhausted, "is short of process ids"),
            ("NetworkUnavailable", "True") => (NetworkFaults.SandboxFailed, "has no pod network"),
            _ => null,
        };

    private static IEnumerable<Finding> OutOfMemory(InspectionContext context, V1Node node)
    {
        var resource = InspectionContext.Ref(node);
        if (
            OutOfMemoryEvent(context, node.Metadata.Name) is { } oom
            && !IsContainerLimit(context, node)
            && (context.IsAskedAbout(resource) || !HasVictim(context, node))
        )
            yield return new()
            {
                Fault = ResourceFaults.NodeOom,
                Resource = resource,
                Summary = $"node {node.Metadata.Name} ran out of memory",
                Source = "event SystemOOM",
                Quote = oom.Message ?? "",
                Weight = 0.85,
                At = ClusterSnapshot.TimeOf(oom),
            };
    }

    private static IEnumerable<Finding> Cordoned(InspectionContext context, V1Node node)
    {
        var resource = InspectionContext.Ref(node);
        if (node.Spec?.Unschedulable == true && context.IsAskedAbout(resource))
            yield return new()
            {
                Fault = SchedulingFaults.NodeCordoned,
                Resource = resource,
                Summary = $"node {node.Metadata.Name} is cordoned{NodeFit.CordonedBy(context.Snapshot, node)}",
                Source = "spec.unschedulable",
                Quote = "unschedulable: true",
                Weight = 0.9,
            };
    }

    /// <summary>A full node is normal, unless the question is about it.</summary>
    private static IEnumerable<Finding> Full(InspectionContext context, V1Node node)
    {
        var name = node.Metadata.Name;
        if (
            context.Snapshot.PodsOnNode.TryGetValue(name, out var count)
            && node.Status?.Allocatable?.TryGetValue("pods", out var most) == true
            && count >= most.ToDecimal()
            && context.IsAskedAbout(InspectionContext.Ref(node))
        )
            yield return new()
            {
                Fault = SchedulingFaults.InsufficientPods,
                Resource = InspectionContext.Ref(node),
                Summary = $"node {name} holds {count} of the {most} pods that it may",
                Source = "status.allocatable.pods",
                Quote = $"Non-terminated Pods: ({count} in total)",
                Weight = 0.9,
            };
    }

    /// <summary>Requests that fill a node keep further pods off it. Limits may be more than there is.</summary>
    private static IEnumerable<Finding> Requested(InspectionContext context, V1Node node)
    {
        var name = node.Metadata.Name;
        if (!context.IsAskedAbout(InspectionContext.Ref(node)))
            yield break;
        foreach (var (resource, percent) in context.Snapshot.RequestedOnNode.Where(of => of.Key.Node == name))
            if (percent >= FullFrom)
                yield return new()
                {
                    Fault =
                        resource.Resource == "cpu"
                            ? SchedulingFaults.InsufficientCpu
                            : SchedulingFaults.InsufficientMemory,
                    Resource = InspectionContext.Ref(node),
                    Summary =
                        $"the pods on node {name} request {percent} % of its {resource.Resource}, so that hardly any "
                        + "further pod fits",
                    Source = "allocated resources",
                    Quote = $"{resource.Resource} ({percent}%)",
                    Weight = 0.85,
                };
    }

    /// <summary>The event of a node that ran out of memory within the last hour, or null.</summary>
    public static Corev1Event? OutOfMemoryEvent(InspectionContext context, string? node) =>
        node is not null
        && context.LatestEvent(new("Node", null, node), e => e.Reason == "SystemOOM") is { } oom
        && context.Snapshot.Now - ClusterSnapshot.TimeOf(oom) < TimeSpan.FromHours(1)
            ? oom
            : null;

    /// <summary>
    /// The kubelet also raises SystemOOM when a container hits its own limit. Then the container's status says so.
    /// </summary>
    private static bool IsContainerLimit(InspectionContext context, V1Node node) =>
        context
            .Snapshot.All<V1Pod>()
            .Where(pod => pod.Spec?.NodeName == node.Metadata.Name)
            .SelectMany(pod => pod.Status?.ContainerStatuses ?? [])
            .Any(state =>
                state.LastState?.Terminated?.Reason == "OOMKilled" || state.State?.Terminated?.Reason == "OOMKilled"
            );

    /// <summary>
    /// True if a container without a memory limit was killed. Then that container has to change, and is reported.
    /// </summary>
    private static bool HasVictim(InspectionContext context, V1Node node) =>
        context
            .Pods.Where(pod => pod.Spec?.NodeName == node.Metadata.Name)
            .Any(pod =>
                PodState
                    .Containers(pod)
                    .Any(state =>
                        (state.State?.Terminated ?? state.LastState?.Terminated)?.ExitCode == 137
                        && PodReferences
                            .Containers(pod.Spec)
                            .FirstOrDefault(container => container.Name == state.Name)
                            ?.Resources?.Limits?.ContainsKey("memory") != true
                    )
            );

    public static bool IsNotReady(V1Node node) =>
        node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: not "True" }) == true;
}
