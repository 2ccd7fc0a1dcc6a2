using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>The logs of a snapshot, each with the fate of the run that wrote it.</summary>
internal sealed class LogSources(ClusterSnapshot snapshot, Topology topology)
{
    /// <summary>Shares of strength that are left to a log, by the state of its run.</summary>
    private const double Whole = 1,
        OfARunThatGoesWell = 0.55,
        OfAnOldRun = 0.3,
        OfHistory = 0.2;

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    public IEnumerable<LogSource> Read() =>
        snapshot.Logs.Where(log => log.Value.Length > 0).Select(log => Of(log.Key, log.Value));

    private LogSource Of(LogRef log, string text)
    {
        var source = log.Previous ? "log of the previous run" : "log";
        var unplaced = snapshot.UnplacedLogs.Find(one =>
            one.Pod.Metadata.Name == log.Pod && one.Container == log.Container && one.Previous == log.Previous
        );
        if (unplaced is not null)
            return new(OwnerOf(unplaced), unplaced.Owner.Kind == ResourceRef.Log ? log.Pod : source, text, Whole);
        var pod = snapshot.Find<V1Pod>(log.Namespace, log.Pod);
        var status = pod is null
            ? null
            : (pod.Status?.InitContainerStatuses ?? [])
                .Concat(pod.Status?.ContainerStatuses ?? [])
                .FirstOrDefault(state => state.Name == log.Container);
        var resource = new ResourceRef("Pod", log.Namespace, log.Pod);
        return new(
            log.Container.Length == 0 ? resource : resource with { Container = log.Container },
            source,
            text,
            FactorOf(pod, status, log.Previous)
        )
        {
            Earlier = snapshot.EarlierLines.GetValueOrDefault(log) ?? [],
            IsWell = !log.Previous && status is { Ready: true, State.Running: not null },
            HasFailed = HasFailed(status, log.Previous),
        };
    }

    private static ResourceRef? OwnerOf(UnplacedLog log) => log.Owner.Kind == ResourceRef.Log ? null : log.Owner;

    private double FactorOf(V1Pod? pod, V1ContainerStatus? status, bool previous)
    {
        if (pod is null || status is null)
            return Whole;
        if (SupersededFailures.IsHistory(snapshot, topology, pod))
            return OfHistory;
        // A person pasted this log because something about it is wrong.
        if (snapshot.Pasted is not null && pod.Status?.Phase != "Succeeded")
            return Whole;
        if (status.State?.Terminated?.ExitCode == 0 || pod.Status?.Phase == "Succeeded")
            return OfAnOldRun;
        if (!status.Ready)
            return Whole;
        if (!previous)
            return OfARunThatGoesWell;
        return snapshot.Now - ClusterSnapshot.Utc(status.LastState?.Terminated?.FinishedAt) < Recent
            ? Whole
            : OfAnOldRun;
    }

    private static bool HasFailed(V1ContainerStatus? status, bool previous)
    {
        if (status is null)
            return false;
        if (previous)
            return status.LastState?.Terminated is { ExitCode: not 0 };
        return status.State?.Terminated is { ExitCode: not 0 }
            || status.State?.Waiting is not null && status.LastState?.Terminated is { ExitCode: not 0 };
    }
}
