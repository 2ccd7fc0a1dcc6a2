using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Nodes: not ready, under pressure, out of memory, cordoned. Conditions that other software adds are left alone.
/// </summary>
internal sealed class NodeInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var node in x.Snapshot.All<V1Node>())
        {
            var resource = Examination.Ref(node);
            foreach (var condition in node.Status?.Conditions ?? [])
            {
                (string Fault, string Says)? known = (condition.Type, condition.Status) switch
                {
                    ("Ready", not "True")
                        when condition.Message?.Contains("certificate has expired", StringComparison.Ordinal) == true =>
                        ("system.certificate-expired", "is not ready: a certificate of the cluster has expired"),
                    ("Ready", not "True") => ("system.node-not-ready", "is not ready"),
                    ("MemoryPressure", "True") => ("resource.node-memory-pressure", "is short of memory"),
                    ("DiskPressure", "True") => ("resource.node-disk-pressure", "is short of disk"),
                    ("PIDPressure", "True") => ("resource.pid-exhausted", "is short of process ids"),
                    ("NetworkUnavailable", "True") => ("network.sandbox-failed", "has no pod network"),
                    _ => null,
                };
                if (known is { } k)
                    yield return new()
                    {
                        Fault = k.Fault,
                        Resource = resource,
                        Summary = $"node {node.Metadata.Name} {k.Says}",
                        Source = $"status.conditions[{condition.Type}]",
                        Quote = $"{condition.Status}: {condition.Reason} {condition.Message}",
                        Weight = 0.95,
                        At = ClusterSnapshot.Utc(condition.LastTransitionTime),
                    };
            }
            if (
                OutOfMemoryEvent(x, node.Metadata.Name) is { } oom
                && !IsContainerLimit(x, node)
                && (x.IsAskedAbout(resource) || !HasVictim(x, node))
            )
                yield return new()
                {
                    Fault = "resource.node-oom",
                    Resource = resource,
                    Summary = $"node {node.Metadata.Name} ran out of memory",
                    Source = "event SystemOOM",
                    Quote = oom.Message ?? "",
                    Weight = 0.85,
                    At = ClusterSnapshot.TimeOf(oom),
                };
            if (node.Spec?.Unschedulable == true && x.IsAskedAbout(resource))
                yield return new()
                {
                    Fault = "scheduling.node-cordoned",
                    Resource = resource,
                    Summary = $"node {node.Metadata.Name} is cordoned",
                    Source = "spec.unschedulable",
                    Quote = "unschedulable: true",
                    Weight = 0.9,
                };
        }
    }

    /// <summary>That a node ran out of memory within the last hour.</summary>
    public static Corev1Event? OutOfMemoryEvent(Examination x, string? node) =>
        node is not null
        && x.LatestEvent(new("Node", null, node), e => e.Reason == "SystemOOM") is { } oom
        && x.Snapshot.Now - ClusterSnapshot.TimeOf(oom) < TimeSpan.FromHours(1)
            ? oom
            : null;

    /// <summary>
    /// Kubelets raise SystemOOM also when a container hits its own limit; such a container then says so itself.
    /// </summary>
    private static bool IsContainerLimit(Examination x, V1Node node) =>
        x
            .Snapshot.All<V1Pod>()
            .Where(pod => pod.Spec?.NodeName == node.Metadata.Name)
            .SelectMany(pod => pod.Status?.ContainerStatuses ?? [])
            .Any(state =>
                state.LastState?.Terminated?.Reason == "OOMKilled" || state.State?.Terminated?.Reason == "OOMKilled"
            );

    /// <summary>
    /// A container that was killed and may use all of the node's memory is what has to change; it is named instead.
    /// </summary>
    private static bool HasVictim(Examination x, V1Node node) =>
        x
            .Pods.Where(pod => pod.Spec?.NodeName == node.Metadata.Name)
            .Any(pod =>
                ContainerInspector
                    .States(pod)
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
