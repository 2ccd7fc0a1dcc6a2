using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class AutoscalerInspectorTests
{
    private static Given Scaler(string type, string status, string reason) =>
        Given.An<V2HorizontalPodAutoscaler>(
            "shop/web",
            scaler =>
            {
                scaler.Spec = new()
                {
                    MaxReplicas = 4,
                    ScaleTargetRef = new() { Kind = "Deployment", Name = "web" },
                };
                scaler.Status = new()
                {
                    Conditions =
                    [
                        new()
                        {
                            Type = type,
                            Status = status,
                            Reason = reason,
                        },
                    ],
                };
            }
        );

    [Fact]
    public void An_autoscaler_without_metrics_is_a_fault() =>
        Scaler("ScalingActive", "False", "FailedGetResourceMetric")
            .Faults<AutoscalerInspector>()
            .ShouldBe([ResourceFaults.HpaNoMetrics]);

    [Fact]
    public void An_autoscaler_at_its_maximum_names_twice_as_many()
    {
        var finding = Scaler("ScalingLimited", "True", "TooManyReplicas").Finding<AutoscalerInspector>();
        finding.Fault.ShouldBe(ResourceFaults.HpaAtMax);
        finding.Facts["more"].ShouldBe("8");
    }

    [Fact]
    public void An_autoscaler_without_a_target_is_a_symptom() =>
        Scaler("AbleToScale", "False", "FailedGetScale")
            .Finding<AutoscalerInspector>()
            .Summary.ShouldContain("Deployment web");

    [Fact]
    public void Without_conditions_the_event_says_the_same() =>
        Given
            .An<V2HorizontalPodAutoscaler>(
                "shop/web",
                scaler =>
                    scaler.Spec = new()
                    {
                        ScaleTargetRef = new() { Kind = "Deployment", Name = "web" },
                    }
            )
            .Event("FailedGetResourceMetric", "no metrics returned")
            .Faults<AutoscalerInspector>()
            .ShouldBe([ResourceFaults.HpaNoMetrics]);

    [Theory]
    [InlineData("ScalingActive", "True", "ValidMetricFound")]
    [InlineData("ScalingActive", "False", "ScalingDisabled")]
    [InlineData("ScalingLimited", "True", "TooFewReplicas")]
    [InlineData("ScalingLimited", "False", "DesiredWithinRange")]
    public void An_autoscaler_that_works_or_is_switched_off_has_no_finding(string type, string status, string reason) =>
        Scaler(type, status, reason).Faults<AutoscalerInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("web", 1)]
    [InlineData("api", 0)]
    public void Two_autoscalers_of_one_workload_undo_each_other(string target, int findings) =>
        Scaler("AbleToScale", "True", "ReadyForNewScale")
            .With<V2HorizontalPodAutoscaler>(
                "shop/second",
                scaler =>
                    scaler.Spec = new()
                    {
                        ScaleTargetRef = new() { Kind = "Deployment", Name = target },
                    }
            )
            .Faults<AutoscalerInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData("100m", false)]
    [InlineData(null, true)]
    public void The_container_without_the_request_that_is_counted_against_is_named(string? request, bool isNamed) =>
        Given
            .An<V2HorizontalPodAutoscaler>(
                "shop/web",
                scaler =>
                    scaler.Spec = new()
                    {
                        ScaleTargetRef = new() { Kind = "StatefulSet", Name = "web" },
                    }
            )
            .Event("FailedGetResourceMetric", "failed to get cpu utilization: missing request for cpu")
            .WithPod("shop/web-0")
            .Where(pod => pod.Metadata.OwnerReferences = [new() { Kind = "StatefulSet", Name = "web" }])
            .Spec(container =>
                container.Resources = request is null
                    ? null
                    : new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(request) } }
            )
            .Finding<AutoscalerInspector>()
            .Summary.Contains("container app", StringComparison.Ordinal)
            .ShouldBe(isNamed);

    [Theory]
    [InlineData("web", "shop/keda-hpa-web", ConfigurationFaults.RivalAutoscalers)]
    [InlineData("api", "shop/keda-hpa-web", null)]
    public void Two_autoscalers_of_one_workload_are_rivals_and_the_one_asked_about_is_blamed(
        string other,
        string asked,
        string? fault
    )
    {
        var given = Rival(Rival(Given.Nothing, "shop/web", other), asked, "web").AskedAbout();
        Rival(given, "shop/zoom", other);
        var finding = given
            .Inspect<AutoscalerInspector>()
            .Findings.SingleOrDefault(f => f.Summary.Contains(asked[5..], StringComparison.Ordinal));
        finding?.Resource.Name.ShouldBe(asked[5..]);
        finding?.Fault.ShouldBe(fault);
        (finding is null).ShouldBe(fault is null);
    }

    private static Given Rival(Given given, string name, string target) =>
        given.With<V2HorizontalPodAutoscaler>(
            name,
            scaler =>
                scaler.Spec = new()
                {
                    MaxReplicas = 4,
                    ScaleTargetRef = new() { Kind = "Deployment", Name = target },
                }
        );
}
