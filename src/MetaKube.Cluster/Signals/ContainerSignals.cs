using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Containers that wait, ended or were restarted, and pods and volumes in a failed phase.</summary>
internal sealed class ContainerSignals(ClusterSnapshot snapshot, Topology topology)
{
    private const double WithMessage = 0.74,
        Ended = 0.68,
        Waits = 0.6,
        Consequence = 0.55,
        Unready = 0.5,
        EndedWell = 0.5,
        Remark = 0.25,
        History = 0.2;

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1),
        StartDelay = TimeSpan.FromSeconds(30),
        DeletionDelay = TimeSpan.FromMinutes(5);

    public IEnumerable<Signal> Read() =>
        snapshot
            .All<V1Pod>()
            .SelectMany(OfPod)
            .Concat(snapshot.All<V1PersistentVolumeClaim>().Select(OfClaim).OfType<Signal>())
            .Concat(snapshot.All<V1PersistentVolume>().Select(OfVolume).OfType<Signal>())
            .Concat(snapshot.Everything.Select(item => Deleting(item.Ref, item.Object.Metadata)).OfType<Signal>());

    private IEnumerable<Signal> OfPod(V1Pod pod)
    {
        if (pod.Status?.Phase == "Succeeded")
            return [];
        var isHistory = SupersededFailures.IsHistory(snapshot, topology, pod);
        var signals = (pod.Status?.InitContainerStatuses ?? [])
            .Concat(pod.Status?.ContainerStatuses ?? [])
            .Concat(pod.Status?.EphemeralContainerStatuses ?? [])
            .SelectMany(status => OfContainer(pod, status))
            .Concat(OfPhase(pod))
            .OfType<Signal>();
        return isHistory ? signals.Select(signal => signal with { Strength = History }) : signals;
    }

    private IEnumerable<Signal?> OfContainer(V1Pod pod, V1ContainerStatus status)
    {
        yield return Waiting(pod, status);
        yield return End(pod, status, status.State?.Terminated, "state.terminated", isPresent: true);
        var last = status.LastState?.Terminated;
        yield return End(pod, status, last, "lastState.terminated", isPresent: false);
        if (last is null && status.RestartCount > 0 && status.State?.Terminated is null)
            yield return Of(
                pod,
                status,
                SignalKind.Restart,
                "restartCount",
                $"restart count {status.RestartCount}",
                status.RestartCount.ToString(CultureInfo.InvariantCulture),
                status.Ready ? Remark : Unready
            );
    }

    private Signal? Waiting(V1Pod pod, V1ContainerStatus status)
    {
        if (
            status.State?.Waiting is not { Reason: { Length: > 0 } reason } waiting
            || reason is "ContainerCreating" or "PodInitializing"
        )
            return null;
        var saysWhy =
            waiting.Message is { Length: > 0 } text && !text.StartsWith("back-off", StringComparison.OrdinalIgnoreCase);
        var strength = saysWhy ? WithMessage : Waits;
        if (!saysWhy && reason.EndsWith("BackOff", StringComparison.Ordinal))
            strength = Consequence;
        return Of(
            pod,
            status,
            SignalKind.Waiting,
            "state.waiting",
            $"waits: {snapshot.Redaction.Sentence(reason, 80)}",
            saysWhy ? waiting.Message : reason,
            strength
        );
    }

    private Signal? End(
        V1Pod pod,
        V1ContainerStatus status,
        V1ContainerStateTerminated? end,
        string field,
        bool isPresent
    )
    {
        if (end is null)
            return null;
        var isStopped = status.State?.Running is null;
        var restarts = pod.Spec?.RestartPolicy is null or "Always";
        if (end.ExitCode == 0)
            return !isPresent && isStopped && restarts && status.RestartCount > 0
                ? OfEnd(pod, status, end, field, EndedWell)
                : null;
        var isOver = !isPresent && status.Ready && !(snapshot.Now - ClusterSnapshot.Utc(end.FinishedAt) < Recent);
        if (isOver)
            return OfEnd(pod, status, end, field, Remark);
        return OfEnd(pod, status, end, field, string.IsNullOrEmpty(end.Message) ? Ended : WithMessage);
    }

    private Signal OfEnd(
        V1Pod pod,
        V1ContainerStatus status,
        V1ContainerStateTerminated end,
        string field,
        double strength
    )
    {
        var code = end.ExitCode.ToString(CultureInfo.InvariantCulture);
        var reason = string.IsNullOrEmpty(end.Reason) ? "" : $" ({snapshot.Redaction.Sentence(end.Reason, 80)})";
        string[] quotes = [end.Message ?? "", end.Reason ?? "", code];
        return Of(
            pod,
            status,
            SignalKind.Exit,
            field,
            $"ended with exit code {code}{reason}",
            quotes.First(quote => quote.Length > 0),
            strength
        ) with
        {
            At = ClusterSnapshot.Utc(end.FinishedAt),
        };
    }

    private IEnumerable<Signal> OfPhase(V1Pod pod)
    {
        var resource = ClusterSnapshot.RefOf(pod);
        if (pod.Status?.Phase is "Failed" or "Unknown")
        {
            string[] quotes = [pod.Status.Message ?? "", pod.Status.Reason ?? "", pod.Status.Phase];
            var quote = quotes.First(text => text.Length > 0);
            yield return OfPhase(resource, pod.Status.Phase, quote, pod.Status.Message is null ? Waits : WithMessage);
        }
        else if (
            pod.Status?.Phase == "Pending"
            && !(snapshot.Now - ClusterSnapshot.Utc(pod.Metadata.CreationTimestamp) < StartDelay)
        )
            yield return OfPhase(resource, "Pending", "Pending", Unready);
    }

    private Signal? OfClaim(V1PersistentVolumeClaim claim) =>
        claim.Status?.Phase switch
        {
            "Lost" => OfPhase(ClusterSnapshot.RefOf(claim), "Lost", "Lost", Ended),
            // A claim may wait for its first pod.
            "Pending" => OfPhase(ClusterSnapshot.RefOf(claim), "Pending", "Pending", Remark),
            _ => null,
        };

    private Signal? OfVolume(V1PersistentVolume volume) =>
        volume.Status?.Phase == "Failed"
            ? OfPhase(ClusterSnapshot.RefOf(volume), "Failed", volume.Status.Message ?? "Failed", Ended)
            : null;

    private Signal? Deleting(ResourceRef resource, V1ObjectMeta meta) =>
        ClusterSnapshot.Utc(meta.DeletionTimestamp) is { } since && snapshot.Now - since > DeletionDelay
            ? OfPhase(resource, "Terminating", meta.Finalizers?.FirstOrDefault() ?? resource.Name, Waits) with
            {
                Summary = "its deletion does not end",
                Source = "metadata.deletionTimestamp",
            }
            : null;

    private Signal OfPhase(ResourceRef resource, string phase, string quote, double strength) =>
        SignalText.Quoting(quote, snapshot.Redaction) with
        {
            Kind = SignalKind.Phase,
            Resource = resource,
            Source = "status.phase",
            Summary = $"its phase is {phase}",
            Strength = strength,
        };

    private Signal Of(
        V1Pod pod,
        V1ContainerStatus status,
        SignalKind kind,
        string field,
        string summary,
        string? quote,
        double strength
    ) =>
        SignalText.Quoting(quote, snapshot.Redaction) with
        {
            Kind = kind,
            Resource = InspectionContext.Ref(pod, status.Name),
            Source = $"status.{field}",
            Summary = summary,
            Strength = strength,
        };
}
