using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class PodInspectorTests
{
    [Theory]
    [InlineData(
        "Infeasible",
        "Node didn't have enough capacity: memory, requested: 42949672960, capacity: 31957381120",
        SchedulingFaults.InsufficientMemory
    )]
    [InlineData(
        "Infeasible",
        "Node didn't have enough capacity: cpu, requested: 64000, capacity: 7910",
        SchedulingFaults.InsufficientCpu
    )]
    [InlineData("Infeasible", "In-place resize of pods with swap is not supported", null)]
    public void A_resize_that_the_node_cannot_give_is_told(string reason, string message, string? fault)
    {
        var finding = Resized("True", reason, message).Finding<PodInspector>();
        finding.Fault.ShouldBe(fault);
        finding.Summary.ShouldContain("Infeasible");
    }

    [Fact]
    public void A_resize_that_is_done_is_no_finding() =>
        Resized("False", "", "").Faults<PodInspector>().ShouldBeEmpty();

    private static Given Resized(string status, string reason, string message) =>
        Given
            .Pod("shop/web")
            .Where(pod =>
                pod.Status.Conditions =
                [
                    new()
                    {
                        Type = "PodResizePending",
                        Status = status,
                        Reason = reason,
                        Message = message,
                    },
                ]
            );

    private static Given Evicted(string message) =>
        Given
            .Pod("shop/web")
            .Where(pod =>
            {
                pod.Status = new()
                {
                    Phase = "Failed",
                    Reason = "Evicted",
                    Message = message,
                };
            });

    [Theory]
    [InlineData("The node was low on resource: memory. Threshold quantity: 100Mi", ResourceFaults.NodeMemoryPressure)]
    [InlineData("The node was low on resource: nodefs.", ResourceFaults.NodeDiskPressure)]
    [InlineData(
        "The node was low on resource: ephemeral-storage. Container app was using 108Ki, request is 0",
        ResourceFaults.NodeDiskPressure
    )]
    [InlineData(
        "The node was low on resource: ephemeral-storage. Container app was using 7340032Ki, request is 0",
        ResourceFaults.EphemeralStorageExceeded
    )]
    [InlineData("The node was low on resource: pids.", ResourceFaults.PidExhausted)]
    [InlineData("Usage of EmptyDir volume \"tmp\" exceeds the limit", ResourceFaults.EphemeralStorageExceeded)]
    public void The_message_of_an_eviction_decides_the_fault(string message, string fault)
    {
        var finding = Evicted(message).Finding<PodInspector>();
        finding.Fault.ShouldBe(fault);
        finding.Facts["node"].ShouldBe("node-1");
    }

    [Theory]
    [InlineData("failed to setup network for sandbox: cni plugin", NetworkFaults.SandboxFailed)]
    [InlineData("rpc error: runc did not terminate", SystemFaults.ContainerRuntimeFailed)]
    public void A_sandbox_fails_by_the_network_or_by_the_runtime(string message, string fault) =>
        Given
            .Pod("shop/web")
            .Phase("Pending")
            .Waiting("ContainerCreating")
            .Event("FailedCreatePodSandBox", message)
            .Faults<PodInspector>()
            .ShouldContain(fault);

    [Fact]
    public void A_deleted_preempted_pod_is_found_by_its_replacement() =>
        Given
            .Pod("shop/web-2")
            .Unscheduled()
            .Where(pod => pod.Metadata.GenerateName = "web-")
            .EventAbout(new("Pod", "shop", "web-1"), "Preempted", "Preempted by pod x on node node-1")
            .Faults<PodInspector>()
            .ShouldContain(SchedulingFaults.Preempted);

    [Fact]
    public void A_pod_that_runs_and_is_not_ready_is_a_symptom() =>
        Given.Pod("shop/web").NotReady().Faults<PodInspector>().ShouldBe([null]);

    [Fact]
    public void A_pod_that_is_ready_has_no_finding() => Given.Pod("shop/web").Faults<PodInspector>().ShouldBeEmpty();

    [Fact]
    public void A_new_pod_may_be_Pending_for_a_moment() =>
        Given
            .Pod("shop/web")
            .Phase("Pending")
            .Waiting("ContainerCreating")
            .Where(pod => pod.Metadata.CreationTimestamp = Given.Ago(0.2))
            .Faults<PodInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_sandbox_that_was_made_in_the_end_is_no_finding() =>
        Given.Pod("shop/web").Event("FailedCreatePodSandBox", "cni plugin").Faults<PodInspector>().ShouldBeEmpty();

    [Fact]
    public void A_failed_pod_that_was_not_evicted_is_left_to_others() =>
        Given.Pod("shop/web").Phase("Failed").Faults<PodInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("runc create failed: container init was OOM-killed (memory limit too low?)", ResourceFaults.OomKilled)]
    [InlineData("runc create failed: cannot set cgroup", SystemFaults.ContainerRuntimeFailed)]
    public void A_failed_sandbox_is_judged_by_its_message(string message, string fault) =>
        Given
            .Pod("shop/web")
            .Phase("Pending")
            .Waiting("ContainerCreating")
            .Event("FailedCreatePodSandBox", message)
            .Inspect<PodInspector>()
            .Findings.ShouldContain(finding => finding.Fault == fault);

    [Theory]
    [InlineData(null, 1)]
    [InlineData("False", 1)]
    [InlineData("True", 0)]
    public void A_readiness_gate_that_nothing_sets_keeps_the_pod_from_being_ready(string? status, int findings) =>
        Given
            .Pod("shop/web")
            .NotReady()
            .Where(pod =>
            {
                pod.Spec.ReadinessGates = [new() { ConditionType = "example.com/balancer" }];
                pod.Status.Conditions.Add(
                    new()
                    {
                        Type = "ContainersReady",
                        Status = "True",
                        LastTransitionTime = Given.Ago(5),
                    }
                );
                if (status is not null)
                    pod.Status.Conditions.Add(new() { Type = "example.com/balancer", Status = status });
            })
            .Faults<PodInspector>()
            .Count(fault => fault == ConfigurationFaults.ReadinessGateUnmet)
            .ShouldBe(findings);
}
