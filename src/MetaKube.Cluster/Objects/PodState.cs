using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>Reads the status of a pod and of its containers.</summary>
internal static class PodState
{
    /// <summary>The statuses of all containers, without init containers that have ended with exit code 0.</summary>
    public static IEnumerable<V1ContainerStatus> Containers(V1Pod pod) =>
        (pod.Status?.InitContainerStatuses ?? [])
            .Where(status => status.State?.Terminated?.ExitCode != 0)
            .Concat(pod.Status?.ContainerStatuses ?? []);

    /// <summary>
    /// True for a pod in phase Failed, and for one with a container that was restarted or is not ready, unless that
    /// container has ended with exit code 0.
    /// </summary>
    public static bool IsFailing(V1Pod pod) =>
        pod.Status?.Phase == "Failed"
        || Containers(pod)
            .Any(status => status.RestartCount > 0 || !status.Ready && status.State?.Terminated?.ExitCode != 0);

    public static bool IsReady(V1Pod pod) =>
        pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
