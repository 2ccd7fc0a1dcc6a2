using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>The ports of a node that pods take.</summary>
internal static class HostPorts
{
    public static IEnumerable<int> Of(V1Pod pod) =>
        (pod.Spec?.Containers ?? [])
            .SelectMany(container => container.Ports ?? [])
            .Where(port => port.HostPort > 0)
            .Select(port => port.HostPort!.Value);
}
