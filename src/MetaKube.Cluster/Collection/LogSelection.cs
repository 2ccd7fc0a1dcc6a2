using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// Which logs are worth reading: of containers that fail within reach of the target, a few of each workload.
/// </summary>
internal static class LogSelection
{
    private const int MostPods = 16,
        PodsPerController = 2,
        HealthyPods = 2,
        MostOfATarget = ClusterReader.MostLogs;

    public static IReadOnlyList<LogRef> Choose(ClusterSnapshot snapshot, Topology topology, Target target)
    {
        var reach = target.Object is { } asked ? topology.Reach(asked) : null;
        var pods = snapshot
            .All<V1Pod>()
            .Where(pod =>
                reach is null
                    ? target.Namespace is null || pod.Metadata.NamespaceProperty == target.Namespace
                    : reach.ContainsKey(ClusterSnapshot.RefOf(pod))
            )
            .OrderBy(pod => reach is null ? 0 : reach[ClusterSnapshot.RefOf(pod)].Hops)
            .ThenByDescending(pod => pod.Metadata.CreationTimestamp)
            .ToList();
        var failing = pods.Where(PodState.IsFailing)
            .GroupBy(pod => topology.Controller(ClusterSnapshot.RefOf(pod)))
            .SelectMany(group => group.Take(PodsPerController))
            .Take(MostPods);
        // A program may run, be ready, and still log why it does not do its work: only worth a look at what was asked
        // about.
        var healthy = reach is null
            ? []
            : pods.Where(pod => !PodState.IsFailing(pod) && reach[ClusterSnapshot.RefOf(pod)].Hops <= 1)
                .Take(HealthyPods);
        return [.. failing.Concat(healthy).SelectMany(LogsOf).Take(reach is null ? int.MaxValue : MostOfATarget)];
    }

    private static IEnumerable<LogRef> LogsOf(V1Pod pod)
    {
        foreach (var state in PodState.Containers(pod))
        {
            // A container that never started has no log.
            if (state.State?.Waiting is not null && state.LastState?.Terminated is null && state.RestartCount == 0)
                continue;
            yield return new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, state.Name, Previous: false);
            // A container may start again between the list of pods and its log: then what it failed with is in the log
            // of the run before.
            if (state.RestartCount > 0 || state.State?.Terminated is not null && pod.Spec?.RestartPolicy != "Never")
                yield return new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, state.Name, Previous: true);
        }
    }
}
