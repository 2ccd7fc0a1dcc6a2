using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class AlertInspectorTests
{
    private static Given Pods(string node, params string[] names)
    {
        var given = Given.Nothing;
        foreach (var name in names)
            given.WithPod($"books/{name}").Where(pod => pod.Spec.NodeName = node);
        return given;
    }

    private static string KindOf(string name) =>
        name.StartsWith("node", StringComparison.Ordinal) ? "Node" : "Service";

    private static void Add(Given given, string name, AlertSignKind kind, double factor, double value = 0) =>
        given.Snapshot.AlertSigns.Add(
            new(kind, KindOf(name), name, null, factor, value, "x")
        );

    [Fact]
    public void Slowness_without_CPU_is_delay_where_it_grew_most()
    {
        var given = Pods("node-1", "entry", "ledger", "mail");
        Add(given, "entry", AlertSignKind.Latency, 3);
        Add(given, "ledger", AlertSignKind.Latency, 90);
        var finding = given.Finding<AlertInspector>();
        (finding.Fault, finding.Resource.Name).ShouldBe((NetworkFaults.Delay, "ledger"));
    }

    [Fact]
    public void Slowness_with_saturated_CPU_is_throttling()
    {
        var given = Pods("node-1", "entry", "ledger", "mail");
        Add(given, "entry", AlertSignKind.Latency, 3);
        Add(given, "ledger", AlertSignKind.Latency, 90);
        Add(given, "ledger", AlertSignKind.Throttled, 0);
        var finding = given.Finding<AlertInspector>();
        (finding.Fault, finding.Resource.Name).ShouldBe((ResourceFaults.CpuThrottled, "ledger"));
    }

    [Fact]
    public void A_throttled_bystander_does_not_explain_why_another_is_slow()
    {
        var given = Pods("node-1", "entry", "ledger", "mail");
        Add(given, "ledger", AlertSignKind.Latency, 90);
        Add(given, "mail", AlertSignKind.Throttled, 0);
        given.Finding<AlertInspector>().Fault.ShouldBe(NetworkFaults.Delay);
    }

    [Fact]
    public void All_pods_of_a_node_slow_is_the_node_and_one_healthy_pod_on_it_is_not()
    {
        var given = Pods("node-1", "entry", "ledger", "mail");
        Add(given, "entry", AlertSignKind.Latency, 8);
        Add(given, "ledger", AlertSignKind.Latency, 90);
        given.Finding<AlertInspector>().Resource.Name.ShouldBe("ledger");
        Add(given, "mail", AlertSignKind.LessTraffic, 0.4);
        given.Finding<AlertInspector>().Resource.ShouldBe(new("Node", null, "node-1"));
    }

    [Fact]
    public void Many_retransmissions_are_loss_at_the_node_that_has_most()
    {
        var given = Pods("node-1", "entry", "ledger");
        Add(given, "entry", AlertSignKind.Latency, 8);
        Add(given, "node-1", AlertSignKind.Retransmissions, 10, value: 0.4);
        Add(given, "node-2", AlertSignKind.Retransmissions, 100, value: 9);
        var finding = given.Finding<AlertInspector>();
        (finding.Fault, finding.Resource.Name).ShouldBe((NetworkFaults.PacketLoss, "node-2"));
    }

    [Fact]
    public void A_few_retransmissions_beside_less_traffic_are_no_loss()
    {
        var given = Pods("node-1", "entry", "ledger");
        Add(given, "entry", AlertSignKind.Latency, 8);
        Add(given, "entry", AlertSignKind.LessTraffic, 0.4);
        Add(given, "node-1", AlertSignKind.Retransmissions, 10, value: 0.4);
        given.Finding<AlertInspector>().Fault.ShouldBe(NetworkFaults.Delay);
    }

    [Fact]
    public void Errors_of_an_object_are_a_symptom()
    {
        var given = Pods("node-1", "entry");
        Add(given, "entry", AlertSignKind.Errors, 0);
        given.Finding<AlertInspector>().Fault.ShouldBeNull();
    }

    [Fact]
    public void A_quantity_that_was_not_measured_before_has_not_grown_most()
    {
        var given = Pods("node-1", "entry", "ledger", "mail");
        Add(given, "entry", AlertSignKind.Latency, double.PositiveInfinity);
        Add(given, "ledger", AlertSignKind.Latency, 90);
        given.Finding<AlertInspector>().Resource.Name.ShouldBe("ledger");
    }
}
