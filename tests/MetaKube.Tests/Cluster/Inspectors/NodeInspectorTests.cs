using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class NodeInspectorTests
{
    private static Given With(string type, string status, string message = "") =>
        Given.Nothing.With<V1Node>(
            "node-1",
            node =>
                node.Status = new()
                {
                    Conditions =
                    [
                        new()
                        {
                            Type = type,
                            Status = status,
                            Message = message,
                        },
                    ],
                }
        );

    [Theory]
    [InlineData("Ready", "Unknown", SystemFaults.NodeNotReady)]
    [InlineData("MemoryPressure", "True", ResourceFaults.NodeMemoryPressure)]
    [InlineData("DiskPressure", "True", ResourceFaults.NodeDiskPressure)]
    [InlineData("PIDPressure", "True", ResourceFaults.PidExhausted)]
    [InlineData("NetworkUnavailable", "True", NetworkFaults.SandboxFailed)]
    public void A_condition_that_is_wrong_is_a_fault(string type, string status, string fault) =>
        With(type, status).Faults<NodeInspector>().ShouldBe([fault]);

    [Fact]
    public void A_node_that_is_not_ready_by_an_expired_certificate_says_so() =>
        With("Ready", "False", "x509: certificate has expired or is not yet valid")
            .Faults<NodeInspector>()
            .ShouldBe([SystemFaults.CertificateExpired]);

    [Fact]
    public void A_node_out_of_memory_is_a_fault_for_an_hour()
    {
        Given
            .Node("node-1")
            .Event("SystemOOM", "victim process: java", 5)
            .Faults<NodeInspector>()
            .ShouldBe([ResourceFaults.NodeOom]);
        Given.Node("node-1").Event("SystemOOM", "victim process: java", 90).Faults<NodeInspector>().ShouldBeEmpty();
    }

    [Fact]
    public void A_container_that_hit_its_own_limit_is_no_fault_of_the_node() =>
        Given
            .Node("node-1")
            .Event("SystemOOM", "victim process: java", 5)
            .WithPod("shop/web")
            .Terminated(137, "OOMKilled")
            .Faults<NodeInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_cordoned_node_is_a_fault_only_where_it_was_asked_about()
    {
        Given Cordoned() => Given.Nothing.With<V1Node>("node-1", node => node.Spec = new() { Unschedulable = true });
        Cordoned().AskedAbout().Faults<NodeInspector>().ShouldBe([SchedulingFaults.NodeCordoned]);
        Cordoned().Faults<NodeInspector>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Ready", "True")]
    [InlineData("MemoryPressure", "False")]
    [InlineData("KernelDeadlock", "True")]
    public void A_condition_that_is_right_or_of_other_software_is_no_finding(string type, string status) =>
        With(type, status).Faults<NodeInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("7900m (99%)", "12 (150%)", true)]
    [InlineData("4 (50%)", "12 (150%)", false)]
    public void Requests_that_fill_a_node_are_a_finding_and_limits_are_not(string requests, string limits, bool isFault)
    {
        var snapshot = Pasted.Read(
            $"""
            Name:           node-1
            Unschedulable:  false
            Allocatable:
              cpu:  8
            Allocated resources:
              Resource  Requests     Limits
              --------  --------     ------
              cpu       {requests}   {limits}
            """
        );
        Pasted
            .Findings(snapshot, new("Node", null, "node-1"))
            .Any(finding => finding.Fault == SchedulingFaults.InsufficientCpu)
            .ShouldBe(isFault);
    }
}
