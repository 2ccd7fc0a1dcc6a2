using System;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Pods that no node takes, by the scheduler's own count of reasons.</summary>
internal sealed partial class SchedulingInspector : IInspector
{
    private static readonly MessagePattern[] Reasons =
    [
        new(@"Insufficient cpu", "scheduling.insufficient-cpu", "no node has the requested CPU ({request}) free"),
        new(
            @"Insufficient memory",
            "scheduling.insufficient-memory",
            "no node has the requested memory ({request}) free"
        ),
        new(
            @"Insufficient ephemeral-storage",
            "scheduling.insufficient-extended-resource",
            "no node has the requested ephemeral storage ({request}) free"
        ),
        new(
            @"Too many pods|Insufficient pods",
            "scheduling.insufficient-pods",
            "every node holds as many pods as it may"
        ),
        new(
            @"Insufficient (?<device>\S+)",
            "scheduling.insufficient-extended-resource",
            "no node has the requested {device} free"
        ),
        new(
            @"taint.*node\.kubernetes\.io/unschedulable|unschedulable$|were unschedulable",
            "scheduling.node-cordoned",
            "nodes are cordoned"
        ),
        new(@"taint.*node\.kubernetes\.io/(not-ready|unreachable)", "system.node-not-ready", "nodes are not ready"),
        new(@"taint.*node\.kubernetes\.io/disk-pressure", "resource.node-disk-pressure", "nodes are short of disk"),
        new(
            @"taint.*node\.kubernetes\.io/memory-pressure",
            "resource.node-memory-pressure",
            "nodes are short of memory"
        ),
        new(@"taint.*node\.kubernetes\.io/pid-pressure", "resource.pid-exhausted", "nodes are short of process ids"),
        new(
            @"taints? \{(?<taint>[^}:]+):?\s*[^}]*\}|taint",
            "scheduling.taint-not-tolerated",
            "the nodes' taint {taint} is not tolerated"
        ),
        new(
            @"volume node affinity conflict",
            "resource.pv-node-affinity",
            "the pod's volume lives on a node where the pod cannot run",
            0.96
        ),
        new(
            @"didn't find available persistent volumes|unbound immediate PersistentVolumeClaims|unbound PersistentVolumeClaims",
            null,
            "the pod waits for its volume claim to be bound"
        ),
        new(
            @"node affinity/selector|node selector|node affinity|match node selector",
            "scheduling.node-selector-mismatch",
            "no node carries the labels that the pod asks for ({selector})"
        ),
        new(
            @"pod affinity|pod \(anti-\)affinity|anti-affinity|affinity/anti-affinity",
            "scheduling.pod-affinity-unsatisfiable",
            "the pod's (anti-)affinity to other pods cannot be met"
        ),
        new(@"topology spread", "scheduling.topology-spread", "the pod's topology spread constraint cannot be met"),
        new(@"free ports", "scheduling.host-port-conflict", "host port {port} is taken on every node"),
    ];

    private static readonly MessagePattern MissingClaim = new(
        @"persistentvolumeclaim ""(?<claim>[^""]+)"" not found",
        "resource.provisioning-failed",
        "volume claim {claim} does not exist",
        0.95
    );

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (
            var pod in x.Pods.Where(pod =>
                pod.Status?.Phase == "Pending"
                && string.IsNullOrEmpty(pod.Spec?.NodeName)
                && pod.Status.ContainerStatuses is null or { Count: 0 }
            )
        )
        {
            var resource = Examination.Ref(pod);
            var scheduled = pod.Status.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");
            if (scheduled?.Reason == "SchedulingGated")
            {
                yield return new()
                {
                    Fault = "scheduling.gated",
                    Resource = resource,
                    Summary = "scheduling gates hold the pod back",
                    Source = "status.conditions[PodScheduled]",
                    Quote = scheduled.Message ?? scheduled.Reason,
                    Facts = GateFact(pod),
                };
                continue;
            }
            var failed = x.LatestEvent(resource, e => e.Reason == "FailedScheduling");
            var (message, source) = scheduled?.Message is { Length: > 0 } condition
                ? (condition, "status.conditions[PodScheduled].message")
                : (failed?.Message, "event FailedScheduling");
            if (message is null)
            {
                if (
                    x.Since(pod.Metadata.CreationTimestamp) > TimeSpan.FromSeconds(60)
                    && x.Snapshot.IsComplete("Event", resource.Namespace)
                )
                    yield return new()
                    {
                        Fault = "system.controller-down",
                        Resource = resource,
                        Summary = "the scheduler has not looked at the pod: it is Pending without any event",
                        Source = "status.phase",
                        Quote = "phase: Pending, conditions: null",
                        Weight = 0.7,
                    };
                continue;
            }
            foreach (var finding in Judge(x, pod, resource, message, source))
                yield return finding;
        }
    }

    private static IEnumerable<Finding> Judge(
        Examination x,
        V1Pod pod,
        ResourceRef resource,
        string message,
        string source
    )
    {
        if (MissingClaim.Match(message) is { } claim)
        {
            yield return MissingClaim.Find(resource, source, message, claim) with
            {
                About = new("PersistentVolumeClaim", resource.Namespace, claim["claim"]),
            };
            yield break;
        }
        // "0/3 nodes are available: " counts nothing, and "preemption: …" after the reasons repeats them.
        var reasons = message.Split("preemption:")[0].Split("nodes are available: ")[^1];
        var counted = Reason()
            .Matches(reasons)
            .Select(match =>
                (Text: match.Groups[2].Value, Count: int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            )
            .DefaultIfEmpty((Text: reasons, Count: 1))
            .ToList();
        // The cause is what, if lifted, lets the most nodes fit. Control-plane nodes are not meant to.
        var worth = counted
            .Where(reason =>
                !reason.Text.Contains("control-plane", StringComparison.Ordinal)
                && !reason.Text.Contains("node-role.kubernetes.io/master", StringComparison.Ordinal)
            )
            .ToList();
        if (worth.Count == 0)
            worth = counted;
        var most = worth.Max(reason => reason.Count);
        foreach (var (text, count) in worth)
        {
            if (MessagePattern.First(Reasons, text) is not { } known)
                continue;
            var facts = new Dictionary<string, string>(known.Facts);
            AddFacts(x, pod, known.Message.Fault, facts);
            // What is wrong with a node shows on the node; the pod that it does not take depends on it as one that it
            // runs.
            foreach (var node in x.Snapshot.All<V1Node>().Where(node => HasTaintOf(node, known.Message.Fault)))
                x.Topology.Add(resource, Examination.Ref(node), Relation.SchedulesOn);
            var finding = known.Message.Find(resource, source, message, facts);
            yield return finding with
            {
                Weight = count == most ? Math.Max(finding.Weight, 0.93) : 0.5,
                Summary = Placeholder().Replace(finding.Summary, "").TrimEnd(),
            };
        }
    }

    private static bool HasTaintOf(V1Node node, string? fault)
    {
        var (condition, status) = fault switch
        {
            "resource.node-disk-pressure" => ("DiskPressure", "True"),
            "resource.node-memory-pressure" => ("MemoryPressure", "True"),
            "resource.pid-exhausted" => ("PIDPressure", "True"),
            "system.node-not-ready" => ("Ready", "False"),
            _ => ("", ""),
        };
        return node.Status?.Conditions?.Any(c =>
                c.Type == condition && (c.Status == status || condition == "Ready" && c.Status != "True")
            ) == true;
    }

    private static void AddFacts(Examination x, V1Pod pod, string? fault, Dictionary<string, string> facts)
    {
        string? Sum(string resource)
        {
            var amounts = (pod.Spec.Containers ?? [])
                .Where(c => c.Resources?.Requests?.ContainsKey(resource) == true)
                .Select(c => c.Resources.Requests[resource].ToString())
                .ToList();
            return amounts.Count == 0 ? null : string.Join(" + ", amounts);
        }
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                facts.TryAdd(key, value);
        }
        switch (fault)
        {
            case "scheduling.insufficient-cpu":
                Add("request", Sum("cpu"));
                Add("fits", Quantity.HalfOfLargest(Allocatable(x, "cpu"), isMemory: false));
                break;
            case "scheduling.insufficient-memory":
                Add("request", Sum("memory"));
                Add("fits", Quantity.HalfOfLargest(Allocatable(x, "memory"), isMemory: true));
                break;
            case "scheduling.insufficient-extended-resource":
                Add("request", Sum("ephemeral-storage"));
                break;
            case "scheduling.node-selector-mismatch":
                Add("selector", Selectors.Format(pod.Spec.NodeSelector ?? new Dictionary<string, string>()));
                break;
            case "scheduling.host-port-conflict":
                Add(
                    "port",
                    string.Join(
                        ", ",
                        (pod.Spec.Containers ?? [])
                            .SelectMany(c => c.Ports ?? [])
                            .Where(port => port.HostPort > 0)
                            .Select(port => port.HostPort)
                    )
                );
                break;
            case "scheduling.node-cordoned":
                Add(
                    "node",
                    x.Snapshot.All<V1Node>().FirstOrDefault(node => node.Spec?.Unschedulable == true)?.Metadata.Name
                );
                break;
            case "system.node-not-ready":
                Add("node", x.Snapshot.All<V1Node>().FirstOrDefault(NodeInspector.IsNotReady)?.Metadata.Name);
                break;
            case "scheduling.taint-not-tolerated":
                Add(
                    "taint",
                    x.Snapshot.All<V1Node>()
                        .SelectMany(node => node.Spec?.Taints ?? [])
                        .Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}")
                        .FirstOrDefault()
                );
                break;
        }
    }

    private static IEnumerable<ResourceQuantity> Allocatable(Examination x, string resource) =>
        x
            .Snapshot.All<V1Node>()
            .Select(node => node.Status?.Allocatable?.TryGetValue(resource, out var amount) == true ? amount : null)
            .OfType<ResourceQuantity>();

    private static Dictionary<string, string> GateFact(V1Pod pod) =>
        pod.Spec.SchedulingGates?.FirstOrDefault()?.Name is { } gate ? new() { ["gate"] = gate } : [];

    // "3 node(s) had taint {a: b}, that the pod didn't tolerate": a comma inside a reason is not followed by a number.
    [GeneratedRegex(@"\b(\d{1,6}) (.+?)(?=(?:, \d+ )|\.(?:\s|$)|$)")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\s*\(\{\w+\}\)|\s*\{\w+\}")]
    private static partial Regex Placeholder();
}
