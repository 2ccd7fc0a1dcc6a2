using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class MetricsInspectorTests
{
    private static Given Measured(decimal? cpu, double? throttled, string limit = "500m")
    {
        var given = Given.Pod("shop/web").Limit("cpu", limit);
        given.Snapshot.Metrics.Add("shop", "web", "app", new(cpu, throttled));
        return given;
    }

    [Fact]
    public void Heavy_throttling_is_a_fault_and_names_twice_the_limit()
    {
        var finding = Measured(null, 0.6).Finding<MetricsInspector>();
        finding.Fault.ShouldBe(ResourceFaults.CpuThrottled);
        finding.Facts["more"].ShouldBe("1000m");
    }

    [Fact]
    public void Some_throttling_is_a_fault_only_of_a_container_that_fails()
    {
        Measured(null, 0.3).CrashLooping().Faults<MetricsInspector>().ShouldBe([ResourceFaults.CpuThrottled]);
        Measured(null, 0.3).Faults<MetricsInspector>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.49, 1)]
    [InlineData(0.3, 0)]
    public void Use_of_the_whole_limit_is_a_fault(double cpu, int findings) =>
        Measured((decimal)cpu, null).Faults<MetricsInspector>().Count.ShouldBe(findings);

    [Fact]
    public void Measured_throttling_weighs_more_than_usage() =>
        Measured(0.5m, 0.0).Faults<MetricsInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(0.2, 0)]
    public void A_volume_that_is_nearly_full_is_a_fault(double free, int findings)
    {
        var given = Given.Nothing;
        given.Snapshot.Metrics.FreeOfClaims[("shop", "data")] = free;
        given.Faults<MetricsInspector>().Count(fault => fault == ResourceFaults.VolumeFull).ShouldBe(findings);
    }

    [Fact]
    public void Without_a_limit_nothing_holds_a_container_back()
    {
        var given = Given.Pod("shop/web");
        given.Snapshot.Metrics.Add("shop", "web", "app", new(8, 0.9));
        given.Faults<MetricsInspector>().ShouldBeEmpty();
    }
}
