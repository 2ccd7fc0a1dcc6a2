using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Pods as a whole: evicted, preempted, not ready, or without a sandbox.</summary>
internal sealed class PodInspector : IInspector
{
    private static readonly MessagePattern[] Evictions =
    [
        // A container that used next to nothing is the victim of a full disk, and not what fills it.
        new(
            @"low on resource: ephemeral-storage.*was using \d{1,5}(Ki)?\b",
            ResourceFaults.NodeDiskPressure,
            "the pod was evicted: its node was short of disk, of which the pod itself used next to nothing",
            0.95
        ),
        new(
            @"ephemeral-storage|ephemeral local storage|local ephemeral storage|emptyDir|local storage",
            ResourceFaults.EphemeralStorageExceeded,
            "the pod was evicted for its use of local storage",
            0.95
        ),
        new(
            @"low on resource: memory",
            ResourceFaults.NodeMemoryPressure,
            "the pod was evicted: its node was short of memory",
            0.95
        ),
        new(
            @"low on resource: (nodefs|imagefs|inodes|disk)|DiskPressure",
            ResourceFaults.NodeDiskPressure,
            "the pod was evicted: its node was short of disk",
            0.95
        ),
        new(
            @"low on resource: pids|PIDPressure",
            ResourceFaults.PidExhausted,
            "the pod was evicted: its node was short of process ids",
            0.95
        ),
        new(
            @"low on resource",
            ResourceFaults.NodeMemoryPressure,
            "the pod was evicted: its node was short of resources",
            0.6
        ),
    ];

    private static readonly MessagePattern[] SandboxErrors =
    [
        new(
            @"OOM-?killed|memory limit too low|out of memory",
            ResourceFaults.OomKilled,
            "the kernel kills the container while it starts: its memory limit is too low for a process at all",
            0.95
        ),
        new(
            @"exec format error",
            ImageFaults.WrongArchitecture,
            "the program was built for another CPU architecture",
            0.95
        ),
        new(
            @"cni|network|failed to (setup|set up) network|IP address|ipam|no addresses|address.{0,200} allocat",
            NetworkFaults.SandboxFailed,
            "the network plugin cannot set up the pod",
            0.9
        ),
        new(@".", SystemFaults.ContainerRuntimeFailed, "the container runtime cannot make the pod's sandbox", 0.85),
    ];

    /// <summary>Every pod is Pending for a moment.</summary>
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(30);

    /// <summary>The kubelet repeats the event of a failed sandbox at least this often.</summary>
    private static readonly TimeSpan StillNew = TimeSpan.FromMinutes(10);

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Pods.SelectMany(pod =>
                    (Finding?[])
                        [
                            Evicted(pod),
                            Preempted(context, pod),
                            SandboxFailed(context, pod),
                            Pending(context, pod),
                            NotReady(pod),
                            GateUnmet(context, pod),
                            ResizeRefused(pod),
                        ]
                )
                .OfType<Finding>()
                .Concat(PreemptedAndGone(context))
        );

    private static Finding? Evicted(V1Pod pod) =>
        pod.Status is { Reason: "Evicted" } status && MessagePattern.First(Evictions, status.Message) is { } eviction
            ? eviction.Message.Find(InspectionContext.Ref(pod), "status.message", status.Message, eviction.Facts) with
            {
                Facts = NodeFact(pod),
            }
            : null;

    private static Finding? Preempted(InspectionContext context, V1Pod pod) =>
        context.LatestEvent(InspectionContext.Ref(pod), e => e.Reason == "Preempted") is { } preempted
            ? new()
            {
                Fault = SchedulingFaults.Preempted,
                Resource = InspectionContext.Ref(pod),
                Summary = "the pod was preempted by one of higher priority",
                Source = "event Preempted",
                Quote = preempted.Message ?? "",
                At = ClusterSnapshot.TimeOf(preempted),
            }
            : null;

    private static Finding? SandboxFailed(InspectionContext context, V1Pod pod)
    {
        var resource = InspectionContext.Ref(pod);
        if (
            context.LatestEvent(resource, e => e.Reason == "FailedCreatePodSandBox") is not { } sandbox
            || MessagePattern.First(SandboxErrors, sandbox.Message) is not { } known
            || !IsStillWithout(context, pod, sandbox)
        )
            return null;
        return known.Message.Find(
            resource,
            "event FailedCreatePodSandBox",
            sandbox.Message,
            known.Facts,
            ClusterSnapshot.TimeOf(sandbox)
        ) with
        {
            Facts = known.Message.Fault == ResourceFaults.OomKilled ? LimitFact(pod) : NodeFact(pod),
        };
    }

    /// <summary>
    /// True if a pod still lacks its sandbox. A pod that ran before its node was restarted stays in phase Running.
    /// </summary>
    private static bool IsStillWithout(InspectionContext context, V1Pod pod, Corev1Event failed) =>
        pod.Status?.Phase == "Pending"
        || !PodState.IsReady(pod) && context.Snapshot.Now - ClusterSnapshot.TimeOf(failed) < StillNew;

    /// <summary>The smallest memory limit of the pod's containers.</summary>
    private static Dictionary<string, string> LimitFact(V1Pod pod)
    {
        var smallest = (pod.Spec?.Containers ?? [])
            .Where(container => container.Resources?.Limits?.ContainsKey("memory") == true)
            .MinBy(container => container.Resources.Limits["memory"].ToDecimal());
        return smallest is null
            ? []
            : new()
            {
                ["container"] = smallest.Name,
                ["limit"] = smallest.Resources.Limits["memory"].ToString(),
                ["more"] = Quantity.Twice(smallest.Resources.Limits["memory"], isMemory: true)!,
            };
    }

    /// <summary>A container that waits for a reason of its own says more than the phase.</summary>
    private static Finding? Pending(InspectionContext context, V1Pod pod) =>
        pod.Status?.Phase == "Pending"
        && PodState
            .Containers(pod)
            .All(status => status.State?.Waiting?.Reason is null or "ContainerCreating" or "PodInitializing")
        && !(context.Since(pod.Metadata.CreationTimestamp) < StartDelay)
            ? new()
            {
                Resource = InspectionContext.Ref(pod),
                Summary = "the pod does not start: it is Pending",
                Source = "status.phase",
                Quote = "Pending",
                Weight = 0.4,
            }
            : null;

    private static Finding? NotReady(V1Pod pod) =>
        pod.Status is { Phase: "Running", Conditions: { } conditions }
        && conditions.FirstOrDefault(condition => condition.Type == "Ready") is { Status: "False" } ready
            ? new()
            {
                Resource = InspectionContext.Ref(pod),
                Summary = "the pod runs and is not ready",
                Source = "status.conditions[Ready]",
                Quote = ready.Message ?? ready.Reason ?? "Ready is False",
                Weight = 0.7,
                At = ClusterSnapshot.Utc(ready.LastTransitionTime),
            }
            : null;

    /// <summary>
    /// A change of a running pod's requests that its node cannot take (Infeasible), or not now (Deferred). The pod goes
    /// on with what it had.
    /// </summary>
    private static Finding? ResizeRefused(V1Pod pod)
    {
        if (
            pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodResizePending")
            is not { Status: "True" } pending
        )
            return null;
        var message = pending.Message ?? "";
        var isMemory = message.Contains("memory", StringComparison.OrdinalIgnoreCase);
        var isCapacity = message.Contains("capacity", StringComparison.OrdinalIgnoreCase);
        var lasts = pending.Reason == "Infeasible" ? "it never fits there" : "it waits until there is room";
        return new()
        {
            Fault = Cause(),
            Resource = InspectionContext.Ref(pod),
            Summary =
                $"the resize of the pod is {pending.Reason}: node {pod.Spec?.NodeName} cannot give what is asked for, "
                + $"{lasts}, and the pod keeps its old resources",
            Source = "status.conditions[PodResizePending]",
            Quote = string.IsNullOrEmpty(message) ? $"PodResizePending: {pending.Reason}" : message,
            Weight = 0.9,
            At = ClusterSnapshot.Utc(pending.LastTransitionTime),
        };

        string? Cause()
        {
            if (!isCapacity)
                return null;
            return isMemory ? SchedulingFaults.InsufficientMemory : SchedulingFaults.InsufficientCpu;
        }
    }

    /// <summary>
    /// All containers are ready, and a controller outside of Kubernetes has not set the condition that a readiness gate
    /// waits for, such as one of a load balancer.
    /// </summary>
    private static Finding? GateUnmet(InspectionContext context, V1Pod pod)
    {
        var conditions = pod.Status?.Conditions ?? [];
        if (
            PodState.IsReady(pod)
            || conditions.FirstOrDefault(condition => condition.Type == "ContainersReady")
                is not { Status: "True" } ready
            || context.Since(ready.LastTransitionTime) < StartDelay
            || (pod.Spec?.ReadinessGates ?? []).FirstOrDefault(gate =>
                !conditions.Any(condition => condition.Type == gate.ConditionType && condition.Status == "True")
            )
                is not { } unmet
        )
            return null;
        var gate = conditions.FirstOrDefault(condition => condition.Type == unmet.ConditionType);
        return new()
        {
            Fault = ConfigurationFaults.ReadinessGateUnmet,
            Resource = InspectionContext.Ref(pod),
            Summary =
                $"the containers are ready, and readiness gate {unmet.ConditionType} of the pod is not met: "
                + (gate is null ? "nothing has set that condition" : $"that condition is {gate.Status}"),
            Source = "spec.readinessGates",
            Quote = gate?.Message is { Length: > 0 } message ? message : $"conditionType: {unmet.ConditionType}",
            Weight = 0.94,
            Facts = new Dictionary<string, string> { ["gate"] = unmet.ConditionType },
        };
    }

    /// <summary>
    /// A preempted pod is deleted, but its event stays. The finding is about the replacement that now waits.
    /// </summary>
    private static IEnumerable<Finding> PreemptedAndGone(InspectionContext context) =>
        from e in context.Snapshot.All<Corev1Event>()
        where
            e.Reason == "Preempted"
            && e.InvolvedObject?.Kind == "Pod"
            && context.Snapshot.Find<V1Pod>(e.InvolvedObject.NamespaceProperty, e.InvolvedObject.Name) is null
        let replacement = context.Pods.FirstOrDefault(pod =>
            pod.Metadata.NamespaceProperty == e.InvolvedObject.NamespaceProperty
            && pod.Status?.Phase == "Pending"
            && pod.Metadata.GenerateName is { } prefix
            && e.InvolvedObject.Name.StartsWith(prefix, StringComparison.Ordinal)
        )
        where replacement is not null
        select new Finding
        {
            Fault = SchedulingFaults.Preempted,
            Resource = InspectionContext.Ref(replacement),
            Weight = 0.97,
            Source = "event Preempted",
            Quote = e.Message ?? "",
            Summary = $"its predecessor {e.InvolvedObject.Name} was preempted by a pod of higher priority",
            At = ClusterSnapshot.TimeOf(e),
        };

    private static Dictionary<string, string> NodeFact(V1Pod pod) =>
        pod.Spec?.NodeName is { } node ? new() { ["node"] = node } : [];
}
