using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Autoscalers without metrics, or at their maximum.</summary>
internal sealed partial class AutoscalerInspector : IInspector
{
    private static readonly HashSet<string?> MetricReasons =
    [
        "FailedGetResourceMetric",
        "FailedComputeMetricsReplicas",
        "FailedGetExternalMetric",
        "FailedGetPodsMetric",
    ];

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V2HorizontalPodAutoscaler>()
                .SelectMany(scaler =>
                    scaler.Status?.Conditions is { Count: > 0 } conditions
                        ? conditions.Select(condition => Judge(scaler, condition)).OfType<Finding>()
                        : FromEvents(context, scaler)
                )
                .Select(finding => WithRequests(context, finding))
                .Concat(Rivals(context))
        );

    /// <summary>Two autoscalers of one workload set its replicas in turn.</summary>
    private static IEnumerable<Finding> Rivals(InspectionContext context) =>
        from scaler in context.Snapshot.All<V2HorizontalPodAutoscaler>()
        where scaler.Spec?.ScaleTargetRef is { Name.Length: > 0 }
        group scaler by (
            scaler.Metadata.NamespaceProperty,
            scaler.Spec.ScaleTargetRef.Kind,
            scaler.Spec.ScaleTargetRef.Name
        ) into rivals
        where rivals.Count() > 1
        let names = rivals.Select(scaler => scaler.Metadata.Name).ToList()
        let resources = rivals.Select(InspectionContext.Ref).ToList()
        select new Finding
        {
            Fault = ConfigurationFaults.RivalAutoscalers,
            Resource = resources.Find(context.IsAskedAbout) ?? resources[^1],
            Summary =
                $"autoscalers {string.Join(" and ", names)} both scale {rivals.Key.Kind} {rivals.Key.Name}, "
                + "and undo each other's replicas",
            Source = "spec.scaleTargetRef",
            Quote = $"scaleTargetRef: {rivals.Key.Kind}/{rivals.Key.Name}",
            Weight = 0.85,
            Facts = new Dictionary<string, string> { ["rivals"] = string.Join(", ", names) },
        };

    /// <summary>
    /// Utilisation is counted against requests. A container without any, such as a sidecar, is why there is none.
    /// </summary>
    private static Finding WithRequests(InspectionContext context, Finding finding)
    {
        if (
            finding.Fault != ResourceFaults.HpaNoMetrics
            || Missing().Match(finding.Quote) is not { Success: true } missing
            || context.Snapshot.Find<V2HorizontalPodAutoscaler>(finding.Resource.Namespace, finding.Resource.Name)
                is not { Spec.ScaleTargetRef: { } target }
        )
            return finding;
        var resource = missing.Groups[1].Value;
        var workload = new ResourceRef(target.Kind, finding.Resource.Namespace, target.Name);
        var lacking = context
            .Pods.Where(pod =>
                context.Topology.Controller(InspectionContext.Ref(pod)) == workload
                && context.Snapshot.Shows(pod, ShownFields.Resources)
            )
            .SelectMany(pod => pod.Spec?.Containers ?? [])
            .FirstOrDefault(container => container.Resources?.Requests?.ContainsKey(resource) != true);
        return lacking is null
            ? finding
            : finding with
            {
                Summary = $"{finding.Summary}: container {lacking.Name} of {workload.Name} requests no {resource}",
            };
    }

    /// <summary>kubectl get prints no conditions; the events say the same.</summary>
    private static IEnumerable<Finding> FromEvents(InspectionContext context, V2HorizontalPodAutoscaler scaler)
    {
        var resource = InspectionContext.Ref(scaler);
        if (context.LatestEvent(resource, e => MetricReasons.Contains(e.Reason)) is { } e)
            yield return new()
            {
                Fault = ResourceFaults.HpaNoMetrics,
                Resource = resource,
                Summary = $"autoscaler {scaler.Metadata.Name} gets no metrics",
                Source = $"event {e.Reason}",
                Quote = e.Message ?? "",
                At = ClusterSnapshot.TimeOf(e),
                Weight = 0.9,
            };
    }

    private static Finding? Judge(V2HorizontalPodAutoscaler scaler, V2HorizontalPodAutoscalerCondition condition)
    {
        var name = scaler.Metadata.Name;
        var finding = new Finding
        {
            Resource = InspectionContext.Ref(scaler),
            Source = $"status.conditions[{condition.Type}]",
            Quote = $"{condition.Reason}: {condition.Message}",
            At = ClusterSnapshot.Utc(condition.LastTransitionTime),
            Summary = $"autoscaler {name} cannot scale",
        };
        var target = scaler.Spec?.ScaleTargetRef;
        return (condition.Type, condition.Status, condition.Reason) switch
        {
            // ScalingDisabled: the target is scaled to zero, which switches the autoscaler off.
            ("ScalingActive", "False", not "ScalingDisabled") => finding with
            {
                Fault = ResourceFaults.HpaNoMetrics,
                Summary = $"autoscaler {name} gets no metrics",
                Weight = 0.93,
            },
            ("AbleToScale", "False", "FailedGetScale") => finding with
            {
                Summary = $"autoscaler {name} does not find its target {target?.Kind} {target?.Name}",
                Weight = 0.9,
            },
            ("ScalingLimited", "True", "TooManyReplicas") => finding with
            {
                Fault = ResourceFaults.HpaAtMax,
                Summary = $"autoscaler {name} is at its maximum of {scaler.Spec?.MaxReplicas} replicas",
                Weight = 0.7,
                Facts = TwiceTheMaximum(scaler.Spec),
            },
            _ => null,
        };
    }

    private static Dictionary<string, string> TwiceTheMaximum(V2HorizontalPodAutoscalerSpec? spec) =>
        spec is null ? [] : new() { ["more"] = (spec.MaxReplicas * 2).ToString(CultureInfo.InvariantCulture) };

    [GeneratedRegex(@"missing request for (\w+)")]
    private static partial Regex Missing();
}
