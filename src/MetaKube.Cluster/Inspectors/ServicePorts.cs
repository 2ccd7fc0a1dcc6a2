using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Holds the ports of a Service against the ports of the containers behind it.</summary>
internal sealed class ServicePorts
{
    private readonly InspectionContext context;
    private readonly V1Service service;
    private readonly V1Pod pod;
    private readonly List<V1ContainerPort> declared;

    private ServicePorts(InspectionContext context, V1Service service, V1Pod pod)
    {
        this.context = context;
        this.service = service;
        this.pod = pod;
        declared = [.. (pod.Spec?.Containers ?? []).SelectMany(container => container.Ports ?? [])];
    }

    /// <summary>A finding for each port that leads to nothing.</summary>
    public static IEnumerable<Finding> Wrong(InspectionContext context, V1Service service, IReadOnlyList<V1Pod> pods)
    {
        var ports = new ServicePorts(context, service, pods.FirstOrDefault(PodState.IsReady) ?? pods[0]);
        return (service.Spec.Ports ?? []).Select(ports.Judge).OfType<Finding>();
    }

    /// <summary>True if endpoints with addresses and ports were read.</summary>
    public static bool HasEndpoints(InspectionContext context, V1Service service) =>
        context
            .Snapshot.Find<V1Endpoints>(service.Metadata.NamespaceProperty, service.Metadata.Name)
            ?.Subsets?.Any(subset => subset.Ports is { Count: > 0 } && subset.Addresses is { Count: > 0 }) == true;

    private Finding? Judge(V1ServicePort port)
    {
        var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Numbered(port, number)
            : Named(port, target);
    }

    private Finding? Numbered(V1ServicePort port, int number)
    {
        var served = Served(port);
        if (served.Any(p => p.ContainerPort == number))
            return null;
        if (declared.Find(p => p.ContainerPort == number) is { } other)
            return Mismatch(
                port,
                $"sends protocol {Protocol(port.Protocol)} to port {number}, and the container serves it by protocol "
                    + Protocol(other.Protocol),
                $"protocol {Protocol(other.Protocol)} on port {number}",
                0.93
            );
        // A container may serve ports that it does not declare. A target beside all declared ones is nearly always a
        // slip, though, and more so when the Service fails or a probe shows which port is served.
        var probed = Probed().ToList();
        if (served.Count == 0 || probed.Contains(number))
            return null;
        var suggestion = Names(served);
        var isSure = PodState.IsReady(pod) && served.Any(p => probed.Contains(p.ContainerPort));
        var weight = context.IsAskedAbout(InspectionContext.Ref(service)) || isSure ? 0.85 : 0.6;
        return Mismatch(port, $"sends to port {number}, and its pods serve {suggestion}", suggestion, weight);
    }

    private Finding? Named(V1ServicePort port, string target)
    {
        var served = Served(port);
        if (served.Any(p => p.Name == target) || HasEndpoints(context, service))
            return null;
        var suggestion = Names(served);
        // A description of a pod prints no names of ports: then only its endpoints tell.
        if (!context.Snapshot.Shows(pod, ShownFields.PortNames) && !IsUnresolved())
            return null;
        return Mismatch(
            port,
            $"sends to port \"{target}\", and no container has a port of that name",
            suggestion.Length == 0 ? "none declared" : suggestion,
            0.95
        );
    }

    private List<V1ContainerPort> Served(V1ServicePort port) =>
        declared.FindAll(p => Protocol(p.Protocol) == Protocol(port.Protocol));

    private static string Protocol(string? protocol) => string.IsNullOrEmpty(protocol) ? "TCP" : protocol;

    private static string Names(IEnumerable<V1ContainerPort> ports) =>
        string.Join(", ", ports.Select(p => p.Name is null ? $"{p.ContainerPort}" : $"{p.Name} ({p.ContainerPort})"));

    private IReadOnlyList<V1EndpointSubset> Subsets =>
        [
            .. context.Snapshot.Find<V1Endpoints>(service.Metadata.NamespaceProperty, service.Metadata.Name)?.Subsets
                ?? [],
        ];

    /// <summary>
    /// True if its endpoints are addresses without ports, or none beside a ready pod: no pod has a port of the name.
    /// </summary>
    private bool IsUnresolved() =>
        Subsets.Any(subset => subset.Addresses is { Count: > 0 }) && !HasEndpoints(context, service)
        || PodState.IsReady(pod)
            && context.Snapshot.HasEndpoints.TryGetValue(
                (service.Metadata.NamespaceProperty, service.Metadata.Name),
                out var any
            )
            && !any;

    private IEnumerable<int> Probed() =>
        (pod.Spec.Containers ?? [])
            .SelectMany(c => new[] { c.ReadinessProbe, c.LivenessProbe })
            .Select(probe =>
                (string?)(probe?.HttpGet?.Port ?? probe?.TcpSocket?.Port)
                ?? probe?.Grpc?.Port.ToString(CultureInfo.InvariantCulture)
            )
            .Select(port =>
                int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
            );

    private Finding Mismatch(V1ServicePort port, string says, string suggestion, double weight)
    {
        var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
        var facts = new Dictionary<string, string> { ["port"] = $"{target}/{Protocol(port.Protocol)}" };
        if (suggestion.Length > 0)
            facts["suggestion"] = suggestion;
        return new()
        {
            Fault = NetworkFaults.ServicePortMismatch,
            Resource = InspectionContext.Ref(service),
            Summary = $"Service {service.Metadata.Name} {says}",
            Source = "spec.ports[].targetPort",
            Quote = $"targetPort: {target}/{Protocol(port.Protocol)}; container ports: {All()}",
            Weight = weight,
            Facts = facts,
        };
    }

    private string All() =>
        declared.Count == 0
            ? "none declared"
            : string.Join(", ", declared.Select(p => $"{p.ContainerPort}/{Protocol(p.Protocol)}"));
}
