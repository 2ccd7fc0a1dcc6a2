using System.Text.Json;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ConditionInspectorTests
{
    private static Given Resource(string kind, string type, string status, string reason = "", string message = "")
    {
        var given = Given.Nothing;
        var json = $$"""
            {
              "metadata": { "name": "web", "namespace": "shop" },
              "status": {
                "conditions": [
                  { "type": "{{type}}", "status": "{{status}}", "reason": "{{reason}}", "message": "{{message}}" }
                ]
              }
            }
            """;
        given.Snapshot.Add(CustomResource.Read(JsonDocument.Parse(json).RootElement, kind)!);
        return given;
    }

    [Theory]
    [InlineData("HTTPRoute", "ResolvedRefs", NetworkFaults.GatewayRouteUnresolved)]
    [InlineData("Gateway", "Programmed", NetworkFaults.GatewayRouteUnresolved)]
    [InlineData("Workload", "QuotaReserved", null)]
    [InlineData("Database", "Ready", null)]
    [InlineData("Database", "BackupSucceeded", null)]
    public void A_condition_that_should_be_true_and_is_not_is_a_finding(string kind, string type, string? fault) =>
        Resource(kind, type, "False").Faults<ConditionInspector>().ShouldBe([fault]);

    [Theory]
    [InlineData("Degraded")]
    [InlineData("Stalled")]
    [InlineData("SyncFailed")]
    public void A_condition_that_should_be_false_and_is_not_is_a_finding(string type) =>
        Resource("Database", type, "True").Faults<ConditionInspector>().ShouldBe([null]);

    [Fact]
    public void A_certificate_that_has_expired_says_so()
    {
        Resource("Certificate", "Ready", "False", "Expired", "Certificate expired on Monday")
            .Faults<ConditionInspector>()
            .ShouldBe([NetworkFaults.TlsExpired]);
        Resource("Certificate", "Ready", "False", "DoesNotExist", "Issuing")
            .Faults<ConditionInspector>()
            .ShouldBe([null]);
    }

    [Theory]
    [InlineData("Ready", "True")]
    [InlineData("Ready", "Unknown")]
    [InlineData("Degraded", "False")]
    [InlineData("Paused", "True")]
    [InlineData("Paused", "False")]
    public void A_condition_that_is_right_or_unknown_to_the_convention_is_no_finding(string type, string status) =>
        Resource("Database", type, status).Faults<ConditionInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("dial tcp 192.0.2.7:80: connect: connection timed out", NetworkFaults.ConnectionTimeout)]
    [InlineData("dial tcp 10.0.0.7:8200: connect: connection refused", NetworkFaults.DependencyDown)]
    [InlineData("lookup vault.example.com on 10.96.0.10:53: no such host", NetworkFaults.DependencyMissing)]
    [InlineData("key shop/token, err: Secret does not exist", ConfigurationFaults.MissingSecret)]
    [InlineData("the secret was rotated", null)]
    public void A_condition_that_repeats_what_stopped_its_controller_has_its_fault(string message, string? fault) =>
        Resource("Database", "Ready", "False", "Error", message).Faults<ConditionInspector>().ShouldBe([fault]);
}
