using System.Globalization;
using System.Text.RegularExpressions;
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
        if (served.Count == 0)
            return ListensElsewhere(context, service, [pod]).FirstOrDefault(other => other.Facts["port"] == At(port));
        if (probed.Contains(number))
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

    /// <summary>
    /// A Service whose target port refuses connections, while the program behind it says that it listens on another
    /// one. A program may listen on more ports than it says, so the refusal has to be there.
    /// </summary>
    /// <param name="context">What was read.</param>
    /// <param name="service">The Service.</param>
    /// <param name="pods">Its pods, as far as they are known.</param>
    public static IEnumerable<Finding> ListensElsewhere(
        InspectionContext context,
        V1Service service,
        IReadOnlyList<V1Pod> pods
    )
    {
        var said = context
            .Snapshot.Logs.Where(log => pods.Any(pod => pod.Metadata.Name == log.Key.Pod && IsIn(pod, log.Key)))
            .SelectMany(log => log.Value.Split('\n'))
            .Select(line => (Line: line, Match: Listening.Match(line)))
            .Where(line => line.Match.Success)
            .Select(line => (line.Line, Port: line.Match.Groups["port"].Value))
            .ToList();
        if (said.Count == 0)
            yield break;
        foreach (var port in service.Spec.Ports ?? [])
        {
            var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
            if (said.Exists(line => line.Port == target) || !IsRefused(context, target))
                continue;
            var (quote, listened) = said[^1];
            yield return new()
            {
                Fault = NetworkFaults.ServicePortMismatch,
                Resource = InspectionContext.Ref(service),
                Summary =
                    $"Service {service.Metadata.Name} sends to port {target}, which refuses connections, and the "
                    + $"program says that it listens on port {listened}",
                Source = "log",
                Quote = quote.Trim(),
                Weight = 0.93,
                Facts = new Dictionary<string, string>
                {
                    ["port"] = $"{target}/{Protocol(port.Protocol)}",
                    ["suggestion"] = listened,
                },
            };
        }
    }

    private static bool IsIn(V1Pod pod, LogRef log) =>
        log.Namespace is null || log.Namespace == pod.Metadata.NamespaceProperty;

    private static bool IsRefused(InspectionContext context, string port) =>
        context
            .Snapshot.Logs.Values.SelectMany(log => log.Split('\n'))
            .Any(line =>
                line.Contains($":{port}", StringComparison.Ordinal)
                && line.Contains("refused", StringComparison.OrdinalIgnoreCase)
            );

    private static readonly Regex Listening = new(
        @"\b(?:listen(?:ing|s)?|serving|started|running|bound)\b[^\n]{0,60}?(?:[:\s]|port[ =:]{1,3})"
            + @"(?<port>\d{2,5})(?:$|[^\d.])",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );

    private static string At(V1ServicePort port) =>
        $"{(string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture)}/{Protocol(port.Protocol)}";

    private Finding Mismatch(V1ServicePort port, string says, string suggestion, double weight)
    {
        var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
        var facts = new Dictionary<string, string> { ["port"] = At(port) };
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
