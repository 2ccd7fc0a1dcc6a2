using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class WorkloadInspectorTests
{
    private static Given ReplicaSet(int wanted, int present) =>
        Given.An<V1ReplicaSet>(
            "shop/web-1",
            set =>
            {
                set.Spec = new() { Replicas = wanted, Selector = new() };
                set.Status = new() { Replicas = present };
            }
        );

    private static Given Deployment(int wanted, int available, string label = "web") =>
        Given.An<V1Deployment>(
            "shop/web",
            deployment =>
            {
                deployment.Spec = new()
                {
                    Replicas = wanted,
                    Selector = new(),
                    Template = new()
                    {
                        Metadata = new() { Labels = new Dictionary<string, string> { ["app"] = label } },
                        Spec = new() { Containers = [] },
                    },
                };
                deployment.Status = new() { AvailableReplicas = available };
            }
        );

    [Theory]
    [InlineData(
        "pods \"web-1\" is forbidden: exceeded quota: compute, requested: cpu=1",
        ResourceFaults.QuotaExceeded
    )]
    [InlineData(
        "pods \"web-1\" is forbidden: failed quota: compute: must specify limits.cpu",
        ResourceFaults.QuotaExceeded
    )]
    [InlineData("maximum memory usage per Container is 1Gi, but limit is 2Gi", ResourceFaults.LimitRangeViolated)]
    [InlineData("serviceaccount \"builder\" not found", ConfigurationFaults.ServiceAccountMissing)]
    [InlineData(
        "failed calling webhook \"gate.example\": connection refused",
        ConfigurationFaults.AdmissionWebhookDown
    )]
    [InlineData("admission webhook \"gate.example\" denied the request: no", ConfigurationFaults.AdmissionDenied)]
    [InlineData("violates PodSecurity \"restricted:latest\"", ConfigurationFaults.SecurityContextDenied)]
    [InlineData("no sentence that is known", null)]
    public void The_refusal_decides_the_fault(string message, string? fault) =>
        ReplicaSet(2, 0).Event("FailedCreate", message).Faults<WorkloadInspector>().ShouldBe([fault]);

    [Fact]
    public void A_missing_ServiceAccount_is_named() =>
        ReplicaSet(2, 0)
            .Event("FailedCreate", "serviceaccount \"builder\" not found")
            .Finding<WorkloadInspector>()
            .About.ShouldBe(new("ServiceAccount", "shop", "builder"));

    [Fact]
    public void A_refusal_is_also_read_from_the_condition_for_events_expire() =>
        Given
            .An<V1ReplicaSet>(
                "shop/web-1",
                set =>
                {
                    set.Spec = new() { Replicas = 2, Selector = new() };
                    set.Status = new()
                    {
                        Replicas = 0,
                        Conditions =
                        [
                            new()
                            {
                                Type = "ReplicaFailure",
                                Status = "True",
                                Message = "exceeded quota: compute",
                            },
                        ],
                    };
                }
            )
            .Faults<WorkloadInspector>()
            .ShouldBe([ResourceFaults.QuotaExceeded]);

    [Fact]
    public void A_refusal_that_was_overcome_is_no_finding() =>
        ReplicaSet(2, 2).Event("FailedCreate", "exceeded quota: compute").Faults<WorkloadInspector>().ShouldBeEmpty();

    [Fact]
    public void Missing_replicas_are_a_symptom()
    {
        var finding = Deployment(3, 1).Finding<WorkloadInspector>();
        finding.Fault.ShouldBeNull();
        finding.Summary.ShouldBe("1 of 3 replicas are available");
    }

    [Fact]
    public void A_workload_with_all_replicas_has_no_finding() =>
        Deployment(3, 3).Faults<WorkloadInspector>().ShouldBeEmpty();

    [Fact]
    public void A_stalled_rollout_is_a_symptom() =>
        Deployment(1, 1)
            .With<V1Deployment>(
                "shop/api",
                deployment =>
                {
                    deployment.Spec = new()
                    {
                        Replicas = 1,
                        Selector = new(),
                        Template = new(),
                    };
                    deployment.Status = new()
                    {
                        AvailableReplicas = 1,
                        Conditions =
                        [
                            new()
                            {
                                Type = "Progressing",
                                Status = "False",
                                Message = "deadline exceeded",
                            },
                        ],
                    };
                }
            )
            .Finding<WorkloadInspector>()
            .Resource.Name.ShouldBe("api");

    [Fact]
    public void Zero_replicas_are_a_fault_where_they_were_asked_about() =>
        Deployment(0, 0).AskedAbout().Faults<WorkloadInspector>().ShouldBe([SchedulingFaults.ScaledToZero]);

    [Theory]
    [InlineData("web", 1)]
    [InlineData("other", 0)]
    public void Zero_replicas_are_a_fault_where_a_Service_selects_them(string selected, int findings) =>
        Deployment(0, 0)
            .With<V1Service>(
                "shop/front",
                service => service.Spec = new() { Selector = new Dictionary<string, string> { ["app"] = selected } }
            )
            .Faults<WorkloadInspector>()
            .Count.ShouldBe(findings);
}
