using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class CausalGraphTests
{
    private static bool CanCause(string cause, string effect, bool sameObject) =>
        CausalGraph.CanCause(FaultCatalogue.Get(cause), FaultCatalogue.Get(effect), sameObject);

    [Fact]
    public void On_one_object_the_more_specific_fault_explains_the_vaguer_one()
    {
        CanCause("config.missing-secret", "application.crash", sameObject: true).ShouldBeTrue();
        CanCause("application.crash", "config.missing-secret", sameObject: true).ShouldBeFalse();
    }

    [Fact]
    public void A_fault_of_a_dependency_explains_only_possible_consequences()
    {
        CanCause("config.missing-secret", "network.no-ready-endpoints", sameObject: false).ShouldBeTrue();
        CanCause("resource.oom-killed", "config.missing-secret", sameObject: false).ShouldBeFalse();
    }

    [Fact]
    public void Pressure_on_a_node_appears_at_its_pods_under_the_same_code()
    {
        const string pressure = "resource.node-memory-pressure";
        CanCause(pressure, pressure, sameObject: false).ShouldBeTrue();
        CanCause(pressure, "application.crash", sameObject: false).ShouldBeFalse();
        CanCause("config.missing-secret", "config.missing-secret", sameObject: false).ShouldBeFalse();
    }
}
