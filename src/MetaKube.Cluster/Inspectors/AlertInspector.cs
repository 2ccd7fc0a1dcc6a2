using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Judges what alerts report together. Slowness begins where latency grew most in proportion, because a delay weighs
/// least on a caller that was slow before. Its reason is the CPU where that is saturated too, else the network: of a
/// node where all of its pods suffer, of the pod otherwise.
/// </summary>
internal sealed class AlertInspector : IInspector
{
    /// <summary>From this factor on, a higher use of CPU counts without throttling.</summary>
    private const double MuchMoreCpu = 2;

    /// <summary>Fewer retransmissions in a second come with any congestion.</summary>
    private const double ManyRetransmissions = 2;

    /// <summary>A node's network is blamed from so many pods, of which so many are slower themselves.</summary>
    private const int PodsOfNode = 3,
        SlowPodsOfNode = 2;

    public InspectionResult Inspect(InspectionContext context) =>
        context.Snapshot.AlertSigns.Count == 0 ? new([]) : new(new Alerts(context).Findings());

    /// <summary>The signs of one case, by the object that has to change.</summary>
    private sealed class Alerts
    {
        private readonly InspectionContext context;
        private readonly Dictionary<ResourceRef, List<AlertSign>> signs;

        public Alerts(InspectionContext context)
        {
            this.context = context;
            signs = context
                .Snapshot.AlertSigns.GroupBy(Locate)
                .ToDictionary(group => group.Key, group => group.ToList());
        }

        public IEnumerable<Finding> Findings()
        {
            foreach (var (resource, own) in signs)
                if (own.Find(sign => sign.Kind == AlertSignKind.Errors) is { } errors)
                    yield return Of(null, resource, $"an alert reports errors of {resource.Name}", errors, 0.6);
            var origin = signs
                .Where(entry => entry.Key.Kind != "Node" && FactorOf(entry.Value, AlertSignKind.Latency) > 0)
                .Select(entry => ((ResourceRef, List<AlertSign>)?)(entry.Key, entry.Value))
                .MaxBy(entry => FactorOf(entry!.Value.Item2, AlertSignKind.Latency));
            foreach (var saturated in Saturated(origin?.Item1))
                yield return saturated;
            if (Loss() is { } loss)
                yield return loss;
            else if (origin is { } slow && !IsSaturated(slow.Item2))
                yield return OfNode() ?? OfPod(slow.Item1, slow.Item2);
        }

        /// <summary>Objects whose CPU is used up. Beside slow ones only the slowest counts.</summary>
        private IEnumerable<Finding> Saturated(ResourceRef? origin) =>
            from entry in signs
            where entry.Key.Kind != "Node" && IsSaturated(entry.Value) && (origin is null || entry.Key == origin)
            let sign = entry.Value.First(sign => sign.Kind is AlertSignKind.Throttled or AlertSignKind.Cpu)
            select Of(
                ResourceFaults.CpuThrottled,
                entry.Key,
                $"an alert reports that {entry.Key.Name} has too little CPU",
                sign,
                sign.Kind == AlertSignKind.Throttled ? 0.82 : 0.7
            );

        private static bool IsSaturated(List<AlertSign> own) =>
            own.Exists(sign => sign.Kind == AlertSignKind.Throttled)
            || FactorOf(own, AlertSignKind.Cpu) >= MuchMoreCpu;

        private Finding? Loss()
        {
            var (resource, own) = signs
                .OrderByDescending(entry => ValueOf(entry.Value, AlertSignKind.Retransmissions))
                .FirstOrDefault();
            if (own?.Find(sign => sign.Kind == AlertSignKind.Retransmissions) is not { } lost)
                return null;
            var less = signs.Values.Any(all => all.Exists(sign => sign.Kind == AlertSignKind.LessTraffic));
            if (lost.Value < ManyRetransmissions && (lost.Value > 0 || lost.Factor > 0) && less)
                return null;
            return Of(
                NetworkFaults.PacketLoss,
                resource!,
                $"packets of {Described(resource!)} get lost: TCP retransmits far more than usual",
                lost,
                0.85
            );
        }

        private Finding? OfNode()
        {
            var namespaces = signs.Keys.Select(resource => resource.Namespace).OfType<string>().ToHashSet();
            var bad = context
                .Snapshot.All<V1Pod>()
                .Where(pod => pod.Spec?.NodeName is not null && namespaces.Contains(pod.Metadata.NamespaceProperty))
                .GroupBy(pod => pod.Spec.NodeName)
                .Select(group => (Node: group.Key, Pods: group.Select(SignsOf).ToList()))
                .Where(node =>
                    node.Pods.Count >= PodsOfNode
                    && node.Pods.TrueForAll(own => own.Count > 0)
                    && node.Pods.Count(IsSlow) >= SlowPodsOfNode
                )
                .OrderByDescending(node => (double)node.Pods.Count(IsSlow) / node.Pods.Count)
                .FirstOrDefault();
            if (bad.Node is null)
                return null;
            var worst = bad
                .Pods.SelectMany(own => own)
                .Where(sign => sign.Kind == AlertSignKind.Latency)
                .MaxBy(sign => sign.Factor)!;
            return Of(
                NetworkFaults.Delay,
                new("Node", null, bad.Node),
                $"all {bad.Pods.Count} pods of node {bad.Node} are slower or get less traffic, and their CPU is not"
                    + " saturated: the node's network delays them",
                worst,
                0.82
            );
        }

        private static Finding OfPod(ResourceRef resource, List<AlertSign> own) =>
            Of(
                NetworkFaults.Delay,
                resource,
                $"latency of {resource.Name} grew most of all, and its CPU is not saturated: its traffic is delayed",
                own.First(sign => sign.Kind == AlertSignKind.Latency),
                0.78
            );

        private List<AlertSign> SignsOf(V1Pod pod) =>
            signs.GetValueOrDefault(context.Topology.Controller(InspectionContext.Ref(pod))) ?? [];

        private static bool IsSlow(List<AlertSign> own) => own.Exists(sign => sign.Kind == AlertSignKind.Latency);

        private static double FactorOf(List<AlertSign> own, AlertSignKind kind) =>
            own.Where(sign => sign.Kind == kind)
                // A usual value of zero means that nothing was measured before, and is no growth.
                .Select(sign => sign.Factor > 0 && double.IsFinite(sign.Factor) ? sign.Factor : 1)
                .DefaultIfEmpty(0)
                .Max();

        private static double ValueOf(List<AlertSign> own, AlertSignKind kind) =>
            own.Where(sign => sign.Kind == kind).Select(sign => sign.Value).DefaultIfEmpty(-1).Max();

        /// <summary>
        /// The object that an alert means. Detectors call a program by its Service; what has to change is its workload.
        /// </summary>
        private ResourceRef Locate(AlertSign sign)
        {
            if (sign.ObjectKind == "Node")
                return new("Node", null, sign.Name);
            return Find<V1Deployment>(sign)
                ?? Find<V1StatefulSet>(sign)
                ?? Find<V1DaemonSet>(sign)
                ?? PodOf(sign)
                ?? Find<V1Service>(sign)
                ?? new(sign.ObjectKind, sign.Namespace ?? NamespaceOfAll(), sign.Name);
        }

        private ResourceRef? Find<T>(AlertSign sign)
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            context
                .Snapshot.All<T>()
                .Where(item => item.Metadata.Name == sign.Name && IsIn(sign, item.Metadata))
                .Select(item => InspectionContext.Ref(item))
                .FirstOrDefault();

        private ResourceRef? PodOf(AlertSign sign) =>
            context
                .Snapshot.All<V1Pod>()
                .Where(pod => IsIn(sign, pod.Metadata))
                .Select(pod => InspectionContext.Ref(pod))
                .Select(pod => (Pod: pod, Top: context.Topology.Controller(pod)))
                .Where(pair => pair.Pod.Name == sign.Name || pair.Top.Name == sign.Name)
                .Select(pair => pair.Top)
                .FirstOrDefault();

        private static bool IsIn(AlertSign sign, V1ObjectMeta meta) =>
            sign.Namespace is null || sign.Namespace == meta.NamespaceProperty;

        private string NamespaceOfAll() =>
            context.Snapshot.All<V1Pod>().Select(pod => pod.Metadata.NamespaceProperty).FirstOrDefault() ?? "default";

        private static string Described(ResourceRef resource) =>
            resource.Kind == "Node" ? $"node {resource.Name}" : resource.Name;

        private static Finding Of(string? fault, ResourceRef resource, string summary, AlertSign sign, double weight) =>
            new()
            {
                Fault = fault,
                Resource = resource,
                Summary = summary,
                Source = "text of an alert",
                Quote = sign.Quote,
                Weight = weight,
                Facts = resource.Kind == "Node"
                    ? new Dictionary<string, string> { ["node"] = resource.Name }
                    : new Dictionary<string, string>(),
            };
    }
}
