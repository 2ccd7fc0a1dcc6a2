using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// A log line says that another host does not resolve, refuses or stays silent: the topology tells whose fault that is.
/// </summary>
internal static class Dependencies
{
    public static Finding? Judge(Examination x, V1Pod pod, string container, string source, string text)
    {
        Finding Of(
            string fault,
            string summary,
            double weight,
            IReadOnlyDictionary<string, string> facts,
            ResourceRef? about = null
        ) =>
            new()
            {
                Fault = fault,
                Resource = Examination.Ref(pod, container),
                Summary = summary,
                Source = source,
                Quote = text,
                Weight = weight,
                Facts = facts,
                About = about,
            };

        if (MessagePattern.First(LogPatterns.Unresolved, text) is { } unresolved)
        {
            var host = unresolved.Facts.GetValueOrDefault("host");
            if (host is null)
                return DnsIsDown(x)
                    ? Of(
                        "network.dns-failure",
                        "host names do not resolve, and the cluster's DNS is not running",
                        0.85,
                        unresolved.Facts
                    )
                    : Of("network.dependency-missing", "a host name does not resolve", 0.55, unresolved.Facts);
            var target = Resolve(x, host, pod);
            if (target is { Service: null } gone && x.Snapshot.IsComplete("Service", gone.Namespace))
                return Of(
                    "network.dependency-missing",
                    $"the program calls {host}, and there is no such Service in namespace {gone.Namespace}",
                    0.93,
                    With(unresolved.Facts, "host", gone.Name),
                    new("Service", gone.Namespace, gone.Name)
                );
            if (target is { Service: { } service })
            {
                Link(x, pod, service);
                return Of(
                    "network.dns-failure",
                    $"host {host} does not resolve although Service {service.Metadata.Name} exists{(DnsIsDown(x) ? "; the cluster's DNS is not running" : "")}",
                    DnsIsDown(x) ? 0.94 : 0.85,
                    unresolved.Facts
                );
            }
            return Of("network.dependency-missing", $"host {host} does not resolve", 0.75, unresolved.Facts);
        }
        if (MessagePattern.First(LogPatterns.TimedOut, text) is { } silent)
            return Silent(x, pod, silent.Facts, Of);
        if (
            MessagePattern.First(LogPatterns.Refused, text) is { } refused
            && text.Contains("refused", StringComparison.OrdinalIgnoreCase)
        )
            return Refused(x, pod, refused.Facts, Of);
        return null;
    }

    private delegate Finding Maker(
        string fault,
        string summary,
        double weight,
        IReadOnlyDictionary<string, string> facts,
        ResourceRef? about = null
    );

    private static Finding Refused(Examination x, V1Pod pod, IReadOnlyDictionary<string, string> facts, Maker of)
    {
        var host = facts["host"];
        var target = Resolve(x, host, pod);
        if (target is { Service: null } gone && x.Snapshot.IsComplete("Service", gone.Namespace))
            return of(
                "network.dependency-missing",
                $"the program calls {host}, and there is no such Service in namespace {gone.Namespace}",
                0.85,
                With(facts, "host", gone.Name),
                new("Service", gone.Namespace, gone.Name)
            );
        if (target is not { Service: { } service })
            return of("network.dependency-down", $"{host} refuses connections", 0.75, facts);
        Link(x, pod, service);
        var ports = (service.Spec?.Ports ?? []).Select(port => port.Port).ToList();
        if (
            facts.TryGetValue("port", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && ports.Count > 0
            && !ports.Contains(port)
        )
            return of(
                "config.bad-value",
                $"the program calls port {port} of Service {service.Metadata.Name}, which has port {string.Join(", ", ports)}",
                0.88,
                facts
            );
        return of(
            "network.dependency-down",
            $"Service {service.Metadata.Name} refuses connections",
            0.82,
            With(facts, "host", service.Metadata.Name)
        );
    }

    private static Finding Silent(Examination x, V1Pod pod, IReadOnlyDictionary<string, string> facts, Maker of)
    {
        var host = facts["host"];
        if (Resolve(x, host, pod) is not { Service: { } service })
            return of("network.connection-timeout", $"nothing comes back from {host}", 0.75, facts);
        Link(x, pod, service);
        if (FlowPolicies.Blocking(x.Snapshot, pod, service) is { } policy)
        {
            var resource = Examination.Ref(policy);
            x.Topology.Add(Examination.Ref(pod), resource, Relation.DependsOn);
            return of(
                "network.policy-blocked",
                $"NetworkPolicy {policy.Metadata.Name} has no rule that lets {pod.Metadata.Name} reach Service {service.Metadata.Name}",
                0.93,
                With(With(facts, "policy", policy.Metadata.Name), "host", service.Metadata.Name)
            ) with
            {
                Resource = resource,
            };
        }
        return of(
            "network.connection-timeout",
            $"nothing comes back from Service {service.Metadata.Name}",
            0.8,
            With(facts, "host", service.Metadata.Name)
        );
    }

    private static (V1Service? Service, string Name, string Namespace)? Resolve(
        Examination x,
        string host,
        V1Pod pod
    ) => ServiceCalls.Resolve(x.Snapshot, host, pod.Metadata.NamespaceProperty);

    private static void Link(Examination x, V1Pod pod, V1Service service) =>
        x.Topology.Add(Examination.Ref(pod), Examination.Ref(service), Relation.DependsOn);

    private static bool DnsIsDown(Examination x) =>
        x.Snapshot.IsComplete("Pod", "kube-system")
        && !x
            .Snapshot.In<V1Pod>("kube-system")
            .Any(pod =>
                pod.Metadata.Labels?.TryGetValue("k8s-app", out var app) == true
                && app is "kube-dns" or "coredns"
                && ServiceInspector.IsReady(pod)
            );

    private static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> facts,
        string key,
        string value
    ) => new(facts) { [key] = value };
}
