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
            "no node has the requested CPU ({request}) free{user}"
        ),
        new(
            @"Insufficient memory",
            SchedulingFaults.InsufficientMemory,
            "no node has the requested memory ({request}) free{user}"
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
            @"taint.{0,200}node\.kubernetes\.io/unschedulable|unschedulable$|were unschedulable",
            SchedulingFaults.NodeCordoned,
            "nodes are cordoned"
        ),
        new(
            @"taint.{0,200}node\.kubernetes\.io/(not-ready|unreachable)|node\(s\) were not ready",
            SystemFaults.NodeNotReady,
            "nodes are not ready"
        ),
        new(
            @"taint.{0,200}node\.kubernetes\.io/disk-pressure|had disk pressure",
            ResourceFaults.NodeDiskPressure,
            "nodes are short of disk"
        ),
        new(
            @"taint.{0,200}node\.kubernetes\.io/memory-pressure|had memory pressure",
            ResourceFaults.NodeMemoryPressure,
            "nodes are short of memory"
        ),
        new(
            @"taint.{0,200}node\.kubernetes\.io/pid-pressure",
            ResourceFaults.PidExhausted,
            "nodes are short of process ids"
        ),
        new(
            @"taints? \{(?<taint>[^}:]+):?\s*[^}]*\}|taint",
            SchedulingFaults.TaintNotTolerated,
            "the nodes' taint {taint} is not tolerated"
        ),
        new(
            @"volume node affinity conflict|PersistentVolume's node affinity|no available volume zone",
            ResourceFaults.PvNodeAffinity,
            "the pod's volume lives on a node where the pod cannot run",
            0.96
        ),
        new(
            @"exceed max volume count",
            SchedulingFaults.InsufficientExtendedResource,
            "every node has as many volumes attached as it may"
        ),
        new(
            @"cannot allocate all claims",
            SchedulingFaults.InsufficientExtendedResource,
            "no node has the devices free that the pod's resource claims ask for"
        ),
        new(@"bound to non-existent p", null, "the pod's claim is bound to a volume that does not exist"),
        new(
            @"didn't find available persistent volumes|unbound immediate PersistentVolumeClaims"
                + "|unbound PersistentVolumeClaims",
            null,
            "the pod waits for its volume claim to be bound"
        ),
        new(
            @"node affinity/selector|node selector|node affinity|match node selector|\[NodeAffinity\]"
                + "|filtered out by the prefilter",
            SchedulingFaults.NodeSelectorMismatch,
            "no node carries the labels that the pod asks for ({selector})"
        ),
        new(
            @"pod affinity|pod \(anti-\)affinity|anti-affinity|affinity/anti-affinity",
            SchedulingFaults.PodAffinityUnsatisfiable,
            "the pod's (anti-)affinity to other pods cannot be met{terms}"
        ),
        new(@"topology spread", SchedulingFaults.TopologySpread, "the pod's topology spread constraint cannot be met"),
        new(@"free ports", SchedulingFaults.HostPortConflict, "host port {port} is taken on every node{holder}"),
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
    /// <param name="Count">The number of these nodes.</param>
    /// <param name="IsMain">The pod can run if this reason is lifted.</param>
    private sealed record Rejection(
        V1Pod Pod,
        string Message,
        string Source,
        MessagePattern Pattern,
        IReadOnlyDictionary<string, string> Facts,
        int Count,
        bool IsMain
    );

    public InspectionResult Inspect(InspectionContext context)
    {
        var findings = new List<Finding>();
        var edges = new List<TopologyEdge>();
        foreach (var pod in context.Pods.Where(IsUnscheduled))
        {
            var scheduled = Scheduled(pod);
            var message = MessageOf(context, pod);
            var source = string.IsNullOrEmpty(scheduled?.Message)
                ? "event FailedScheduling"
                : "status.conditions[PodScheduled].message";
            if (scheduled?.Reason == "SchedulingGated")
                findings.Add(Gated(pod, scheduled));
            else if (message is null)
                findings.AddRange(Unseen(context, pod));
            else if (MissingClaim.Match(message) is { } claim)
                findings.Add(ClaimNotFound(pod, source, message, claim));
            else
                foreach (var rejection in Rejections(context, pod, message, source))
                {
                    findings.Add(Judge(context, rejection));
                    edges.AddRange(Edges(context, rejection));
                }
        }
        return new(findings, edges);
    }

    private static V1PodCondition? Scheduled(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");

    /// <summary>The scheduler's last word about a pod: in its condition, or in an event; null for none.</summary>
    public static string? MessageOf(InspectionContext context, V1Pod pod) =>
        Scheduled(pod)?.Message is { Length: > 0 } condition ? condition : EventOf(context, pod)?.Message;

    /// <summary>Autoscalers report under the scheduler's reason; only the scheduler counts the nodes.</summary>
    private static Corev1Event? EventOf(InspectionContext context, V1Pod pod) =>
        context.LatestEvent(
            InspectionContext.Ref(pod),
            e =>
                e.Reason == "FailedScheduling"
                && e.Message?.Contains("nodes are available", StringComparison.Ordinal) == true
        ) ?? context.LatestEvent(InspectionContext.Ref(pod), e => e.Reason == "FailedScheduling");

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
    /// The known reasons of a scheduler's message; control-plane nodes do not count where other nodes do.
    /// </summary>
    private static IEnumerable<Rejection> Rejections(
        InspectionContext context,
        V1Pod pod,
        string message,
        string source
    )
    {
        var known = Counts(message)
            .Select(reason => (Known: MessagePattern.First(Reasons, reason.Text), reason.Count))
            .Where(reason => reason.Known is not null)
            .Select(reason => new Rejection(
                pod,
                message,
                source,
                reason.Known!.Value.Message,
                reason.Known.Value.Facts,
                reason.Count,
                IsMain: false
            ))
            .ToList();
        var main = Main(context, pod, message, known);
        var most = main.Select(rejection => rejection.Count).DefaultIfEmpty(0).Max();
        return known.Select(rejection =>
            rejection with
            {
                IsMain = main.Contains(rejection) && rejection.Count == most,
            }
        );
    }

    /// <summary>The reasons of a message with the nodes that each keeps away.</summary>
    private static List<(string Text, int Count)> Counts(string message)
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
        var relevant = counted.FindAll(reason =>
            !reason.Text.Contains("control-plane", StringComparison.Ordinal)
            && !reason.Text.Contains("node-role.kubernetes.io/master", StringComparison.Ordinal)
        );
        return relevant.Count == 0 ? counted : relevant;
    }

    /// <summary>
    /// The reasons of which one has to be lifted. A pod of a DaemonSet is for one node: every other node is always said
    /// not to match. Elsewhere the nodes tell, if all of them were read; without them, every reason counts.
    /// </summary>
    private static List<Rejection> Main(InspectionContext context, V1Pod pod, string message, List<Rejection> known)
    {
        List<Rejection> Of(Func<string?, bool> passes) => known.FindAll(rejection => passes(rejection.Pattern.Fault));
        var others = Of(fault => fault != SchedulingFaults.NodeSelectorMismatch);
        if (others.Count > 0 && IsOfDaemonSet(pod))
            return others;
        var unselected = known.Except(others).Sum(rejection => rejection.Count);
        var fit = new NodeFit(context.Snapshot.All<V1Node>(), pod);
        if (fit.Explains(Counted(message), unselected))
        {
            var told = fit.Decisive() switch
            {
                NodeFit.Obstacle.Cordon => Of(fault => fault == SchedulingFaults.NodeCordoned),
                NodeFit.Obstacle.Taint => Of(fault => fault == SchedulingFaults.TaintNotTolerated),
                NodeFit.Obstacle.Selector => Of(fault => fault == SchedulingFaults.NodeSelectorMismatch),
                _ => others.FindAll(rejection =>
                    rejection.Pattern.Fault is not (SchedulingFaults.NodeCordoned or SchedulingFaults.TaintNotTolerated)
                ),
            };
            if (told.Count > 0)
                return told;
        }
        // Nodes that are cordoned or tainted were never asked for their labels: of equal counts, they decide.
        return others.Exists(rejection => rejection.Count >= unselected) ? others : known;
    }

    private static bool IsOfDaemonSet(V1Pod pod) =>
        pod.Metadata.OwnerReferences?.Any(owner => owner.Kind == "DaemonSet") == true;

    /// <summary>"0/4 nodes are available" counts four.</summary>
    private static int Counted(string message) =>
        Available().Match(message) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

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
            Summary = Placeholder().Replace(finding.Summary, "").TrimEnd() + Detail(context, rejection),
        };
    }

    /// <summary>The nodes, labels and tolerations that stand behind a reason, as far as they were read.</summary>
    private static string Detail(InspectionContext context, Rejection rejection)
    {
        if (!rejection.IsMain)
            return "";
        var pod = rejection.Pod;
        var fit = new NodeFit(context.Snapshot.All<V1Node>(), pod);
        if (IsOfDaemonSet(pod) && rejection.Pattern.Fault != SchedulingFaults.NodeSelectorMismatch)
            return ", on the node that its DaemonSet wants it on";
        return rejection.Pattern.Fault switch
        {
            SchedulingFaults.NodeCordoned when fit.Cordoned.Any() => CordonDetail(context.Snapshot, fit, pod),
            SchedulingFaults.TaintNotTolerated => TolerationDetail(pod),
            SchedulingFaults.NodeSelectorMismatch
                when pod.Spec.NodeSelector is { Count: > 0 } && fit.Wanted.Count > 0 =>
                $"; {fit.Wanted[0].Metadata.Name} does, and does not take it for another reason",
            _ => "",
        };
    }

    private static string CordonDetail(ClusterSnapshot snapshot, NodeFit fit, V1Pod pod)
    {
        var names = string.Join(", ", fit.Cordoned.Take(3).Select(node => node.Metadata.Name));
        var selector = pod.Spec.NodeSelector is { Count: > 0 } labels
            ? $", and only {(fit.Wanted.Count == 1 ? "this one has" : "these have")} {Selectors.Format(labels)}"
            : "";
        var taint = fit.Untolerated.FirstOrDefault() is { } also
            ? $"; its taint {Format(also)} is not tolerated either"
            : "";
        return $" ({names}{NodeFit.CordonedBy(snapshot, fit.Cordoned.First())}){selector}{taint}";
    }

    /// <summary>Tolerations that a person wrote; every pod has those of the node lifecycle.</summary>
    private static string TolerationDetail(V1Pod pod)
    {
        var own = (pod.Spec.Tolerations ?? [])
            .Where(toleration => toleration.Key?.StartsWith("node.kubernetes.io/", StringComparison.Ordinal) != true)
            .Select(toleration =>
                toleration.OperatorProperty == "Exists"
                    ? $"{toleration.Key}:{toleration.Effect}"
                    : $"{toleration.Key}={toleration.Value}:{toleration.Effect}"
            )
            .ToList();
        return own.Count == 0 ? "" : $"; the pod tolerates {string.Join(", ", own)}";
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
            // The message names only the key of a taint.
            if (!string.IsNullOrEmpty(value) && !facts.TryAdd(key, value) && IsOfKey(value, facts[key]))
                facts[key] = value;
    }

    private static bool IsOfKey(string taint, string key) => taint.StartsWith($"{key}=", StringComparison.Ordinal);

    /// <summary>Names and amounts that the summary and the remedies of a fault need, empty where unknown.</summary>
    private static (string Key, string? Value)[] FactsOf(InspectionContext context, V1Pod pod, string? fault)
    {
        var nodes = context.Snapshot.All<V1Node>().ToList();
        var fit = new NodeFit(nodes, pod);
        return fault switch
        {
            SchedulingFaults.InsufficientCpu => Room(context, pod, "cpu"),
            SchedulingFaults.InsufficientMemory => Room(context, pod, "memory"),
            SchedulingFaults.InsufficientExtendedResource => [("request", Requested(pod, "ephemeral-storage"))],
            SchedulingFaults.NodeSelectorMismatch =>
            [
                ("selector", Selectors.Format(pod.Spec.NodeSelector ?? new Dictionary<string, string>())),
            ],
            SchedulingFaults.HostPortConflict =>
            [
                ("port", string.Join(", ", HostPorts.Of(pod))),
                ("holder", context.Occupants.HolderOfPort(pod)),
            ],
            SchedulingFaults.PodAffinityUnsatisfiable => [("terms", PodTerms.Describe(pod))],
            SchedulingFaults.NodeCordoned =>
            [
                ("node", (fit.Cordoned.FirstOrDefault() ?? nodes.Find(NodeFit.IsCordoned))?.Metadata.Name),
            ],
            SystemFaults.NodeNotReady => [("node", nodes.FirstOrDefault(NodeInspector.IsNotReady)?.Metadata.Name)],
            SchedulingFaults.TaintNotTolerated =>
            [
                ("taint", fit.Untolerated.Select(Format).FirstOrDefault() ?? FirstTaint(nodes)),
            ],
            _ => [],
        };
    }

    private static (string Key, string? Value)[] Room(InspectionContext context, V1Pod pod, string resource) =>
        [
            ("request", Requested(pod, resource)),
            ("fits", Fits(context, pod, resource)),
            ("user", context.Occupants.LargestUser(pod, resource)),
        ];

    /// <summary>Half of the largest node, where that is less than the pod asks for now; else null.</summary>
    private static string? Fits(InspectionContext context, V1Pod pod, string resource)
    {
        var half = Quantity.HalfOfLargest(Allocatable(context, resource), resource == "memory");
        var requested = (pod.Spec.Containers ?? [])
            .Select(container =>
                container.Resources?.Requests?.TryGetValue(resource, out var amount) == true ? amount : null
            )
            .OfType<ResourceQuantity>()
            .Sum(amount => amount.ToDecimal());
        return half is not null && (requested == 0 || new ResourceQuantity(half).ToDecimal() < requested) ? half : null;
    }

    private static string Requested(V1Pod pod, string resource) =>
        string.Join(
            " + ",
            (pod.Spec.Containers ?? [])
                .Where(container => container.Resources?.Requests?.ContainsKey(resource) == true)
                .Select(container => container.Resources.Requests[resource].ToString())
        );

    private static string? FirstTaint(IEnumerable<V1Node> nodes) =>
        nodes.SelectMany(node => node.Spec?.Taints ?? []).Select(Format).FirstOrDefault();

    private static string Format(V1Taint taint) => $"{taint.Key}={taint.Value}:{taint.Effect}";

    private static IEnumerable<ResourceQuantity> Allocatable(InspectionContext context, string resource) =>
        context
            .Snapshot.All<V1Node>()
            .Select(node => node.Status?.Allocatable?.TryGetValue(resource, out var amount) == true ? amount : null)
            .OfType<ResourceQuantity>();

    // "3 node(s) had taint {a: b}, that the pod didn't tolerate": a comma inside a reason is not followed by a number.
    [GeneratedRegex(@"\b(\d{1,6}) (.+?)(?=(?:, \d+ )|\.(?:\s|$)|$)")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\b0/(\d{1,6}) nodes are available")]
    private static partial Regex Available();

    [GeneratedRegex(@"\s*\(\{\w+\}\)|\s*\{\w+\}")]
    private static partial Regex Placeholder();
}
