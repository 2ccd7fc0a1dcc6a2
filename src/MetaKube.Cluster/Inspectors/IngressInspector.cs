using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Ingresses that refer to what is not there: class, backend Service, TLS Secret.</summary>
internal sealed class IngressInspector : IInspector
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var ingress in x.Snapshot.All<V1Ingress>())
        {
            var ns = ingress.Metadata.NamespaceProperty;
            var name = ingress.Metadata.Name;
            if (
                ingress.Spec?.IngressClassName is { } className
                && x.Snapshot.IsMissing<V1IngressClass>(null, className)
            )
                yield return Of(
                    ingress,
                    "network.ingress-class-missing",
                    $"Ingress {name} names class {className}, which does not exist",
                    "spec.ingressClassName",
                    className,
                    new("IngressClass", null, className)
                );
            // Where there are no classes at all the provider's own controller takes every Ingress.
            else if (
                ingress.Spec?.IngressClassName is null
                && !HasClassAnnotation(ingress)
                && x.Snapshot.All<V1IngressClass>().Any()
                && !x.Snapshot.All<V1IngressClass>().Any(IsDefault)
            )
                yield return Of(
                    ingress,
                    "network.ingress-class-missing",
                    $"Ingress {name} names no class, and no class is the default",
                    "spec.ingressClassName",
                    "not set",
                    null
                ) with
                {
                    Weight = 0.7,
                };

            var backends = (ingress.Spec?.Rules ?? [])
                .SelectMany(rule => rule.Http?.Paths ?? [])
                .Select(path => path.Backend?.Service)
                .Append(ingress.Spec?.DefaultBackend?.Service)
                .OfType<V1IngressServiceBackend>();
            foreach (
                var backend in backends.DistinctBy(backend => (backend.Name, backend.Port?.Number, backend.Port?.Name))
            )
            {
                if (x.Snapshot.IsMissing<V1Service>(ns, backend.Name))
                    yield return Of(
                        ingress,
                        "network.ingress-backend-missing",
                        $"Ingress {name} routes to Service {backend.Name}, which does not exist",
                        "spec.rules[].http.paths[].backend",
                        backend.Name,
                        new("Service", ns, backend.Name),
                        ("service", backend.Name)
                    );
                else if (
                    x.Snapshot.Find<V1Service>(ns, backend.Name) is { } service
                    && !(service.Spec?.Ports ?? []).Any(port =>
                        port.Port == backend.Port?.Number || port.Name is not null && port.Name == backend.Port?.Name
                    )
                )
                    yield return Of(
                        ingress,
                        "network.ingress-backend-missing",
                        $"Ingress {name} routes to port {backend.Port?.Number?.ToString() ?? backend.Port?.Name} of Service {backend.Name}, which has no such port",
                        "spec.rules[].http.paths[].backend.port",
                        $"{backend.Name}:{backend.Port?.Number?.ToString() ?? backend.Port?.Name}",
                        null,
                        ("service", backend.Name)
                    );
            }
            foreach (var secret in (ingress.Spec?.Tls ?? []).Select(tls => tls.SecretName).OfType<string>())
                if (x.Snapshot.IsMissing<V1Secret>(ns, secret))
                    yield return Of(
                        ingress,
                        "network.ingress-tls-missing",
                        $"Ingress {name} names TLS Secret {secret}, which does not exist",
                        "spec.tls[].secretName",
                        secret,
                        new("Secret", ns, secret),
                        ("secret", secret)
                    );
        }
    }

    private static bool HasClassAnnotation(V1Ingress ingress) =>
        ingress.Metadata.Annotations?.ContainsKey(ClassAnnotation) == true;

    private static bool IsDefault(V1IngressClass c) =>
        c.Metadata.Annotations?.TryGetValue("ingressclass.kubernetes.io/is-default-class", out var value) == true
        && value == "true";

    private static Finding Of(
        V1Ingress ingress,
        string fault,
        string summary,
        string source,
        string quote,
        ResourceRef? about,
        params (string Key, string Value)[] facts
    ) =>
        new()
        {
            Fault = fault,
            Resource = Examination.Ref(ingress),
            Summary = summary,
            Source = source,
            Quote = quote,
            Weight = 0.95,
            About = about,
            Facts = facts.ToDictionary(fact => fact.Key, fact => fact.Value),
        };
}
