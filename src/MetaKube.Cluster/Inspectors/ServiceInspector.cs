using System;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Services without ready pods, with a wrong selector or port, or without the address of a load balancer.
/// </summary>
internal sealed class ServiceInspector : IInspector
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet"];

    /// <summary>A provider takes a moment to assign an address.</summary>
    private static readonly TimeSpan BalancerDelay = TimeSpan.FromSeconds(10);

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1Service>()
                .Where(service =>
                    service.Spec is { Type: not "ExternalName" }
                    && context.Snapshot.IsComplete("Pod", service.Metadata.NamespaceProperty)
                )
                .SelectMany(service => Balancer(context, service).Concat(Pods(context, service)))
        );

    private static IEnumerable<Finding> Balancer(InspectionContext context, V1Service service)
    {
        if (
            service.Spec.Type == "LoadBalancer"
            && context.Snapshot.Shows(service, ShownFields.Status)
            && (service.Status?.LoadBalancer?.Ingress?.Count ?? 0) == 0
            && !(context.Since(service.Metadata.CreationTimestamp) < BalancerDelay)
        )
            yield return Of(
                service,
                NetworkFaults.LoadBalancerPending,
                $"Service {service.Metadata.Name} is of type LoadBalancer and has no external address",
                "status.loadBalancer",
                BalancerEvent(context, service),
                0.9
            );
    }

    private static IEnumerable<Finding> Pods(InspectionContext context, V1Service service)
    {
        if (service.Spec.Selector is not { Count: > 0 } selector)
            return [];
        var pods = context
            .Snapshot.In<V1Pod>(service.Metadata.NamespaceProperty)
            .Where(pod =>
                Selectors.Matches(selector, pod.Metadata.Labels) && pod.Status?.Phase is not ("Succeeded" or "Failed")
            )
            .ToList();
        // The labels of a pod of which only a row was read are unknown: it may be the one that is meant.
        if (pods.Count == 0)
            return context
                .Snapshot.In<V1Pod>(service.Metadata.NamespaceProperty)
                .All(pod => context.Snapshot.Shows(pod, ShownFields.Labels))
                ? [NoPods(context, service)]
                : [];
        var wrongPorts = WrongPorts(context, service, pods);
        return pods.Any(PodState.IsReady) || service.Spec.PublishNotReadyAddresses == true
            ? wrongPorts
            : wrongPorts.Prepend(NoneReady(context, service, pods.Count));
    }

    private static Finding NoneReady(InspectionContext context, V1Service service, int pods)
    {
        var name = service.Metadata.Name;
        // Only its events tell for certain whether a pod has a reason of its own not to be ready.
        var isCertain = context.Snapshot.IsComplete("Event", service.Metadata.NamespaceProperty);
        return Of(
            service,
            isCertain ? NetworkFaults.NoReadyEndpoints : null,
            pods == 1
                ? $"the only pod behind Service {name} is not ready"
                : $"none of the {pods} pods behind Service {name} is ready",
            "endpoints",
            $"selector {Selectors.Format(service.Spec.Selector)}: {pods} pods, 0 ready",
            0.8
        );
    }

    private sealed record Candidate(string Name, IDictionary<string, string> Labels);

    private static Finding NoPods(InspectionContext context, V1Service service)
    {
        var ns = service.Metadata.NamespaceProperty;
        var name = service.Metadata.Name;
        var selector = service.Spec.Selector;
        var quote = $"selector: {Selectors.Format(selector)}";
        var templates = ResourceTopology.Templates(context.Snapshot, ns).ToList();
        if (templates.Any(t => Selectors.Matches(selector, t.Template.Metadata?.Labels)))
            return Of(
                service,
                NetworkFaults.NoReadyEndpoints,
                $"the workload behind Service {name} has no pods",
                "spec.selector",
                quote,
                0.8
            );
        var labels = templates.Select(t => (t.Ref.Name, t.Template.Metadata?.Labels));
        if (Nearest(context.Snapshot, service, labels) is { } near)
            return Mismatch(service, near);
        // Where not all workloads were read, the intended one may be among the others.
        return Workloads.All(kind => context.Snapshot.IsComplete(kind, ns))
            ? Of(
                service,
                NetworkFaults.ServiceSelectorMismatch,
                $"the selector of Service {name} matches no pod",
                "spec.selector",
                quote,
                0.85,
                ("selector", Selectors.Format(selector))
            )
            : Of(service, null, $"no pod that was read matches Service {name}", "spec.selector", quote, 0.6);
    }

    /// <summary>
    /// The workload or pod that the Service is most likely meant for: it has the most labels in common, or the
    /// Service's
    /// own name. Null where nothing is similar.
    /// </summary>
    private static Candidate? Nearest(
        ClusterSnapshot snapshot,
        V1Service service,
        IEnumerable<(string Name, IDictionary<string, string>? Labels)> templates
    ) =>
        templates
            .Concat(
                snapshot
                    .In<V1Pod>(service.Metadata.NamespaceProperty)
                    .Select(pod => (pod.Metadata.Name, Labels: (IDictionary<string, string>?)pod.Metadata.Labels))
            )
            .Where(item => item.Labels is { Count: > 0 })
            .Select(item => new Candidate(item.Name, item.Labels!))
            .Select(candidate => (Candidate: candidate, Likeness: Likeness(service, candidate)))
            .OrderByDescending(item => item.Likeness)
            .FirstOrDefault(item => item.Likeness > 0)
            .Candidate;

    private static Finding Mismatch(V1Service service, Candidate near)
    {
        var selector = service.Spec.Selector;
        var suggestion = near.Labels.Where(label => selector.ContainsKey(label.Key)).ToList();
        if (suggestion.Count < selector.Count)
            suggestion = [.. near.Labels.Where(label => label.Key != ResourceTopology.TemplateHash)];
        return Of(
            service,
            NetworkFaults.ServiceSelectorMismatch,
            $"the selector of Service {service.Metadata.Name} matches no pod;"
                + $" {near.Name} carries {Selectors.Format(suggestion)}",
            "spec.selector",
            $"selector: {Selectors.Format(selector)}; {near.Name} labels: {Selectors.Format(near.Labels)}",
            0.95,
            ("selector", Selectors.Format(selector)),
            ("suggestion", Selectors.Format(suggestion)),
            ("selectorpatch", SelectorPatch(selector, suggestion))
        );
    }

    /// <summary>The JSON merge patch that turns one selector into the other.</summary>
    private static string SelectorPatch(
        IDictionary<string, string> selector,
        IReadOnlyList<KeyValuePair<string, string>> suggestion
    )
    {
        var patch = new JsonObject(
            selector
                .Keys.Where(key => !suggestion.Any(label => label.Key == key))
                .Select(key => KeyValuePair.Create(key, (JsonNode?)null))
        );
        foreach (var (key, value) in suggestion)
            patch[key] = value;
        return patch.ToJsonString();
    }

    private static int Likeness(V1Service service, Candidate candidate)
    {
        var (selector, labels) = (service.Spec.Selector, candidate.Labels);
        var equal = selector.Count(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
        var similar = selector.Count(pair =>
            labels.TryGetValue(pair.Key, out var value)
            && value != pair.Value
            && (
                value.Contains(pair.Value, StringComparison.OrdinalIgnoreCase)
                || pair.Value.Contains(value, StringComparison.OrdinalIgnoreCase)
            )
        );
        var name = service.Metadata.Name;
        var isNamesake =
            candidate.Name == name
            || candidate.Name.StartsWith(name + "-", StringComparison.Ordinal)
            || labels.Values.Contains(name);
        return equal * 3 + similar * 2 + (isNamesake ? 2 : 0);
    }

    private static IEnumerable<Finding> WrongPorts(InspectionContext context, V1Service service, List<V1Pod> pods)
    {
        var pod = pods.FirstOrDefault(PodState.IsReady) ?? pods[0];
        var isAskedAbout = context.IsAskedAbout(InspectionContext.Ref(service));
        // Where the names of ports were not read, a Service without endpoints beside a ready pod tells as much.
        var namesPorts =
            context.Snapshot.Shows(pod, ShownFields.PortNames)
            || PodState.IsReady(pod)
                && context.Snapshot.WithoutEndpoints.Contains(
                    (service.Metadata.NamespaceProperty, service.Metadata.Name)
                );
        var ports = (pod.Spec?.Containers ?? []).SelectMany(container => container.Ports ?? []).ToList();
        return (service.Spec.Ports ?? [])
            .Where(port => namesPorts || !IsName((string?)port.TargetPort))
            .Select(port => WrongPort(service, pod, port, ports, isAskedAbout))
            .OfType<Finding>();
    }

    private static bool IsName(string? port) =>
        port is not null && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static Finding? WrongPort(
        V1Service service,
        V1Pod pod,
        V1ServicePort port,
        List<V1ContainerPort> ports,
        bool isAskedAbout
    )
    {
        var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
        var served = ports.Where(p => (p.Protocol ?? "TCP") == (port.Protocol ?? "TCP")).ToList();
        var suggestion = string.Join(
            ", ",
            served.Select(p => p.Name is null ? $"{p.ContainerPort}" : $"{p.Name} ({p.ContainerPort})")
        );
        Finding Mismatch(string summary, string declared, double weight) =>
            Of(
                service,
                NetworkFaults.ServicePortMismatch,
                $"Service {service.Metadata.Name} sends to port {summary}",
                "spec.ports[].targetPort",
                $"targetPort: {target}; container ports: {declared}",
                weight,
                ("port", target),
                ("suggestion", suggestion)
            );
        if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            // A container may serve ports that it does not declare. A target beside all declared ones is nearly always
            // a slip, though, and more so when the Service fails.
            if (served.Count == 0 || served.Any(p => p.ContainerPort == number) || Probed(pod).Contains(number))
                return null;
            var weight = isAskedAbout ? 0.85 : 0.6;
            return Mismatch($"{number}, and its pods serve {suggestion}", suggestion, weight);
        }
        if (served.Any(p => p.Name == target))
            return null;
        var all = suggestion.Length == 0 ? "none declared" : suggestion;
        return Mismatch($"\"{target}\", and no container has a port of that name", all, 0.95);
    }

    private static IEnumerable<int> Probed(V1Pod pod) =>
        (pod.Spec.Containers ?? [])
            .SelectMany(c => new[] { c.ReadinessProbe, c.LivenessProbe })
            .Select(probe => (string?)(probe?.HttpGet?.Port ?? probe?.TcpSocket?.Port))
            .Select(port =>
                int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
            );

    private static string BalancerEvent(InspectionContext context, V1Service service) =>
        context.LatestEvent(InspectionContext.Ref(service), e => e.Type == "Warning")?.Message ?? "loadBalancer: {}";

    private static Finding Of(
        V1Service service,
        string? fault,
        string summary,
        string source,
        string quote,
        double weight,
        params (string Key, string Value)[] facts
    ) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(service),
            Summary = summary,
            Source = source,
            Quote = quote,
            Weight = weight,
            Facts = facts.Where(fact => fact.Value.Length > 0).ToDictionary(fact => fact.Key, fact => fact.Value),
        };
}
