namespace MetaKube.Cluster.Objects;

/// <summary>The kinds of deviation that alert texts report.</summary>
internal enum AlertSignKind
{
    Throttled,
    Cpu,
    Latency,
    Errors,
    LessTraffic,
    Retransmissions,
}
