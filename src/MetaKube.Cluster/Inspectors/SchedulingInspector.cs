using System;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Pods that no node accepts, by the scheduler's own count of reasons.</summary>
internal sealed partial class SchedulingInspector : IInspector
{
    /// <summary>A scheduler that works looks at a new pod within this time.</summary>
    private static readonly TimeSpan SchedulerDelay = TimeSpan.FromSeconds(60);

    private static readonly MessagePattern[] Reasons =
    [
        new(
            @"Insufficient cpu",
            SchedulingFaults.InsufficientCpu,
            "no node has the requested CPU ({request}) free"
        ),
        new(
            @"Insufficient memory",
            SchedulingFaults.InsufficientMemory,
            "no node has the requested memory ({request}) free"
        ),
        new(
            @"Insufficient ephemeral-storage",
            SchedulingFaults.InsufficientExtendedResource,
            "no node has the requested ephemeral storage ({request}) free"
        ),
        new(
            @"Too many pods|Insufficient pods",
            SchedulingFaults.InsufficientPods,
            "every node holds as many pods as it may"
        ),
        new(
            @"Insufficient (?<device>\S+)",
            SchedulingFaults.InsufficientExtendedResource,
            "no node has the requested {device} free"
        ),
        new(
            @"taint.*node\.kubernetes\.io/unschedulable|unschedulable$|were unschedulable",
            SchedulingFaults.NodeCordoned,
            "nodes are cordoned"
        ),
        new(
            @"taint.*node\.kubernetes\.io/(not-ready|unreachable)",
            SystemFaults.NodeNotReady,
            "nodes are not ready"
        ),
        new(
            @"taint.*node\.kubernetes\.io/disk-pressure",
            ResourceFaults.NodeDiskPressure,
            "nodes are short of disk"
        ),
        new(
            @"taint.*node\.kubernetes\.io/memory-pressure",
            ResourceFaults.NodeMemoryPressure,
            "nodes are short of memory"
        ),
        new(
            @"taint.*node\.kubernetes\.io/pid-pressure",
            ResourceFaults.PidExhausted,
            "nodes are short of process ids"
        ),
        new(
            @"taints? \{(?<taint>[^}:]+):?\s*[^}]*\}|taint",
            SchedulingFaults.TaintNotTolerated,
            "the nodes' taint {taint} is not tolerated"
        ),
        new(
            @"volume node affinity conflict",
            ResourceFaults.PvNodeAffinity,
            "the pod's volume lives on a node where the pod cannot run",
            0.96
        ),
        new(
            @"didn't find available persistent volumes|unbound immediate PersistentVolumeClaims"
                + "|unbound PersistentVolumeClaims",
            null,
            "the pod waits for its volume claim to be bound"
        ),
        new(
            @"node affinity/selector|node selector|node affinity|match node selector",
            SchedulingFaults.NodeSelectorMismatch,
            "no node carries the labels that the pod asks for ({selector})"
        ),
        new(
            @"pod affinity|pod \(anti-\)affinity|anti-affinity|affinity/anti-affinity",
            SchedulingFaults.PodAffinityUnsatisfiable,
            "the pod's (anti-)affinity to other pods cannot be met"
        ),
        new(
            @"topology spread",
            SchedulingFaults.TopologySpread,
            "the pod's topology spread constraint cannot be met"
        ),
        new(@"free ports", SchedulingFaults.HostPortConflict, "host port {port} is taken on every node"),
    ];

    private static readonly MessagePattern MissingClaim = new(
        @"persistentvolumeclaim ""(?<claim>[^""]+)"" not found",
        ResourceFaults.ProvisioningFailed,
        "volume claim {claim} does not exist",
        0.95
    );

    /// <summary>
    /// One reason that keeps the pod off some nodes.
    /// </summary>
    /// <param name="IsMain">No other reason keeps the pod off more nodes.</param>
    private sealed record Rejection(
        V1Pod Pod,
        string Message,
        string Source,
        MessagePattern Pattern,
        IReadOnlyDictionary<string, string> Facts,
        bool IsMain
    );

    public InspectionResult Inspect(InspectionContext context)
    {
        var findings = new List<Finding>();
        var edges = new List<TopologyEdge>();
        foreach (var pod in context.Pods.Where(IsUnscheduled))
        {
            var scheduled = pod.Status.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");
            var (message, source) = scheduled?.Message is { Length: > 0 } condition
                ? (condition, "status.conditions[PodScheduled].message")
                : (
                    context.LatestEvent(InspectionContext.Ref(pod), e => e.Reason == "FailedScheduling")?.Message,
                    "event FailedScheduling"
                );
            if (scheduled?.Reason == "SchedulingGated")
                findings.Add(Gated(pod, scheduled));
            else if (message is null)
                findings.AddRange(Unseen(context, pod));
            else if (MissingClaim.Match(message) is { } claim)
                findings.Add(ClaimNotFound(pod, source, message, claim));
            else
                foreach (var rejection in Rejections(pod, message, source))
                {
                    findings.Add(Judge(context, rejection));
                    edges.AddRange(Edges(context, rejection));
                }
        }
        return new(findings, edges);
    }

    private static bool IsUnscheduled(V1Pod pod) =>
        pod.Status is { Phase: "Pending", ContainerStatuses: null or { Count: 0 } }
        && string.IsNullOrEmpty(pod.Spec?.NodeName);

    private static Finding Gated(V1Pod pod, V1PodCondition scheduled) =>
        new()
        {
            Fault = SchedulingFaults.Gated,
            Resource = InspectionContext.Ref(pod),
            Summary = "scheduling gates hold the pod back",
            Source = "status.conditions[PodScheduled]",
            Quote = scheduled.Message ?? scheduled.Reason,
            Facts = pod.Spec.SchedulingGates?.FirstOrDefault()?.Name is { } gate
                ? new Dictionary<string, string> { ["gate"] = gate }
                : [],
        };

    /// <summary>A pod without any word of the scheduler, where all events were read.</summary>
    private static IEnumerable<Finding> Unseen(InspectionContext context, V1Pod pod)
    {
        if (
            context.Since(pod.Metadata.CreationTimestamp) > SchedulerDelay
            && context.Snapshot.IsComplete("Event", pod.Metadata.NamespaceProperty)
        )
            yield return new()
            {
                Fault = SystemFaults.ControllerDown,
                Resource = InspectionContext.Ref(pod),
                Summary = "the scheduler has not looked at the pod: it is Pending without any event",
                Source = "status.phase",
                Quote = "phase: Pending, conditions: null",
                Weight = 0.7,
            };
    }

    private static Finding ClaimNotFound(
        V1Pod pod,
        string source,
        string message,
        IReadOnlyDictionary<string, string> facts
    ) =>
        MissingClaim.Find(InspectionContext.Ref(pod), source, message, facts) with
        {
            About = new("PersistentVolumeClaim", pod.Metadata.NamespaceProperty, facts["claim"]),
        };

    /// <summary>
    /// The known reasons of a scheduler's message. The cause is the reason that keeps the most nodes away;
    /// control-plane
    /// nodes do not count where other nodes do.
    /// </summary>
    private static IEnumerable<Rejection> Rejections(V1Pod pod, string message, string source)
    {
        // "0/3 nodes are available: " counts nothing, and "preemption: …" repeats the reasons.
        var reasons = message.Split("preemption:")[0].Split("nodes are available: ")[^1];
        var counted = Reason()
            .Matches(reasons)
            .Select(match =>
                (Text: match.Groups[2].Value, Count: int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            )
            .DefaultIfEmpty((Text: reasons, Count: 1))
            .ToList();
        var relevant = counted
            .Where(reason =>
                !reason.Text.Contains("control-plane", StringComparison.Ordinal)
                && !reason.Text.Contains("node-role.kubernetes.io/master", StringComparison.Ordinal)
            )
            .ToList();
        if (relevant.Count == 0)
            relevant = counted;
        var most = relevant.Max(reason => reason.Count);
        foreach (var (text, count) in relevant)
            if (MessagePattern.First(Reasons, text) is { } known)
                yield return new(pod, message, source, known.Message, known.Facts, count == most);
    }

    private static Finding Judge(InspectionContext context, Rejection rejection)
    {
        var facts = new Dictionary<string, string>(rejection.Facts);
        AddFacts(context, rejection.Pod, rejection.Pattern.Fault, facts);
        var finding = rejection.Pattern.Find(
            InspectionContext.Ref(rejection.Pod),
            rejection.Source,
            rejection.Message,
            facts
        );
        return finding with
        {
            Weight = rejection.IsMain ? Math.Max(finding.Weight, 0.93) : 0.5,
            Summary = Placeholder().Replace(finding.Summary, "").TrimEnd(),
        };
    }

    /// <summary>A pod that a broken node does not take depends on that node, as one that runs on it does.</summary>
    private static IEnumerable<TopologyEdge> Edges(InspectionContext context, Rejection rejection) =>
        context
            .Snapshot.All<V1Node>()
            .Where(node => HasConditionOf(node, rejection.Pattern.Fault))
            .Select(node => new TopologyEdge(
                InspectionContext.Ref(rejection.Pod),
                InspectionContext.Ref(node),
                Relation.SchedulesOn
            ));

    private static bool HasConditionOf(V1Node node, string? fault)
    {
        var (condition, status) = fault switch
        {
            ResourceFaults.NodeDiskPressure => ("DiskPressure", "True"),
            ResourceFaults.NodeMemoryPressure => ("MemoryPressure", "True"),
            ResourceFaults.PidExhausted => ("PIDPressure", "True"),
            SystemFaults.NodeNotReady => ("Ready", "False"),
            _ => ("", ""),
        };
        return node.Status?.Conditions?.Any(c =>
                c.Type == condition && (c.Status == status || condition == "Ready" && c.Status != "True")
            ) == true;
    }

    private static void AddFacts(InspectionContext context, V1Pod pod, string? fault, Dictionary<string, string> facts)
    {
        foreach (var (key, value) in FactsOf(context, pod, fault))
            if (!string.IsNullOrEmpty(value))
                facts.TryAdd(key, value);
    }

    /// <summary>Names and amounts that the summary and the remedies of a fault need, empty where unknown.</summary>
    private static (string Key, string? Value)[] FactsOf(InspectionContext context, V1Pod pod, string? fault)
    {
        var nodes = context.Snapshot.All<V1Node>();
        return fault switch
        {
            SchedulingFaults.InsufficientCpu =>
            [
                ("request", Requested(pod, "cpu")),
                ("fits", Quantity.HalfOfLargest(Allocatable(context, "cpu"), isMemory: false)),
            ],
            SchedulingFaults.InsufficientMemory =>
            [
                ("request", Requested(pod, "memory")),
                ("fits", Quantity.HalfOfLargest(Allocatable(context, "memory"), isMemory: true)),
            ],
            SchedulingFaults.InsufficientExtendedResource => [("request", Requested(pod, "ephemeral-storage"))],
            SchedulingFaults.NodeSelectorMismatch =>
            [
                ("selector", Selectors.Format(pod.Spec.NodeSelector ?? new Dictionary<string, string>())),
            ],
            SchedulingFaults.HostPortConflict => [("port", HostPorts(pod))],
            SchedulingFaults.NodeCordoned =>
            [
                ("node", nodes.FirstOrDefault(node => node.Spec?.Unschedulable == true)?.Metadata.Name),
            ],
            SystemFaults.NodeNotReady => [("node", nodes.FirstOrDefault(NodeInspector.IsNotReady)?.Metadata.Name)],
            SchedulingFaults.TaintNotTolerated => [("taint", FirstTaint(nodes))],
            _ => [],
        };
    }

    private static string Requested(V1Pod pod, string resource) =>
        string.Join(
            " + ",
            (pod.Spec.Containers ?? [])
                .Where(container => container.Resources?.Requests?.ContainsKey(resource) == true)
                .Select(container => container.Resources.Requests[resource].ToString())
        );

    private static string HostPorts(V1Pod pod) =>
        string.Join(
            ", ",
            (pod.Spec.Containers ?? [])
                .SelectMany(container => container.Ports ?? [])
                .Where(port => port.HostPort > 0)
                .Select(port => port.HostPort)
        );

    private static string? FirstTaint(IEnumerable<V1Node> nodes) =>
        nodes
            .SelectMany(node => node.Spec?.Taints ?? [])
            .Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}")
            .FirstOrDefault();

    private static IEnumerable<ResourceQuantity> Allocatable(InspectionContext context, string resource) =>
        context
            .Snapshot.All<V1Node>()
            .Select(node => node.Status?.Allocatable?.TryGetValue(resource, out var amount) == true ? amount : null)
            .OfType<ResourceQuantity>();

    // "3 node(s) had taint {a: b}, that the pod didn't tolerate": a comma inside a reason is not followed by a number.
    [GeneratedRegex(@"\b(\d{1,6}) (.+?)(?=(?:, \d+ )|\.(?:\s|$)|$)")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\s*\(\{\w+\}\)|\s*\{\w+\}")]
    private static partial Regex Placeholder();
}
