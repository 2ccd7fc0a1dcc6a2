using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Ingresses whose class, backend Service, port or TLS Secret does not exist.</summary>
internal sealed class IngressInspector : IInspector
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    public InspectionResult Inspect(InspectionContext context)
    {
        var misrouted = context
            .Snapshot.All<V1Ingress>()
            .SelectMany(ingress => Misrouted(context.Snapshot, ingress))
            .ToList();
        return new(
            context
                .Snapshot.All<V1Ingress>()
                .SelectMany(ingress =>
                    Class(context.Snapshot, ingress)
                        .Concat(Backends(context.Snapshot, ingress))
                        .Concat(TlsSecrets(context.Snapshot, ingress))
                )
                .Concat(misrouted),
            misrouted.Select(finding => new TopologyEdge(finding.About!, finding.Resource, Relation.ReachedThrough))
        );
    }

    /// <summary>
    /// A path that is named after one Service and leads to another, while the other paths of the Ingress lead to the
    /// Services that they are named after. Its own Service gets no path, though it exists.
    /// </summary>
    private static IEnumerable<Finding> Misrouted(ClusterSnapshot snapshot, V1Ingress ingress)
    {
        var ns = ingress.Metadata.NamespaceProperty;
        var routes = (ingress.Spec?.Rules ?? [])
            .SelectMany(rule => rule.Http?.Paths ?? [])
            .Where(path => path.Path is not null && path.Backend?.Service?.Name is not null)
            .Select(path => (path.Path, Words: path.Path.Split('/'), Service: path.Backend.Service.Name))
            .ToList();
        var routed = routes.Select(route => route.Service).ToHashSet();
        var named = routes
            .Where(route => route.Words.Contains(route.Service))
            .Select(route => route.Service)
            .ToHashSet();
        foreach (var (path, words, service) in routes)
        {
            var wanted = Array.Find(
                words,
                word => word.Length > 0 && !routed.Contains(word) && snapshot.Find<V1Service>(ns, word) is not null
            );
            if (wanted is null || !named.Contains(service) || words.Contains(service))
                continue;
            yield return Misrouted(ingress, path, service, wanted);
        }
    }

    private static Finding Misrouted(V1Ingress ingress, string path, string service, string wanted) =>
        Of(
            ingress,
            NetworkFaults.Misrouted,
            $"Ingress {ingress.Metadata.Name} sends path {path} to Service {service}; Service {wanted} exists, and no "
                + "path leads to it",
            "spec.rules[].http.paths[]",
            $"path: {path}, service: {service}"
        ) with
        {
            Weight = 0.9,
            About = new("Service", ingress.Metadata.NamespaceProperty, wanted),
            AboutDescription = "gets no request through the Ingress",
            Facts = new Dictionary<string, string>
            {
                ["path"] = path,
                ["service"] = service,
                ["wanted"] = wanted,
            },
        };

    private static IEnumerable<Finding> Class(ClusterSnapshot snapshot, V1Ingress ingress)
    {
        var name = ingress.Metadata.Name;
        var className = ingress.Spec?.IngressClassName;
        if (className is not null && snapshot.IsMissing<V1IngressClass>(null, className))
            yield return Of(
                ingress,
                NetworkFaults.IngressClassMissing,
                $"Ingress {name} names class {className}, which does not exist",
                "spec.ingressClassName",
                className
            ) with
            {
                About = new("IngressClass", null, className),
            };
        // Where there are no classes at all, the provider's own controller takes every Ingress.
        var classes = snapshot.All<V1IngressClass>().ToList();
        if (
            className is null
            && snapshot.Shows(ingress, ShownFields.Spec)
            && !HasClassAnnotation(ingress)
            && classes.Count > 0
            && classes.TrueForAll(c => snapshot.Shows(c, ShownFields.Labels) && !IsDefault(c))
        )
            yield return Of(
                ingress,
                NetworkFaults.IngressClassMissing,
                $"Ingress {name} names no class, and no class is the default",
                "spec.ingressClassName",
                "not set"
            ) with
            {
                Weight = 0.7,
            };
    }

    private static IEnumerable<Finding> Backends(ClusterSnapshot snapshot, V1Ingress ingress)
    {
        var (ns, name) = (ingress.Metadata.NamespaceProperty, ingress.Metadata.Name);
        foreach (var backend in BackendsOf(ingress))
        {
            var port = backend.Port?.Number?.ToString(CultureInfo.InvariantCulture) ?? backend.Port?.Name;
            var facts = new Dictionary<string, string> { ["service"] = backend.Name };
            if (snapshot.IsMissing<V1Service>(ns, backend.Name))
                yield return Of(
                    ingress,
                    NetworkFaults.IngressBackendMissing,
                    $"Ingress {name} routes to Service {backend.Name}, which does not exist",
                    "spec.rules[].http.paths[].backend",
                    backend.Name
                ) with
                {
                    About = new("Service", ns, backend.Name),
                    Facts = facts,
                };
            else if (
                snapshot.Find<V1Service>(ns, backend.Name) is { } service
                && ShowsPort(snapshot, service, backend.Port)
                && !HasPort(service, backend.Port)
            )
                yield return Of(
                    ingress,
                    NetworkFaults.IngressBackendMissing,
                    $"Ingress {name} routes to port {port} of Service {backend.Name}, which has no such port",
                    "spec.rules[].http.paths[].backend.port",
                    $"{backend.Name}:{port}"
                ) with
                {
                    Facts = facts,
                };
        }
    }

    private static IEnumerable<V1IngressServiceBackend> BackendsOf(V1Ingress ingress) =>
        (ingress.Spec?.Rules ?? [])
            .SelectMany(rule => rule.Http?.Paths ?? [])
            .Select(path => path.Backend?.Service)
            .Append(ingress.Spec?.DefaultBackend?.Service)
            .OfType<V1IngressServiceBackend>()
            .DistinctBy(backend => (backend.Name, backend.Port?.Number, backend.Port?.Name));

    /// <summary>A row shows the numbers of ports and not their names.</summary>
    private static bool ShowsPort(ClusterSnapshot snapshot, V1Service service, V1ServiceBackendPort? wanted) =>
        service.Spec?.Ports is { Count: > 0 }
        && (wanted?.Name is null || snapshot.Shows(service, ShownFields.PortNames));

    private static bool HasPort(V1Service service, V1ServiceBackendPort? wanted) =>
        (service.Spec?.Ports ?? []).Any(port =>
            port.Port == wanted?.Number || port.Name is not null && port.Name == wanted?.Name
        );

    private static IEnumerable<Finding> TlsSecrets(ClusterSnapshot snapshot, V1Ingress ingress)
    {
        var (ns, name) = (ingress.Metadata.NamespaceProperty, ingress.Metadata.Name);
        foreach (var secret in (ingress.Spec?.Tls ?? []).Select(tls => tls.SecretName).OfType<string>())
            if (snapshot.IsMissing<V1Secret>(ns, secret))
                yield return Of(
                    ingress,
                    NetworkFaults.IngressTlsMissing,
                    $"Ingress {name} names TLS Secret {secret}, which does not exist",
                    "spec.tls[].secretName",
                    secret
                ) with
                {
                    About = new("Secret", ns, secret),
                    Facts = new Dictionary<string, string> { ["secret"] = secret },
                };
    }

    private static bool HasClassAnnotation(V1Ingress ingress) =>
        ingress.Metadata.Annotations?.ContainsKey(ClassAnnotation) == true;

    private static bool IsDefault(V1IngressClass c) =>
        c.Metadata.Annotations?.TryGetValue("ingressclass.kubernetes.io/is-default-class", out var value) == true
        && value == "true";

    private static Finding Of(V1Ingress ingress, string fault, string summary, string source, string quote) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(ingress),
            Summary = summary,
            Source = source,
            Quote = quote,
            Weight = 0.95,
        };
}
