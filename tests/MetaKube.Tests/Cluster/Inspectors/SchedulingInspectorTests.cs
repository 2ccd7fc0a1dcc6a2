using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Tests.Cluster.Text;

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

    private static Dictionary<string, string> Labels(string name, string? extra = null) =>
        extra is null
            ? new() { ["kubernetes.io/hostname"] = name }
            : new() { ["kubernetes.io/hostname"] = name, ["disk"] = extra };

    private static void Describe(V1Node node, string? disk = null, bool cordoned = false, string? taint = null)
    {
        node.Metadata.Labels = Labels(node.Metadata.Name, disk);
        node.Spec = new()
        {
            Unschedulable = cordoned,
            Taints = taint is null
                ? null
                :
                [
                    new()
                    {
                        Key = taint,
                        Value = "yes",
                        Effect = "NoSchedule",
                    },
                ],
        };
    }

    private static Given WithPodFor(Given given, string message, string? disk = null) =>
        given
            .WithPod("shop/web")
            .Unscheduled(message: message)
            .Where(pod =>
                pod.Spec.NodeSelector = disk is null ? null : new Dictionary<string, string> { ["disk"] = disk }
            );

    private static string? Decisive(Given given) =>
        given.Inspect<SchedulingInspector>().Findings.MaxBy(finding => finding.Weight)?.Fault;

    [Fact]
    public void A_selector_that_only_a_cordoned_node_fits_is_not_the_cause()
    {
        const string Message =
            "0/3 nodes are available: 1 node(s) were unschedulable, "
            + "2 node(s) didn't match Pod's node affinity/selector.";
        Given Nodes(string fast) =>
            Given
                .Nothing.With<V1Node>("n1", node => Describe(node))
                .With<V1Node>("n2", node => Describe(node))
                .With<V1Node>("n3", node => Describe(node, fast, cordoned: true));
        Decisive(WithPodFor(Nodes("ssd"), Message, "ssd")).ShouldBe(SchedulingFaults.NodeCordoned);
        // No node has what the pod asks for: the cordon keeps nothing from it.
        Decisive(WithPodFor(Nodes("hdd"), Message, "ssd")).ShouldBe(SchedulingFaults.NodeSelectorMismatch);
    }

    [Fact]
    public void A_selector_that_only_a_tainted_node_fits_is_not_the_cause()
    {
        var given = Given
            .Nothing.With<V1Node>("n1", node => Describe(node))
            .With<V1Node>("n2", node => Describe(node))
            .With<V1Node>("n3", node => Describe(node, "ssd", taint: "dedicated"));
        var findings = WithPodFor(
                given,
                "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: yes}, "
                    + "2 node(s) didn't match Pod's node affinity/selector.",
                "ssd"
            )
            .Inspect<SchedulingInspector>()
            .Findings;
        var main = findings.MaxBy(finding => finding.Weight)!;
        main.Fault.ShouldBe(SchedulingFaults.TaintNotTolerated);
        main.Facts["taint"].ShouldBe("dedicated=yes:NoSchedule");
    }

    [Fact]
    public void An_affinity_that_was_not_read_leaves_the_decision_to_the_counts()
    {
        var given = Given
            .Nothing.With<V1Node>("n1", node => Describe(node))
            .With<V1Node>("n2", node => Describe(node, cordoned: true));
        Decisive(
                WithPodFor(
                    given.With<V1Node>("n3", node => Describe(node)),
                    "0/3 nodes are available: 1 node(s) were unschedulable, "
                        + "2 node(s) didn't match Pod's node affinity/selector."
                )
            )
            .ShouldBe(SchedulingFaults.NodeSelectorMismatch);
    }

    [Theory]
    [InlineData("DaemonSet", "scheduling.insufficient-pods")]
    [InlineData("ReplicaSet", "scheduling.node-selector-mismatch")]
    public void Nodes_that_a_DaemonSet_pod_is_not_for_do_not_count(string owner, string fault) =>
        Decisive(
                Given
                    .Pod("shop/agent-1")
                    .Where(pod => pod.Metadata.OwnerReferences = [new() { Kind = owner, Name = "agent" }])
                    .Unscheduled(
                        message: "0/7 nodes are available: 1 Too many pods, "
                            + "6 node(s) didn't match Pod's node affinity/selector."
                    )
            )
            .ShouldBe(fault);

    [Theory]
    [InlineData("1 node(s) didn't match PersistentVolume's node affinity", "resource.pv-node-affinity")]
    [InlineData("1 node(s) didn't match Pod's node affinity", "scheduling.node-selector-mismatch")]
    [InlineData("1 node(s) didn't match node selector", "scheduling.node-selector-mismatch")]
    [InlineData("1 node is filtered out by the prefilter result", "scheduling.node-selector-mismatch")]
    [InlineData("1 node(s) didn't satisfy existing pods anti-affinity rules", "scheduling.pod-affinity-unsatisfiable")]
    [InlineData("1 node(s) exceed max volume count", "scheduling.insufficient-extended-resource")]
    [InlineData("1 cannot allocate all claims", "scheduling.insufficient-extended-resource")]
    [InlineData("1 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }", "scheduling.node-cordoned")]
    public void Wordings_of_older_and_newer_schedulers_are_understood(string reason, string fault) =>
        Inspect($"0/1 nodes are available: {reason}.").MaxBy(finding => finding.Weight)!.Fault.ShouldBe(fault);

    [Fact]
    public void The_pod_that_holds_a_host_port_is_named()
    {
        static void Port(V1Container container) => container.Ports = [new() { ContainerPort = 9100, HostPort = 9100 }];
        var finding = Given
            .Pod("ops/relay")
            .Spec(Port)
            .WithPod("shop/web")
            .Spec(Port)
            .Unscheduled(
                message: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
            )
            .Finding<SchedulingInspector>();
        finding.Summary.ShouldContain("9100");
        finding.Summary.ShouldContain("by pod ops/relay");
    }

    [Theory]
    [InlineData("1500m", true)]
    [InlineData("100m", false)]
    public void The_workload_that_requests_a_good_share_of_the_node_is_named(string requests, bool isNamed)
    {
        var finding = Given
            .An<V1Node>(
                "node-1",
                node =>
                    node.Status = new()
                    {
                        Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2") },
                    }
            )
            .WithPod("batch/cruncher")
            .Where(pod => pod.Spec.NodeName = "node-1")
            .Spec(container => Request(container, requests))
            .WithPod("shop/web")
            .Spec(container => Request(container, "500m"))
            .Unscheduled(message: "0/1 nodes are available: 1 Insufficient cpu.")
            .Finding<SchedulingInspector>();
        finding.Summary.Contains("batch/cruncher requests 1500m of the 2000m of node node-1", StringComparison.Ordinal)
            .ShouldBe(isNamed);
    }

    private static void Request(V1Container container, string cpu) =>
        container.Resources = new()
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) },
        };

    [Fact]
    public void The_scheduler_decides_where_an_autoscaler_reports_the_same_reason() =>
        Pasted
            .Findings(
                "LAST SEEN   TYPE      REASON             OBJECT      MESSAGE\n"
                    + "4m          Warning   FailedScheduling   pod/web-0   "
                    + "0/3 nodes are available: 3 Insufficient memory\n"
                    + "1m          Warning   FailedScheduling   pod/web-0   "
                    + "Failed to schedule pod, no instance type fits"
            )
            .ShouldContain(finding => finding.Fault == SchedulingFaults.InsufficientMemory);
}
