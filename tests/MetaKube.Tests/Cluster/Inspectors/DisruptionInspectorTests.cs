using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class DisruptionInspectorTests
{
    private static Given Budget(int allowed, bool cordoned = true, int healthy = 2) =>
        Given
            .Nothing.With<V1Node>("node-1", node => node.Spec = new() { Unschedulable = cordoned })
            .WithPod("shop/web")
            .Where(pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "web" })
            .With<V1PodDisruptionBudget>(
                "shop/web",
                budget =>
                {
                    budget.Spec = new()
                    {
                        Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
                    };
                    budget.Status = new()
                    {
                        DisruptionsAllowed = allowed,
                        ExpectedPods = 2,
                        CurrentHealthy = healthy,
                        DesiredHealthy = 2,
                    };
                }
            );

    [Fact]
    public void A_budget_blocks_the_drain_of_a_cordoned_node() =>
        Budget(0).Faults<DisruptionInspector>().ShouldBe([SchedulingFaults.PdbBlocks]);

    [Fact]
    public void A_budget_that_was_asked_about_counts_without_a_drain() =>
        Budget(0, cordoned: false).AskedAbout().Finding<DisruptionInspector>().Weight.ShouldBe(0.9);

    [Fact]
    public void A_question_about_the_cordoned_node_leads_to_the_budget()
    {
        var given = Budget(0).WithNode("node-2");
        given.Inspect<DisruptionInspector>().Edges.ShouldBeEmpty();
        Given
            .Nothing.WithPod("shop/web")
            .Where(pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "web" })
            .With<V1PodDisruptionBudget>(
                "shop/web",
                budget =>
                    budget.Spec = new()
                    {
                        Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
                    }
            )
            .With<V1Node>("node-1", node => node.Spec = new() { Unschedulable = true })
            .AskedAbout()
            .Inspect<DisruptionInspector>()
            .Edges.ShouldHaveSingleItem()
            .To.ShouldBe(new("PodDisruptionBudget", "shop", "web"));
    }

    [Fact]
    public void A_budget_that_allows_none_is_normal_where_nobody_drains() =>
        Budget(0, cordoned: false).Faults<DisruptionInspector>().ShouldBeEmpty();

    [Fact]
    public void A_budget_that_allows_one_blocks_nothing() => Budget(1).Faults<DisruptionInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData(null, true)]
    [InlineData("AlwaysAllow", false)]
    public void A_budget_keeps_even_a_broken_pod_on_a_node_unless_it_says_otherwise(string? policy, bool keeps)
    {
        var given = Budget(0, cordoned: false, healthy: 1);
        given.Snapshot.All<V1PodDisruptionBudget>().Single().Spec.UnhealthyPodEvictionPolicy = policy;
        given.AskedAbout().Finding<DisruptionInspector>().Summary.Contains("not even a broken one").ShouldBe(keeps);
    }

    [Fact]
    public void A_budget_whose_pods_are_unhealthy_anyway_is_not_the_cause() =>
        Budget(0, healthy: 1).Faults<DisruptionInspector>().ShouldBeEmpty();
}
