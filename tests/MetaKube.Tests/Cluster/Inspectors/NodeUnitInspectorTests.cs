using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class NodeUnitInspectorTests
{
    private static Given Service(string name, string state)
    {
        var given = Given.Node("edge-3");
        given.Snapshot.NodeUnits.Add(new("edge-3.example.com", name, state, $"Active: {state}"));
        return given;
    }

    [Theory]
    [InlineData("kubelet", SystemFaults.NodeNotReady)]
    [InlineData("containerd", SystemFaults.ContainerRuntimeFailed)]
    [InlineData("kube-proxy", SystemFaults.KubeProxyFailed)]
    [InlineData("kube-scheduler", SystemFaults.ControllerDown)]
    [InlineData("etcd", SystemFaults.EtcdFailed)]
    public void A_service_that_does_not_run_is_the_fault_of_its_node(string name, string fault)
    {
        var finding = Service(name, "inactive (dead)").Finding<NodeUnitInspector>();
        finding.Fault.ShouldBe(fault);
        finding.Resource.ShouldBe(new("Node", null, "edge-3"));
    }

    [Theory]
    [InlineData("kubelet", "active (running)")]
    [InlineData("cups", "failed")]
    public void A_running_service_and_one_that_Kubernetes_does_not_need_are_no_fault(string name, string state) =>
        Service(name, state).Faults<NodeUnitInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("client certificate in kubelet.conf is expired: 2026-09-29", SystemFaults.CertificateExpired)]
    [InlineData("open /var/lib/kubelet/x: no space left on device", ResourceFaults.NodeDiskPressure)]
    [InlineData("certificate rotation is on", SystemFaults.NodeNotReady)]
    public void The_journal_of_a_service_that_is_down_says_why(string error, string fault)
    {
        var given = Given.Node("edge-3");
        given.Snapshot.NodeUnits.Add(new("edge-3", "kubelet", "failed", "failed") { Errors = [error] });
        given.Finding<NodeUnitInspector>().Fault.ShouldBe(fault);
    }
}
