using MetaKube.Model;

namespace MetaKube.Tests.Model;

public sealed class TopologyTests
{
    private static ResourceRef Service(int number) => new("Service", "shop", $"s{number}");

    [Fact]
    public void The_controller_of_a_pod_is_the_topmost_owner()
    {
        var topology = new Topology();
        var replicaSet = new ResourceRef("ReplicaSet", "shop", "checkout-1");
        topology.Add(Cases.Deployment, replicaSet, Relation.Manages);
        topology.Add(replicaSet, Cases.Pod, Relation.Manages);
        topology.Controller(Cases.Pod with { Container = "app" }).ShouldBe(Cases.Deployment);
        topology.Controller(Cases.Node).ShouldBe(Cases.Node);
    }

    [Fact]
    public void Three_hops_are_in_reach_and_a_fourth_is_not()
    {
        var topology = new Topology();
        for (var i = 0; i < 5; i++)
            topology.Add(Service(i), Service(i + 1), Relation.DependsOn);
        var reach = topology.Reach(Service(0));
        reach[Service(3)].Hops.ShouldBe(Topology.MaxHops);
        reach.ShouldNotContainKey(Service(4));
    }

    [Fact]
    public void Ownership_is_no_hop()
    {
        var topology = new Topology();
        topology.Add(Cases.Deployment, Cases.Pod, Relation.Manages);
        topology.Add(Cases.Pod, Cases.Node, Relation.SchedulesOn);
        topology.Reach(Cases.Deployment)[Cases.Node].Hops.ShouldBe(1);
    }

    [Fact]
    public void The_shortest_path_wins_and_a_cycle_ends()
    {
        var topology = new Topology();
        topology.Add(Service(0), Service(1), Relation.DependsOn);
        topology.Add(Service(1), Service(2), Relation.DependsOn);
        topology.Add(Service(0), Service(2), Relation.DependsOn);
        topology.Add(Service(2), Service(0), Relation.DependsOn);
        topology.Reach(Service(0))[Service(2)].Objects.ShouldBe([Service(0), Service(2)]);
    }

    [Fact]
    public void A_new_edge_is_seen_by_the_next_search()
    {
        var topology = new Topology();
        topology.Add(Service(0), Service(1), Relation.DependsOn);
        topology.Reach(Service(0)).ShouldNotContainKey(Service(2));
        topology.Add(Service(1), Service(2), Relation.DependsOn);
        topology.Reach(Service(0)).ShouldContainKey(Service(2));
    }
}
