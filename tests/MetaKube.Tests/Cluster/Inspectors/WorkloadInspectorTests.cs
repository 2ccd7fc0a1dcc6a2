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
    [InlineData("pods \"web-1\" is forbidden: exceeded quota: compute, requested: cpu=1", ResourceFaults.QuotaExceeded)]
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

    [Fact]
    public void A_quota_names_the_resource_that_is_used_up()
    {
        var finding = ReplicaSet(2, 1)
            .Event(
                "FailedCreate",
                "pods \"web-1-x\" is forbidden: exceeded quota: compute, requested: pods=1,requests.memory=300Mi, "
                    + "used: pods=2,requests.memory=900Mi, limited: pods=9,requests.memory=1Gi"
            )
            .Finding<WorkloadInspector>();
        finding.Facts["quotaresource"].ShouldBe("requests.memory");
        finding.Summary.ShouldContain("1Gi");
    }

    [Theory]
    [InlineData("1Gi", 1)]
    [InlineData("4Gi", 0)]
    public void A_quota_that_has_room_by_now_refuses_nothing(string hard, int findings) =>
        ReplicaSet(2, 1)
            .Event(
                "FailedCreate",
                "forbidden: exceeded quota: compute, requested: requests.memory=300Mi, used: requests.memory=900Mi, "
                    + "limited: requests.memory=1Gi"
            )
            .With<V1ResourceQuota>(
                "shop/compute",
                quota =>
                    quota.Status = new()
                    {
                        Hard = new Dictionary<string, ResourceQuantity> { ["requests.memory"] = new(hard) },
                        Used = new Dictionary<string, ResourceQuantity> { ["requests.memory"] = new("900Mi") },
                    }
            )
            .Faults<WorkloadInspector>()
            .Count.ShouldBe(findings);

    [Fact]
    public void What_must_be_specified_is_another_remedy_than_a_quota_that_is_used_up() =>
        ReplicaSet(2, 1)
            .Event("FailedCreate", "forbidden: failed quota: compute: must specify limits.cpu,limits.memory")
            .Finding<WorkloadInspector>()
            .Facts["unset"]
            .ShouldBe("limits.cpu,limits.memory");

    [Fact]
    public void Of_several_refusals_the_latest_is_what_stands_in_the_way() =>
        ReplicaSet(2, 1)
            .Event("FailedCreate", "serviceaccount \"builder\" not found", minutesAgo: 9)
            .Event("FailedCreate", "maximum memory usage per Container is 1Gi, but limit is 2Gi", minutesAgo: 1)
            .Faults<WorkloadInspector>()
            .ShouldBe([ResourceFaults.LimitRangeViolated]);

    [Fact]
    public void A_ServiceAccount_that_exists_by_now_is_not_missing() =>
        ReplicaSet(2, 1)
            .Event("FailedCreate", "serviceaccount \"builder\" not found")
            .With<V1ServiceAccount>("shop/builder")
            .Faults<WorkloadInspector>()
            .ShouldBeEmpty();

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 0)]
    public void Pods_that_cannot_be_deleted_are_too_many(int present, int findings) =>
        ReplicaSet(1, present)
            .Event("FailedDelete", "failed calling webhook \"gate.example\": context deadline exceeded")
            .Faults<WorkloadInspector>()
            .Count.ShouldBe(findings);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_paused_rollout_has_not_gone_out(bool paused, int findings)
    {
        Deployment(2, 2)
            .With<V1Deployment>(
                "shop/api",
                deployment =>
                {
                    deployment.Spec = new()
                    {
                        Replicas = 2,
                        Paused = paused,
                        Template = new(),
                    };
                    deployment.Status = new() { AvailableReplicas = 2, UpdatedReplicas = 0 };
                }
            )
            .Faults<WorkloadInspector>()
            .Count(fault => fault == ConfigurationFaults.RolloutHeld)
            .ShouldBe(findings);
    }

    [Theory]
    [InlineData("ssd", 1)]
    [InlineData("hdd", 0)]
    public void A_DaemonSet_that_no_node_fits_is_asked_about(string wanted, int findings) =>
        Given
            .An<V1Node>("node-1", node => node.Metadata.Labels = new Dictionary<string, string> { ["disk"] = "hdd" })
            .With<V1DaemonSet>(
                "shop/agent",
                set =>
                {
                    set.Spec = new()
                    {
                        Template = new()
                        {
                            Spec = new() { NodeSelector = new Dictionary<string, string> { ["disk"] = wanted } },
                        },
                    };
                    set.Status = new() { DesiredNumberScheduled = 0 };
                }
            )
            .AskedAbout()
            .Faults<WorkloadInspector>()
            .Count.ShouldBe(findings);

    private static Given Scheduled(string command)
    {
        var run = new V1PodSpec { Containers = [new() { Name = "run", Command = command.Split(' ') }] };
        return Given.An<V1CronJob>(
            "shop/night-watch",
            cron =>
                cron.Spec = new()
                {
                    Schedule = "0 20 * * *",
                    JobTemplate = new() { Spec = new() { Template = new() { Spec = run } } },
                }
        );
    }

    [Theory]
    [InlineData("kubectl scale deploy/web --replicas=0", "night-watch")]
    [InlineData("kubectl get deploy/web", null)]
    public void Who_scales_to_zero_is_named(string command, string? cronJob)
    {
        var finding = Scheduled(command)
            .With<V1Deployment>(
                "shop/web",
                deployment =>
                {
                    deployment.Spec = new() { Replicas = 0, Template = new() };
                    deployment.Metadata.ManagedFields = [Given.Write("kubectl-scale", 7, "spec.replicas")];
                }
            )
            .AskedAbout()
            .Finding<WorkloadInspector>();
        finding.Fault.ShouldBe(SchedulingFaults.ScaledToZero);
        finding.Summary.ShouldContain("by kubectl-scale");
        finding.About?.Name.ShouldBe(cronJob);
        finding.Facts.GetValueOrDefault("cronjob").ShouldBe(cronJob);
    }

    [Theory]
    [InlineData(2, 1, "2")]
    [InlineData(2, 3, null)]
    [InlineData(0, 1, null)]
    public void A_partition_keeps_the_pods_below_it_even_if_they_are_deleted(int partition, int updated, string? held)
    {
        var findings = Given
            .An<V1StatefulSet>(
                "shop/db",
                set =>
                {
                    set.Spec = new()
                    {
                        Replicas = 3,
                        Template = new(),
                        UpdateStrategy = new()
                        {
                            Type = "RollingUpdate",
                            RollingUpdate = new() { Partition = partition },
                        },
                    };
                    set.Status = new()
                    {
                        ReadyReplicas = 3,
                        UpdatedReplicas = updated,
                        CurrentRevision = "old",
                        UpdateRevision = "new",
                    };
                }
            )
            .Inspect<WorkloadInspector>()
            .Findings;
        var finding = findings.SingleOrDefault(finding => finding.Fault == ConfigurationFaults.RolloutHeld);
        finding?.Facts.GetValueOrDefault("partition").ShouldBe(held);
        (finding is null).ShouldBe(held is null);
        finding?.Summary.ShouldNotContain("delete");
    }

    [Theory]
    [InlineData("OnDelete", "new", 1)]
    [InlineData("RollingUpdate", "new", 0)]
    [InlineData("OnDelete", "old", 0)]
    public void A_StatefulSet_that_waits_for_its_pods_to_be_deleted_keeps_the_old_revision(
        string strategy,
        string updateRevision,
        int findings
    ) =>
        Given
            .An<V1StatefulSet>(
                "shop/db",
                set =>
                {
                    set.Spec = new()
                    {
                        Replicas = 2,
                        Template = new(),
                        UpdateStrategy = new() { Type = strategy },
                    };
                    set.Status = new()
                    {
                        ReadyReplicas = 2,
                        CurrentRevision = "old",
                        UpdateRevision = updateRevision,
                    };
                }
            )
            .Faults<WorkloadInspector>()
            .Count(fault => fault == ConfigurationFaults.RolloutHeld)
            .ShouldBe(findings);
}
