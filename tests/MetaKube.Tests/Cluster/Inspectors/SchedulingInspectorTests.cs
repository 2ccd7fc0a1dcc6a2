using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class SchedulingInspectorTests
{
    private static IReadOnlyList<Finding> Inspect(string message)
    {
        var snapshot = new ClusterSnapshot("test") { Now = DateTimeOffset.UnixEpoch };
        snapshot.Add(
            new V1Pod
            {
                Metadata = new() { Name = "p", NamespaceProperty = "shop" },
                Spec = new()
                {
                    Containers =
                    [
                        new()
                        {
                            Name = "app",
                            Resources = new()
                            {
                                Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("4") },
                            },
                        },
                    ],
                },
                Status = new()
                {
                    Phase = "Pending",
                    Conditions =
                    [
                        new()
                        {
                            Type = "PodScheduled",
                            Status = "False",
                            Reason = "Unschedulable",
                            Message = message,
                        },
                    ],
                },
            }
        );
        return InspectorRegistry.Run(new(snapshot, ResourceTopology.Build(snapshot), null)).Findings;
    }

    /// <summary>Messages of the scheduler, with the fault that each names.</summary>
    public static TheoryData<string, string> SchedulerMessages { get; } =
        new()
        {
            { "0/3 nodes are available: 3 Insufficient cpu.", "scheduling.insufficient-cpu" },
            {
                "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
                    + "2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for "
                    + "scheduling, 2 No preemption victims found for incoming pod.",
                "scheduling.insufficient-memory"
            },
            {
                "0/1 nodes are available: 1 node(s) had taint {dedicated: batch}, that the pod didn't tolerate.",
                "scheduling.taint-not-tolerated"
            },
            {
                "0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: batch}. preemption: 0/1 nodes "
                    + "are available: 1 Preemption is not helpful for scheduling..",
                "scheduling.taint-not-tolerated"
            },
            {
                "0/4 nodes are available: 1 node(s) were unschedulable, "
                    + "3 node(s) didn't match Pod's node affinity/selector.",
                "scheduling.node-selector-mismatch"
            },
            {
                "0/2 nodes are available: 2 node(s) didn't match pod affinity/anti-affinity rules.",
                "scheduling.pod-affinity-unsatisfiable"
            },
            {
                "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.",
                "scheduling.topology-spread"
            },
            { "0/1 nodes are available: 1 Too many pods.", "scheduling.insufficient-pods" },
            { "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", "scheduling.insufficient-extended-resource" },
            {
                "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
                "scheduling.host-port-conflict"
            },
            { "0/2 nodes are available: 2 node(s) had volume node affinity conflict.", "resource.pv-node-affinity" },
            {
                "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
                "system.node-not-ready"
            },
            { "persistentvolumeclaim \"data\" not found", "resource.provisioning-failed" },
        };

    [Theory]
    [MemberData(nameof(SchedulerMessages))]
    public void The_reason_that_keeps_most_nodes_away_is_the_cause(string message, string fault) =>
        Inspect(message).MaxBy(finding => finding.Weight)!.Fault.ShouldBe(fault);

    [Fact]
    public void The_request_and_the_device_are_named()
    {
        Inspect("0/1 nodes are available: 1 Insufficient cpu.")
            .Single(finding => finding.Fault is not null)
            .Summary.ShouldContain("(4)");
        Inspect("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
            .Single(finding => finding.Fault is not null)
            .Facts["device"]
            .ShouldBe("nvidia.com/gpu");
    }

    [Fact]
    public void A_hostile_message_is_only_a_symptom() =>
        Inspect($"0/1 nodes are available: {new string('1', 5000)} {string.Concat(Enumerable.Repeat("taint {", 3000))}")
            .ShouldNotBeNull();

    [Fact]
    public void A_pod_behind_scheduling_gates_names_the_gate()
    {
        var finding = Given
            .Pod("shop/web")
            .Unscheduled("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
            .Where(pod => pod.Spec.SchedulingGates = [new() { Name = "example.com/quota" }])
            .Finding<SchedulingInspector>();
        finding.Fault.ShouldBe(SchedulingFaults.Gated);
        finding.Facts["gate"].ShouldBe("example.com/quota");
    }

    [Fact]
    public void A_pod_that_no_broken_node_takes_depends_on_that_node()
    {
        Given NotReady(string status) =>
            Given
                .Nothing.With<V1Node>(
                    "node-1",
                    node => node.Status = new() { Conditions = [new() { Type = "Ready", Status = status }] }
                )
                .WithPod("shop/web")
                .Unscheduled(
                    message: "0/1 nodes are available: "
                        + "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }."
                );
        NotReady("False").Inspect<SchedulingInspector>().Edges.ShouldHaveSingleItem().To.Name.ShouldBe("node-1");
        NotReady("True").Inspect<SchedulingInspector>().Edges.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(0.5, 0)]
    public void A_scheduler_that_says_nothing_is_down_after_a_while(double minutesAgo, int findings) =>
        Given
            .Pod("shop/web")
            .Unscheduled()
            .Where(pod => pod.Metadata.CreationTimestamp = Given.Ago(minutesAgo))
            .Complete("Event")
            .Faults<SchedulingInspector>()
            .Count(fault => fault == SystemFaults.ControllerDown)
            .ShouldBe(findings);

    [Fact]
    public void Nothing_is_claimed_of_the_scheduler_where_not_all_events_were_read() =>
        Given.Pod("shop/web").Unscheduled().Faults<SchedulingInspector>().ShouldBeEmpty();

    [Fact]
    public void A_pod_on_a_node_has_no_finding_whatever_the_scheduler_said_before() =>
        Given
            .Pod("shop/web")
            .Phase("Pending")
            .Event("FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.")
            .Faults<SchedulingInspector>()
            .ShouldBeEmpty();
}
