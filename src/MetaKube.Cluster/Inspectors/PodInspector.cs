using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Pods as a whole: evicted, preempted, not ready, or with a sandbox that cannot be made.</summary>
internal sealed class PodInspector : IInspector
{
    private static readonly MessagePattern[] Evictions =
    [
        new(
            @"ephemeral-storage|ephemeral local storage|local ephemeral storage|emptyDir|local storage",
            "resource.ephemeral-storage-exceeded",
            "the pod was evicted for its use of local storage",
            0.95
        ),
        new(
            @"low on resource: memory",
            "resource.node-memory-pressure",
            "the pod was evicted: its node was short of memory",
            0.95
        ),
        new(
            @"low on resource: (nodefs|imagefs|inodes|disk)|DiskPressure",
            "resource.node-disk-pressure",
            "the pod was evicted: its node was short of disk",
            0.95
        ),
        new(
            @"low on resource: pids|PIDPressure",
            "resource.pid-exhausted",
            "the pod was evicted: its node was short of process ids",
            0.95
        ),
        new(
            @"low on resource",
            "resource.node-memory-pressure",
            "the pod was evicted: its node was short of resources",
            0.6
        ),
    ];

    private static readonly MessagePattern[] SandboxErrors =
    [
        new(
            @"cni|network|failed to (setup|set up) network|IP address|ipam|no addresses|address.* allocat",
            "network.sandbox-failed",
            "the network plugin cannot set up the pod",
            0.9
        ),
        new(@".", "system.container-runtime-failed", "the container runtime cannot make the pod's sandbox", 0.85),
    ];

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var pod in x.Pods)
        {
            var resource = Examination.Ref(pod);
            var status = pod.Status;
            if (status?.Reason == "Evicted" && MessagePattern.First(Evictions, status.Message) is { } eviction)
                yield return eviction.Message.Find(resource, "status.message", status.Message, eviction.Facts) with
                {
                    Facts = NodeFact(pod),
                };

            if (x.LatestEvent(resource, e => e.Reason == "Preempted") is { } preempted)
                yield return new()
                {
                    Fault = "scheduling.preempted",
                    Resource = resource,
                    Summary = "the pod was preempted by one of higher priority",
                    Source = "event Preempted",
                    Quote = preempted.Message ?? "",
                    At = ClusterSnapshot.TimeOf(preempted),
                };

            if (
                status?.Phase == "Pending"
                && x.LatestEvent(resource, e => e.Reason == "FailedCreatePodSandBox") is { } sandbox
                && MessagePattern.First(SandboxErrors, sandbox.Message) is { } sandboxError
            )
                yield return sandboxError.Message.Find(
                    resource,
                    "event FailedCreatePodSandBox",
                    sandbox.Message,
                    sandboxError.Facts,
                    ClusterSnapshot.TimeOf(sandbox)
                ) with
                {
                    Facts = NodeFact(pod),
                };

            // A moment of Pending is how every pod begins; a container that waits for a reason says more.
            if (
                status?.Phase == "Pending"
                && ContainerInspector
                    .States(pod)
                    .All(state => state.State?.Waiting?.Reason is null or "ContainerCreating" or "PodInitializing")
                && !(x.Since(pod.Metadata.CreationTimestamp) < TimeSpan.FromSeconds(30))
            )
                yield return new()
                {
                    Resource = resource,
                    Summary = "the pod does not come up: it is Pending",
                    Source = "status.phase",
                    Quote = "Pending",
                    Weight = 0.4,
                };

            if (
                status?.Phase == "Running"
                && status.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")
                    is { Status: "False" } unready
            )
                yield return new()
                {
                    Resource = resource,
                    Summary = "the pod runs and is not ready",
                    Source = "status.conditions[Ready]",
                    Quote = unready.Message ?? unready.Reason ?? "Ready is False",
                    Weight = 0.7,
                    At = ClusterSnapshot.Utc(unready.LastTransitionTime),
                };
        }
        foreach (var finding in PreemptedAndGone(x))
            yield return finding;
    }

    /// <summary>
    /// A preempted pod is deleted; its event stays, and tells of the workload whose replacement now waits.
    /// </summary>
    private static IEnumerable<Finding> PreemptedAndGone(Examination x) =>
        from e in x.Snapshot.All<Corev1Event>()
        where
            e.Reason == "Preempted"
            && e.InvolvedObject?.Kind == "Pod"
            && x.Snapshot.Find<V1Pod>(e.InvolvedObject.NamespaceProperty, e.InvolvedObject.Name) is null
        let replacement = x.Pods.FirstOrDefault(pod =>
            pod.Metadata.NamespaceProperty == e.InvolvedObject.NamespaceProperty
            && pod.Status?.Phase == "Pending"
            && pod.Metadata.GenerateName is { } prefix
            && e.InvolvedObject.Name.StartsWith(prefix, StringComparison.Ordinal)
        )
        where replacement is not null
        select new Finding
        {
            Fault = "scheduling.preempted",
            Resource = Examination.Ref(replacement),
            Weight = 0.97,
            Source = "event Preempted",
            Quote = e.Message ?? "",
            Summary = $"its predecessor {e.InvolvedObject.Name} was preempted by a pod of higher priority",
            At = ClusterSnapshot.TimeOf(e),
        };

    private static Dictionary<string, string> NodeFact(V1Pod pod) =>
        pod.Spec?.NodeName is { } node ? new() { ["node"] = node } : [];
}
