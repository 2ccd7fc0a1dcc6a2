using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class ServiceCallsTests
{
    private static readonly ClusterSnapshot Snapshot = Given
        .An<V1Namespace>("shop")
        .With<V1Namespace>("payments")
        .With<V1Service>("shop/orders", service => service.Spec = new() { ClusterIP = "10.96.0.7" })
        .With<V1Service>("payments/api", service => service.Spec = new())
        .Snapshot;

    [Theory]
    [InlineData("orders", "shop", "orders")]
    [InlineData("api.payments", "payments", "api")]
    [InlineData("api.payments.svc.cluster.local", "payments", "api")]
    [InlineData("db-0.orders.shop.svc", "shop", "orders")]
    [InlineData("10.96.0.7", "shop", "orders")]
    public void A_host_name_of_the_cluster_means_a_Service(string host, string ns, string name)
    {
        var found = ServiceCalls.Resolve(Snapshot, host, "shop").ShouldNotBeNull();
        (found.Namespace, found.Name).ShouldBe((ns, name));
        found.Service.ShouldNotBeNull();
    }

    [Fact]
    public void A_name_of_the_cluster_without_a_Service_is_known_to_be_missing() =>
        ServiceCalls.Resolve(Snapshot, "gone", "shop").ShouldBe((null, "gone", "shop"));

    [Theory]
    [InlineData("example.com")]
    [InlineData("api.example.com")]
    [InlineData("8.8.8.8")]
    public void A_host_outside_the_cluster_means_no_Service(string host) =>
        ServiceCalls.Resolve(Snapshot, host, "shop").ShouldBeNull();

    [Fact]
    public void A_namespace_is_found_in_the_labels_of_a_host_name()
    {
        ServiceCalls.NamespaceOf(Snapshot, "api.payments.svc").ShouldBe("payments");
        ServiceCalls.NamespaceOf(Snapshot, "api.example.com").ShouldBeNull();
    }
}
