using System;
using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Faults that only measurements show: containers that their CPU limit throttles, volumes that are nearly full.
/// </summary>
internal sealed class MetricsInspector : IInspector
{
    /// <summary>
    /// Shares of throttled periods: the usual alert (CPUThrottlingHigh) fires at the first; any program is slowed down
    /// noticeably at the second.
    /// </summary>
    private const double Throttled = 0.25,
        HeavilyThrottled = 0.5;

    /// <summary>The share of its CPU limit from which a container uses all of it.</summary>
    private const decimal AtLimit = 0.95m;

    /// <summary>Writes begin to fail below this free share of a volume.</summary>
    private const double NearlyFull = 0.03;

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context) =>
        Containers(context).Concat(Claims(context));

    private static IEnumerable<Finding> Containers(InspectionContext context) =>
        from pod in context.Pods
        from container in pod.Spec?.Containers ?? []
        let finding = Judge(context, pod, container)
        where finding is not null
        select finding;

    private static Finding? Judge(InspectionContext context, V1Pod pod, V1Container container)
    {
        var measured = context.Snapshot.Metrics.Of(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container.Name);
        if (measured is null || container.Resources?.Limits?.TryGetValue("cpu", out var limit) != true)
            return null;
        var isFailing = PodState.IsFailing(pod);
        var finding = new Finding
        {
            Fault = ResourceFaults.CpuThrottled,
            Resource = InspectionContext.Ref(pod, container.Name),
            Summary = $"container {container.Name} uses all of its CPU limit of {limit}",
            Source = "metrics.k8s.io usage.cpu",
            Quote = FormattableString.Invariant($"usage.cpu: {measured.Cpu:0.###}, limits.cpu: {limit}"),
            Weight = 0.72,
            Facts = new Dictionary<string, string>
            {
                ["limit"] = limit!.ToString(),
                ["more"] = Quantity.Twice(limit, isMemory: false)!,
            },
        };
        if (measured.Throttled is not { } share)
            return measured.Cpu >= AtLimit * limit.ToDecimal() ? finding : null;
        var threshold = isFailing ? Throttled : HeavilyThrottled;
        if (share < threshold)
            return null;
        return finding with
        {
            Summary =
                $"container {container.Name} is throttled by its CPU limit of {limit} in "
                + $"{share.ToString("P0", CultureInfo.InvariantCulture)} of all periods",
            Source = "Prometheus container_cpu_cfs_throttled_periods_total",
            Quote = FormattableString.Invariant($"throttled: {share:0.00}, limits.cpu: {limit}"),
            Weight = isFailing ? 0.88 : 0.8,
        };
    }

    private static IEnumerable<Finding> Claims(InspectionContext context)
    {
        foreach (
            var ((ns, claim), free) in context.Snapshot.Metrics.FreeOfClaims.Where(claim => claim.Value < NearlyFull)
        )
            yield return new()
            {
                Fault = ResourceFaults.VolumeFull,
                Resource = new("PersistentVolumeClaim", ns, claim),
                Weight = 0.92,
                Source = "Prometheus kubelet_volume_stats_available_bytes",
                Summary = $"claim {claim} has {free.ToString("P1", CultureInfo.InvariantCulture)} of its space left",
                Quote = string.Create(CultureInfo.InvariantCulture, $"available / capacity: {free:0.000}"),
                Facts = new Dictionary<string, string> { ["claim"] = claim },
            };
    }
}
