using System.Text.Json.Nodes;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Tests.Cluster.Redaction;

public sealed class RedactedObjectTests
{
    private static string Clean(string kind, string json) =>
        RedactedObject.Clean(kind, (JsonObject)JsonNode.Parse(json)!, new()).ToJsonString();

    [Fact]
    public void A_Secret_keeps_its_name_and_loses_its_values_and_annotations()
    {
        var clean = Clean(
            "Secret",
            """{"metadata":{"name":"db","annotations":{"a":"c2VjcmV0"}},"data":{"password":"c2VjcmV0"}}"""
        );
        clean.ShouldContain("\"name\":\"db\"");
        clean.ShouldNotContain("c2VjcmV0");
    }

    [Fact]
    public void The_value_of_a_variable_with_a_credentials_name_is_redacted()
    {
        var clean = Clean(
            "Pod",
            """
            {
              "spec": {
                "containers": [
                  { "env": [{ "name": "DB_PASSWORD", "value": "geheim" }, { "name": "MODE", "value": "fast" }] }
                ]
              }
            }
            """
        );
        clean.ShouldNotContain("geheim");
        clean.ShouldContain(Redactor.Mark);
        clean.ShouldContain("fast");
    }

    [Fact]
    public void The_copy_that_kubectl_keeps_and_the_owned_fields_are_removed()
    {
        var clean = Clean(
            "ConfigMap",
            """
            {
              "metadata": {
                "annotations": { "kubectl.kubernetes.io/last-applied-configuration": "copy" },
                "managedFields": [{ "time": "2026-11-24T12:00:00Z", "fieldsV1": { "f:data": {} } }]
              },
              "data": { "MODE": "fast" }
            }
            """
        );
        clean.ShouldNotContain("copy");
        clean.ShouldNotContain("fieldsV1");
        clean.ShouldContain("2026-11-24T12:00:00Z");
    }

    [Theory]
    [InlineData("Deployment", true)]
    [InlineData("Pod", false)]
    public void The_writers_of_settings_are_kept(string kind, bool kept) =>
        Clean(
                kind,
                """
                {
                  "metadata": { "managedFields": [{ "manager": "helm", "fieldsV1": { "f:spec": {} } }] }
                }
                """
            )
            .Contains("helm", StringComparison.Ordinal)
            .ShouldBe(kept);
}
