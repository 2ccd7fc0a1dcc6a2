using System.Globalization;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Signals;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Knowledge;

/// <summary>
/// Reads the observations on which known failures are matched: each abnormal message, the logs, exit codes and images.
/// </summary>
internal sealed class ObservationReader(ClusterSnapshot snapshot, Topology topology)
{
    /// <summary>Of a run that goes well, only its last lines count: earlier errors are over.</summary>
    private const int WellTail = 30;

    /// <summary>Later lines say more: a line loses this share for each one that follows it, up to the most.</summary>
    private const double LossPerLine = 0.002,
        MostLoss = 0.3;

    private const double OfAWeakSignal = 0.6;

    private const int LongestLine = 2000;

    public List<Observation> Read(RawSignals raw) =>
        [
            .. raw.OfObjects.Select(Of),
            .. raw.Logs.SelectMany(Lines),
            .. snapshot.All<V1Pod>().SelectMany(Containers),
            .. snapshot
                .All<V1Pod>()
                .Select(pod => topology.Controller(ClusterSnapshot.RefOf(pod)))
                .Distinct()
                .Select(Kind),
        ];

    private static Observation Of(Signal signal) =>
        new(KindOf(signal), signal.Resource, signal.Source, Blanks.Collapse(signal.Quote))
        {
            Qualifier = QualifierOf(signal),
            At = signal.At,
            Factor = signal.IsTelling ? 1 : OfAWeakSignal,
        };

    private static ObservationKind KindOf(Signal signal) =>
        signal.Kind switch
        {
            SignalKind.Event or SignalKind.Probe => ObservationKind.Event,
            SignalKind.Waiting => ObservationKind.Waiting,
            _ => ObservationKind.Condition,
        };

    /// <summary>The last word of the source: the reason of an event, or the type of a condition.</summary>
    private static string QualifierOf(Signal signal) => signal.Source.TrimEnd(']').Split(' ', '[', '.')[^1];

    private static IEnumerable<Observation> Lines(LogSource log)
    {
        var lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var first = log.IsWell ? Math.Max(0, lines.Length - WellTail) : 0;
        for (var i = first; i < lines.Length; i++)
        {
            var line = lines[i].Length > LongestLine ? lines[i][..LongestLine] : lines[i];
            yield return new(ObservationKind.Log, log.Resource, log.Source, Blanks.Collapse(line))
            {
                Factor = log.Factor * (1 - Math.Min(LossPerLine * (lines.Length - 1 - i), MostLoss)),
            };
        }
    }

    private static IEnumerable<Observation> Containers(V1Pod pod)
    {
        var self = ClusterSnapshot.RefOf(pod);
        foreach (var container in (pod.Spec?.InitContainers ?? []).Concat(pod.Spec?.Containers ?? []))
            if (container.Image is { Length: > 0 } image)
                yield return new(ObservationKind.Image, self, "spec.containers", image);
        // The name of a pod tells its program where a paste shows no image.
        yield return new(ObservationKind.Image, self, "metadata.name", pod.Metadata.Name);
        foreach (var status in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
            if ((status.State?.Terminated ?? status.LastState?.Terminated) is { } ended)
                yield return new(
                    ObservationKind.Exit,
                    self with
                    {
                        Container = status.Name,
                    },
                    "exitCode",
                    ended.ExitCode.ToString(CultureInfo.InvariantCulture)
                );
    }

    private static Observation Kind(ResourceRef controller) =>
        new(ObservationKind.Kind, controller, "kind", controller.Kind);
}
