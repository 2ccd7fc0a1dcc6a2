using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class AddressInspectorTests
{
    private static Given Program(string variable, string value) =>
        Given
            .An<V1Service>(
                "shop/orders-db",
                service => service.Spec = new() { ClusterIP = "10.0.0.5", Ports = [new() { Port = 5432 }] }
            )
            .Complete("Service")
            .WithPod("shop/web")
            .Env(variable, value);

    [Theory]
    [InlineData("DB_ADDR", "orders-db-old:5432", NetworkFaults.DependencyMissing)]
    [InlineData("DATABASE", "postgres://user@orders-d/orders", NetworkFaults.DependencyMissing)]
    [InlineData("DB_HOST", "orders-db-2.shop.svc.cluster.local", NetworkFaults.DependencyMissing)]
    [InlineData("DB_ADDR", "orders-db:3306", ConfigurationFaults.BadValue)]
    [InlineData("DB_URL", "jdbc:postgresql://orders-db:6432/orders", ConfigurationFaults.BadValue)]
    public void An_address_that_leads_to_no_Service_or_port_is_a_fault(string variable, string value, string fault) =>
        Program(variable, value).Faults<AddressInspector>().ShouldBe([fault]);

    [Theory]
    [InlineData("DB_ADDR", "orders-db:5432")]
    [InlineData("DB_URL", "postgres://orders-db.shop/orders")]
    [InlineData("API_URL", "https://api.example.com/v1")]
    [InlineData("SIDECAR_IMAGE", "redis:7000")]
    [InlineData("CREDENTIALS", "user:1234")]
    [InlineData("LOG_TARGET", "stdout")]
    [InlineData("BIND_ADDR", "localhost:8080")]
    [InlineData("START_AT", "noon:30")]
    [InlineData("OWNER", "kubernetes://apis/apps/v1/deployments/web")]
    public void What_leads_somewhere_or_is_no_address_has_no_finding(string variable, string value) =>
        Program(variable, value).Faults<AddressInspector>().ShouldBeEmpty();

    [Fact]
    public void An_address_that_the_program_does_not_miss_is_only_a_symptom()
    {
        Program("STATS_ADDR", "stats:8125").Faults<AddressInspector>().ShouldBe([null]);
        Program("STATS_ADDR", "stats:8125")
            .Log("dial stats:8125: lookup stats: no such host")
            .Faults<AddressInspector>()
            .ShouldBe([NetworkFaults.DependencyMissing]);
    }

    [Fact]
    public void The_Service_with_a_similar_name_is_offered() =>
        Program("DB_ADDR", "orders-db-old:5432")
            .Finding<AddressInspector>()
            .Summary.ShouldContain("there is orders-db");

    [Fact]
    public void Of_a_variable_that_stands_twice_the_later_value_counts()
    {
        Program("DB_ADDR", "orders-db:5432")
            .Env("DB_ADDR", "orders-mirror:5432")
            .Finding<AddressInspector>()
            .Summary.ShouldContain("hides orders-db:5432");
        Program("DB_ADDR", "orders-mirror:5432")
            .Env("DB_ADDR", "orders-db:5432")
            .Faults<AddressInspector>()
            .ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_claimed_where_not_all_Services_were_read() =>
        Given.Pod("shop/web").Env("DB_ADDR", "orders-db:5432").Faults<AddressInspector>().ShouldBeEmpty();

    [Fact]
    public void The_pods_of_a_headless_Service_are_called_at_their_own_ports() =>
        Given
            .An<V1Service>(
                "shop/orders-db",
                service => service.Spec = new() { ClusterIP = "None", Ports = [new() { Port = 80 }] }
            )
            .Complete("Service")
            .WithPod("shop/web")
            .Env("DB_ADDR", "orders-db:5432")
            .Faults<AddressInspector>()
            .ShouldBeEmpty();
}
