using System;
using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// What only measurements tell: containers that their CPU limit holds back, volumes that are nearly full.
/// </summary>
internal sealed class MetricsInspector : IInspector
{
    /// <summary>
    /// The share of periods from which the usual alert (CPUThrottlingHigh) fires, and the one that is felt in any
    /// program.
    /// </summary>
    private const double Throttled = 0.25,
        HeavilyThrottled = 0.5;

    /// <summary>CPU in use, of the limit: as much as it can get.</summary>
    private const decimal AtLimit = 0.95m;

    /// <summary>Free share of a volume under which writes begin to fail.</summary>
    private const double NearlyFull = 0.03;

    public IEnumerable<Finding> Inspect(Examination x) => Containers(x).Concat(Claims(x));

    private static IEnumerable<Finding> Containers(Examination x)
    {
        foreach (var pod in x.Pods)
            foreach (var container in pod.Spec?.Containers ?? [])
            {
                if (
                    container.Resources?.Limits?.TryGetValue("cpu", out var limit) != true
                    || x.Snapshot.Metrics.Of(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container.Name)
                        is not { } measured
                )
                    continue;
                var isFailing = LogSelection.IsFailing(pod);
                var facts = new Dictionary<string, string>
                {
                    ["limit"] = limit!.ToString(),
                    ["more"] = Quantity.Twice(limit, isMemory: false)!,
                };
                if (measured.Throttled is { } share && (share >= HeavilyThrottled || share >= Throttled && isFailing))
                    yield return new()
                    {
                        Fault = "resource.cpu-throttled",
                        Resource = Examination.Ref(pod, container.Name),
                        Weight = isFailing ? 0.88 : 0.8,
                        Source = "Prometheus container_cpu_cfs_throttled_periods_total",
                        Summary =
                            $"container {container.Name} is held back by its CPU limit of {limit} in {share.ToString("P0", CultureInfo.InvariantCulture)} of all periods",
                        Quote = string.Create(
                            CultureInfo.InvariantCulture,
                            $"throttled: {share:0.00}, limits.cpu: {limit}"
                        ),
                        Facts = facts,
                    };
                else if (measured.Throttled is null && measured.Cpu >= AtLimit * limit.ToDecimal())
                    yield return new()
                    {
                        Fault = "resource.cpu-throttled",
                        Resource = Examination.Ref(pod, container.Name),
                        Weight = 0.72,
                        Source = "metrics.k8s.io usage.cpu",
                        Summary = $"container {container.Name} uses all of its CPU limit of {limit}",
                        Quote = string.Create(
                            CultureInfo.InvariantCulture,
                            $"usage.cpu: {measured.Cpu:0.###}, limits.cpu: {limit}"
                        ),
                        Facts = facts,
                    };
            }
    }

    private static IEnumerable<Finding> Claims(Examination x)
    {
        foreach (var ((ns, claim), free) in x.Snapshot.Metrics.FreeOfClaims.Where(claim => claim.Value < NearlyFull))
            yield return new()
            {
                Fault = "resource.volume-full",
                Resource = new("PersistentVolumeClaim", ns, claim),
                Weight = 0.92,
                Source = "Prometheus kubelet_volume_stats_available_bytes",
                Summary = $"claim {claim} has {free.ToString("P1", CultureInfo.InvariantCulture)} of its space left",
                Quote = string.Create(CultureInfo.InvariantCulture, $"available / capacity: {free:0.000}"),
                Facts = new Dictionary<string, string> { ["claim"] = claim },
            };
    }
}
