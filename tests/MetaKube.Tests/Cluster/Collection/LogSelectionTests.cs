using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Collection;

public sealed class LogSelectionTests
{
    private static IEnumerable<string> Chosen(Given given, string? target = null)
    {
        var asked = new Target
        {
            Object = target is null ? null : new("Pod", "shop", target),
            Namespace = "shop",
        };
        return LogSelection
            .Choose(given.Snapshot, ResourceTopology.Build(given.Snapshot), asked)
            .Select(log => $"{log.Pod}{(log.Previous ? " previous" : "")}");
    }

    [Fact]
    public void A_container_that_restarts_has_its_log_and_the_one_before_read() =>
        Chosen(Given.Pod("shop/web").CrashLooping()).ShouldBe(["web", "web previous"]);

    [Fact]
    public void Without_a_target_the_logs_of_pods_that_work_are_not_read() =>
        Chosen(Given.Pod("shop/web")).ShouldBeEmpty();

    [Fact]
    public void The_log_of_a_target_that_works_is_read() => Chosen(Given.Pod("shop/web"), "web").ShouldBe(["web"]);

    [Fact]
    public void A_container_that_never_started_has_no_log() =>
        Chosen(Given.Pod("shop/web").Waiting("ImagePullBackOff")).ShouldBeEmpty();

    [Fact]
    public void Pods_of_other_namespaces_are_left_out() =>
        Chosen(Given.Pod("other/web").CrashLooping()).ShouldBeEmpty();
}
