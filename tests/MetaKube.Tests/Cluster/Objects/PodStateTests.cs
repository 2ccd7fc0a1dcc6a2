using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class PodStateTests
{
    private static V1Pod Pod(Given given) => given.Snapshot.All<V1Pod>().Single();

    [Fact]
    public void A_pod_fails_that_restarts_or_is_not_ready()
    {
        PodState.IsFailing(Pod(Given.Pod("shop/web").CrashLooping())).ShouldBeTrue();
        PodState.IsFailing(Pod(Given.Pod("shop/web").NotReady())).ShouldBeTrue();
        PodState.IsFailing(Pod(Given.Pod("shop/web").Phase("Failed"))).ShouldBeTrue();
    }

    [Fact]
    public void A_pod_does_not_fail_that_runs_or_has_succeeded()
    {
        PodState.IsFailing(Pod(Given.Pod("shop/web"))).ShouldBeFalse();
        PodState.IsFailing(Pod(Given.Pod("shop/web").Terminated(0))).ShouldBeFalse();
    }

    [Fact]
    public void Init_containers_that_are_done_are_left_out()
    {
        var pod = Pod(Given.Pod("shop/web"));
        pod.Status.InitContainerStatuses =
        [
            new()
            {
                Name = "done",
                State = new() { Terminated = new() { ExitCode = 0 } },
            },
            new()
            {
                Name = "failed",
                State = new() { Terminated = new() { ExitCode = 1 } },
            },
        ];
        PodState.Containers(pod).Select(status => status.Name).ShouldBe(["failed", "app"]);
    }

    [Fact]
    public void A_pod_is_ready_by_its_condition()
    {
        PodState.IsReady(Pod(Given.Pod("shop/web"))).ShouldBeTrue();
        PodState.IsReady(Pod(Given.Pod("shop/web").NotReady())).ShouldBeFalse();
    }
}
