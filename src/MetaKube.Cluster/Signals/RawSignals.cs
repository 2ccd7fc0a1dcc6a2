using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>The signals of objects and the logs of a snapshot, read once for ranking and for known failures.</summary>
/// <param name="OfObjects">Signals of events, conditions and containers, not ranked.</param>
/// <param name="Logs">The logs, each with the fate of its run.</param>
internal sealed record RawSignals(IReadOnlyList<Signal> OfObjects, IReadOnlyList<LogSource> Logs)
{
    public static RawSignals Read(ClusterSnapshot snapshot, Topology topology) =>
        new(
            [
                .. new EventSignals(snapshot, new(snapshot)).Read(),
                .. new ConditionSignals(snapshot, topology).Read(),
                .. new ContainerSignals(snapshot, topology).Read(),
            ],
            [.. new LogSources(snapshot, topology).Read()]
        );
}
