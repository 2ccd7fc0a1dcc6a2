using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class NodeUnitTextTests
{
    private static (IReadOnlyList<NodeUnit> Services, string Left) Taken(string text)
    {
        var snapshot = new ClusterSnapshot("test");
        var rest = NodeUnitText.Take(snapshot, text);
        return (snapshot.NodeUnits, rest);
    }

    [Theory]
    [InlineData("inactive (dead) since Mon 2026-11-23 10:00:00 UTC; 2min ago", true)]
    [InlineData("failed (Result: exit-code) since Mon 2026-11-23 10:00:00 UTC; 2min ago", true)]
    [InlineData("activating (auto-restart) (Result: exit-code) since Mon 2026-11-23 10:00:00 UTC; 3s ago", true)]
    [InlineData("active (running) since Mon 2026-11-23 10:00:00 UTC; 3 days ago", false)]
    public void The_state_of_a_service_is_read_with_the_host_of_the_prompt(string active, bool isDown)
    {
        var (services, rest) = Taken(
            $"""
            root@pool-a-7:~# systemctl status containerd
            ● containerd.service - containerd container runtime
                 Loaded: loaded (/lib/systemd/system/containerd.service; enabled)
                 Active: {active}
               Main PID: 700 (containerd)

            NAME   READY
            """
        );
        var service = services.ShouldHaveSingleItem();
        (service.Node, service.Name, service.IsDown).ShouldBe(("pool-a-7", "containerd", isDown));
        service.Quote.ShouldContain(active);
        rest.Trim().ShouldBe("NAME   READY");
    }

    [Fact]
    public void A_status_without_a_prompt_takes_its_host_from_the_journal_below_it()
    {
        var service = Taken(
                """
                × kubelet.service - kubelet: The Kubernetes Node Agent
                     Active: failed (Result: exit-code) since Mon 2026-11-23 10:00:00 UTC; 2min ago

                Nov 23 10:00:00 edge-3 systemd[1]: kubelet.service: Failed with result 'exit-code'.
                """
            )
            .Services.ShouldHaveSingleItem();
        (service.Node, service.Name, service.IsDown).ShouldBe(("edge-3", "kubelet", true));
    }

    [Fact]
    public void A_journal_alone_tells_that_a_service_ended_and_its_last_error()
    {
        var service = Taken(
                """
                Nov 23 10:00:00 edge-3 kubelet[811]: E1123 10:00:00.000001 811 run.go] "failed to load Kubelet config"
                Nov 23 10:00:00 edge-3 systemd[1]: kubelet.service: Main process exited, code=exited, status=1/FAILURE
                Nov 23 10:00:00 edge-3 systemd[1]: kubelet.service: Failed with result 'exit-code'.
                """
            )
            .Services.ShouldHaveSingleItem();
        service.IsDown.ShouldBeTrue();
        service.Quote.ShouldContain("failed to load Kubelet config");
    }

    [Fact]
    public void A_service_that_was_started_again_runs() =>
        Taken(
                """
                Nov 23 10:00:00 edge-3 systemd[1]: kube-proxy.service: Failed with result 'exit-code'.
                Nov 23 10:00:05 edge-3 systemd[1]: kube-proxy.service: Scheduled restart job, restart counter is at 1.
                Nov 23 10:00:05 edge-3 systemd[1]: Started kube-proxy.service.
                """
            )
            .Services.ShouldAllBe(service => !service.IsDown);

    [Fact]
    public void The_log_of_a_program_stays_where_it_was()
    {
        const string log = "2026-11-23T10:00:00Z starting\nsystemctl is not installed in this image\nbye";
        var (services, rest) = Taken(log);
        services.ShouldBeEmpty();
        rest.ShouldBe(log);
    }
}
