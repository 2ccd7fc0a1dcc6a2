using System;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Services that lead nowhere: selector, ports, pods that are not ready, load balancers without an address.
/// </summary>
internal sealed class ServiceInspector : IInspector
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet"];

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (
            var service in x
                .Snapshot.All<V1Service>()
                .Where(service => x.Snapshot.IsComplete("Pod", service.Metadata.NamespaceProperty))
        )
        {
            if (service.Spec is not { Type: not "ExternalName" } spec)
                continue;
            if (
                spec.Type == "LoadBalancer"
                && (service.Status?.LoadBalancer?.Ingress?.Count ?? 0) == 0
                && !(x.Since(service.Metadata.CreationTimestamp) < TimeSpan.FromSeconds(10))
            )
                yield return Of(
                    service,
                    "network.load-balancer-pending",
                    $"Service {service.Metadata.Name} is of type LoadBalancer and has no external address",
                    "status.loadBalancer",
                    BalancerEvent(x, service),
                    0.9
                );
            if (spec.Selector is not { Count: > 0 })
                continue;
            var pods = x
                .Snapshot.In<V1Pod>(service.Metadata.NamespaceProperty)
                .Where(pod =>
                    Selectors.Matches(spec.Selector, pod.Metadata.Labels)
                    && pod.Status?.Phase is not ("Succeeded" or "Failed")
                )
                .ToList();
            // Whether pods have a reason of their own not to be ready, only their events tell for certain.
            var certain = x.Snapshot.IsComplete("Event", service.Metadata.NamespaceProperty);
            if (pods.Count == 0)
            {
                yield return NoPods(x, service);
                continue;
            }
            if (!pods.Any(IsReady) && spec.PublishNotReadyAddresses != true)
                yield return Of(
                    service,
                    certain ? "network.no-ready-endpoints" : null,
                    $"{(pods.Count == 1 ? "the only pod" : $"none of the {pods.Count} pods")} behind Service {service.Metadata.Name} is {(pods.Count == 1 ? "not " : "")}ready",
                    "endpoints",
                    $"selector {Selectors.Format(spec.Selector)}: {pods.Count} pods, 0 ready",
                    0.8
                );
            foreach (var finding in WrongPorts(service, pods, x.IsAskedAbout(Examination.Ref(service))))
                yield return finding;
        }
    }

    private static Finding NoPods(Examination x, V1Service service)
    {
        var ns = service.Metadata.NamespaceProperty;
        var selector = service.Spec.Selector;
        var quote = $"selector: {Selectors.Format(selector)}";
        var templates = ResourceTopology.Templates(x.Snapshot, ns).ToList();
        if (templates.Any(t => Selectors.Matches(selector, t.Template.Metadata?.Labels)))
            return Of(
                service,
                "network.no-ready-endpoints",
                $"the workload behind Service {service.Metadata.Name} has no pods",
                "spec.selector",
                quote,
                0.8
            );

        // The pods that were probably meant: most labels in common, or the Service's own name.
        var near = templates
            .Select(t => (t.Ref.Name, Labels: t.Template.Metadata?.Labels))
            .Concat(
                x.Snapshot.In<V1Pod>(ns)
                    .Select(pod => (pod.Metadata.Name, Labels: (IDictionary<string, string>?)pod.Metadata.Labels))
            )
            .Where(candidate => candidate.Labels is { Count: > 0 })
            .Select(candidate =>
                (
                    candidate.Name,
                    Labels: candidate.Labels!,
                    Common: Likeness(selector, candidate.Labels!, candidate.Name, service.Metadata.Name)
                )
            )
            .OrderByDescending(candidate => candidate.Common)
            .FirstOrDefault(candidate => candidate.Common > 0);
        // Where not all workloads were read, the one that is meant may be among the others.
        if (near.Labels is null && !Workloads.All(kind => x.Snapshot.IsComplete(kind, ns)))
            return Of(
                service,
                null,
                $"no pod that was read fits the selector of Service {service.Metadata.Name}",
                "spec.selector",
                quote,
                0.6
            );
        if (near.Labels is null)
            return Of(
                service,
                "network.service-selector-mismatch",
                $"the selector of Service {service.Metadata.Name} matches no pod",
                "spec.selector",
                quote,
                0.85,
                ("selector", Selectors.Format(selector))
            );
        var suggestion = near.Labels.Where(label => selector.ContainsKey(label.Key)).ToList();
        if (suggestion.Count < selector.Count)
            suggestion = [.. near.Labels.Where(label => label.Key != ResourceTopology.TemplateHash)];
        return Of(
            service,
            "network.service-selector-mismatch",
            $"the selector of Service {service.Metadata.Name} matches no pod; {near.Name} carries {Selectors.Format(suggestion)}",
            "spec.selector",
            $"{quote}; {near.Name} labels: {Selectors.Format(near.Labels)}",
            0.95,
            ("selector", Selectors.Format(selector)),
            ("suggestion", Selectors.Format(suggestion)),
            ("selectorpatch", SelectorPatch(selector, suggestion))
        );
    }

    /// <summary>From one selector to the other as a merge patch: what is not in it stays.</summary>
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

    private static int Likeness(
        IDictionary<string, string> selector,
        IDictionary<string, string> labels,
        string name,
        string service
    )
    {
        var equal = selector.Count(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
        var similar = selector.Count(pair =>
            labels.TryGetValue(pair.Key, out var value)
            && value != pair.Value
            && (
                value.Contains(pair.Value, StringComparison.OrdinalIgnoreCase)
                || pair.Value.Contains(value, StringComparison.OrdinalIgnoreCase)
            )
        );
        var named =
            name == service
            || name.StartsWith(service + "-", StringComparison.Ordinal)
            || labels.Values.Contains(service);
        return equal * 3 + similar * 2 + (named ? 2 : 0);
    }

    private static IEnumerable<Finding> WrongPorts(V1Service service, List<V1Pod> pods, bool isAskedAbout)
    {
        var pod = pods.FirstOrDefault(IsReady) ?? pods[0];
        var ports = (pod.Spec?.Containers ?? []).SelectMany(container => container.Ports ?? []).ToList();
        foreach (var port in service.Spec.Ports ?? [])
        {
            var target = (string?)port.TargetPort ?? port.Port.ToString(CultureInfo.InvariantCulture);
            var protocol = port.Protocol ?? "TCP";
            var served = ports.Where(p => (p.Protocol ?? "TCP") == protocol).ToList();
            var suggestion = string.Join(
                ", ",
                served.Select(p => p.Name is null ? $"{p.ContainerPort}" : $"{p.Name} ({p.ContainerPort})")
            );
            if (!int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                if (served.All(p => p.Name != target))
                    yield return Of(
                        service,
                        "network.service-port-mismatch",
                        $"Service {service.Metadata.Name} sends to port \"{target}\", and no container names a port so",
                        "spec.ports[].targetPort",
                        $"targetPort: {target}; container ports: {Or(suggestion)}",
                        0.95,
                        ("port", target),
                        ("suggestion", suggestion)
                    );
            }
            // Declared ports inform only: a container may serve more. But none of them fitting is nearly always a slip,
            // and more so when the Service fails.
            else if (served.Count > 0 && served.All(p => p.ContainerPort != number) && !Probed(pod).Contains(number))
            {
                yield return Of(
                    service,
                    "network.service-port-mismatch",
                    $"Service {service.Metadata.Name} sends to port {number}, and its pods serve {suggestion}",
                    "spec.ports[].targetPort",
                    $"targetPort: {number}; container ports: {suggestion}",
                    isAskedAbout ? 0.85 : 0.6,
                    ("port", target),
                    ("suggestion", suggestion)
                );
            }
        }
    }

    private static IEnumerable<int> Probed(V1Pod pod) =>
        (pod.Spec.Containers ?? [])
            .SelectMany(c => new[] { c.ReadinessProbe, c.LivenessProbe })
            .Select(probe => (string?)(probe?.HttpGet?.Port ?? probe?.TcpSocket?.Port))
            .Select(port =>
                int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
            );

    private static string Or(string text) => text.Length == 0 ? "none declared" : text;

    public static bool IsReady(V1Pod pod) =>
        pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static string BalancerEvent(Examination x, V1Service service) =>
        x.LatestEvent(Examination.Ref(service), e => e.Type == "Warning")?.Message ?? "loadBalancer: {}";

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
            Resource = Examination.Ref(service),
            Summary = summary,
            Source = source,
            Quote = quote,
            Weight = weight,
            Facts = facts.Where(fact => fact.Value.Length > 0).ToDictionary(fact => fact.Key, fact => fact.Value),
        };
}
