using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Autoscalers without metrics, or at their maximum.</summary>
internal sealed class AutoscalerInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        // Where its conditions are not told, its events say the same.
        foreach (
            var scaler in x
                .Snapshot.All<V2HorizontalPodAutoscaler>()
                .Where(scaler => scaler.Status?.Conditions is null or { Count: 0 })
        )
            if (
                x.LatestEvent(
                    Examination.Ref(scaler),
                    e =>
                        e.Reason
                            is "FailedGetResourceMetric"
                                or "FailedComputeMetricsReplicas"
                                or "FailedGetExternalMetric"
                                or "FailedGetPodsMetric"
                ) is
                { } e
            )
                yield return new()
                {
                    Fault = "resource.hpa-no-metrics",
                    Resource = Examination.Ref(scaler),
                    Summary = $"autoscaler {scaler.Metadata.Name} gets no metrics",
                    Source = $"event {e.Reason}",
                    Quote = e.Message ?? "",
                    At = ClusterSnapshot.TimeOf(e),
                    Weight = 0.9,
                };
        foreach (var scaler in x.Snapshot.All<V2HorizontalPodAutoscaler>())
            foreach (var condition in scaler.Status?.Conditions ?? [])
            {
                var finding = new Finding
                {
                    Resource = Examination.Ref(scaler),
                    Source = $"status.conditions[{condition.Type}]",
                    Quote = $"{condition.Reason}: {condition.Message}",
                    At = ClusterSnapshot.Utc(condition.LastTransitionTime),
                    Summary = $"autoscaler {scaler.Metadata.Name} cannot do its work",
                };
                switch (condition.Type, condition.Status)
                {
                    // ScalingDisabled: the target is scaled to zero, which switches the autoscaler off.
                    case ("ScalingActive", "False") when condition.Reason != "ScalingDisabled":
                        yield return finding with
                        {
                            Fault = "resource.hpa-no-metrics",
                            Summary = $"autoscaler {scaler.Metadata.Name} gets no metrics",
                            Weight = 0.93,
                        };
                        break;
                    case ("AbleToScale", "False") when condition.Reason == "FailedGetScale":
                        yield return finding with
                        {
                            Summary =
                                $"autoscaler {scaler.Metadata.Name} does not find its target {scaler.Spec?.ScaleTargetRef?.Kind} {scaler.Spec?.ScaleTargetRef?.Name}",
                            Weight = 0.9,
                        };
                        break;
                    case ("ScalingLimited", "True") when condition.Reason == "TooManyReplicas":
                        yield return finding with
                        {
                            Fault = "resource.hpa-at-max",
                            Summary =
                                $"autoscaler {scaler.Metadata.Name} is at its maximum of {scaler.Spec?.MaxReplicas} replicas",
                            Weight = 0.7,
                            Facts = scaler.Spec is { } spec
                                ? new Dictionary<string, string>
                                {
                                    ["more"] = (spec.MaxReplicas * 2).ToString(
                                        System.Globalization.CultureInfo.InvariantCulture
                                    ),
                                }
                                : [],
                        };
                        break;
                }
            }
    }
}
