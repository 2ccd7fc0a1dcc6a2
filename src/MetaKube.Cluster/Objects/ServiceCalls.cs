using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>Finds the Services that a program calls, by the host names in its settings and its log.</summary>
internal static partial class ServiceCalls
{
    /// <summary>The Services named in a pod's environment, its ConfigMaps included.</summary>
    public static IEnumerable<ResourceRef> FromEnvironment(ClusterSnapshot snapshot, V1Pod pod)
    {
        var ns = pod.Metadata.NamespaceProperty;
        return HostsIn(snapshot, pod)
            .Select(host => Resolve(snapshot, host, ns)?.Service)
            .OfType<V1Service>()
            .Select(service => ClusterSnapshot.RefOf(service))
            .Distinct();
    }

    /// <summary>Words that look like host names in a pod's environment, its ConfigMaps included.</summary>
    public static IEnumerable<string> HostsIn(ClusterSnapshot snapshot, V1Pod pod) =>
        Values(snapshot, pod).SelectMany(value => HostLike().Matches(value).Select(match => match.Value));

    /// <summary>
    /// The namespace that a host name of two or more labels points into, or null where no namespace has that name.
    /// </summary>
    public static string? NamespaceOf(ClusterSnapshot snapshot, string host) =>
        host.TrimEnd('.')
            .Split('.')
            .Skip(1)
            .Take(2)
            .FirstOrDefault(label => snapshot.Find<V1Namespace>(null, label) is not null);

    /// <summary>
    /// Resolves a host name or cluster IP as seen from a namespace. Null for a host outside the cluster; the Service is
    /// null if the name is the cluster's and no such Service was read.
    /// </summary>
    public static (V1Service? Service, string Name, string Namespace)? Resolve(
        ClusterSnapshot snapshot,
        string host,
        string ns
    )
    {
        host = host.TrimEnd('.');
        // The pod itself, never a Service.
        if (host is "localhost" or "localhost.localdomain")
            return null;
        if (System.Net.IPAddress.TryParse(host, out _))
        {
            var byAddress = snapshot.All<V1Service>().FirstOrDefault(service => service.Spec?.ClusterIP == host);
            return byAddress is null
                ? null
                : (byAddress, byAddress.Metadata.Name, byAddress.Metadata.NamespaceProperty);
        }
        var labels = host.Split('.');
        var (name, inNamespace) = labels switch
        {
            [var only] => (only, ns),
            [var first, var second] => (first, second),
            [var first, var second, "svc", ..] => (first, second),
            // A pod of a headless Service: db-0.db.shop.svc
            [_, var second, var third, "svc", ..] => (second, third),
            _ => ("", ""),
        };
        if (name.Length == 0)
            return null;
        // A name of two labels is the cluster's only if its second label is a namespace: example.com is not.
        if (
            labels.Length == 2
            && snapshot.Find<V1Namespace>(null, inNamespace) is null
            && !snapshot.In<V1Service>(inNamespace).Any()
        )
            return null;
        return (snapshot.Find<V1Service>(inNamespace, name), name, inNamespace);
    }

    private static IEnumerable<string> Values(ClusterSnapshot snapshot, V1Pod pod)
    {
        var ns = pod.Metadata.NamespaceProperty;
        foreach (var container in PodReferences.Containers(pod.Spec))
        {
            foreach (var variable in container.Env ?? [])
            {
                if (variable.Value is { Length: > 0 } value)
                    yield return value;
                if (
                    variable.ValueFrom?.ConfigMapKeyRef is { } key
                    && snapshot.Find<V1ConfigMap>(ns, key.Name)?.Data?.TryGetValue(key.Key, out var mapped) == true
                )
                    yield return mapped;
            }
            foreach (
                var map in (container.EnvFrom ?? []).Select(from =>
                    snapshot.Find<V1ConfigMap>(ns, from.ConfigMapRef?.Name)
                )
            )
                foreach (var value in map?.Data?.Values ?? [])
                    yield return value;
        }
    }

    [GeneratedRegex(@"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")]
    private static partial Regex HostLike();
}
