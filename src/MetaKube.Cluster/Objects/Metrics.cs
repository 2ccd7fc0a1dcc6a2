namespace MetaKube.Cluster.Objects;

/// <summary>The latest measurements of one container.</summary>
/// <param name="Cpu">CPUs in use.</param>
/// <param name="Throttled">The share of scheduling periods in which the container was throttled, 0 to 1.</param>
internal sealed record ContainerMetrics(decimal? Cpu = null, double? Throttled = null);

/// <summary>
/// Measurements by namespace, pod and container, and the free share of each claim, 0 to 1. Empty where there is no
/// metrics source.
/// </summary>
internal sealed class Metrics
{
    private readonly Dictionary<(string Namespace, string Pod, string Container), ContainerMetrics> containers = [];

    public Dictionary<(string Namespace, string Claim), double> FreeOfClaims { get; } = [];

    public ContainerMetrics? Of(string ns, string pod, string container) =>
        containers.GetValueOrDefault((ns, pod, container));

    public void Add(string ns, string pod, string container, ContainerMetrics measured)
    {
        var known = Of(ns, pod, container);
        containers[(ns, pod, container)] = new(measured.Cpu ?? known?.Cpu, measured.Throttled ?? known?.Throttled);
    }
}
