using System;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Clusters;

namespace MetaKube.Tests.Deploy;

/// <summary>Manifests that the chart renders from its values.</summary>
public sealed class ChartTests
{
    /// <summary>Ways to install it, as values.</summary>
    public static TheoryData<string, string[]> Ways =>
        new()
        {
            { "as it comes", [] },
            { "the embedded memory", ["redis.enabled=false", "persistence.storageClass=\"fast\""] },
            {
                "a Redis of one's own, three replicas",
                ["redis.enabled=false", "redis.connectionSecret=\"redis\"", "replicas=3", "secretName=\"metakube\""]
            },
            { "two namespaces only", ["rbac.namespaced=[\"shop\",\"payments\"]"] },
            {
                "a model on a GPU",
                ["model.enabled=true", "model.existingClaim=\"models\"", "model.nodeSelector={\"gpu\":\"yes\"}"]
            },
            {
                "everything",
                [
                    "replicas=2",
                    "settings={\"Alerts\":{\"Channels\":[\"slack:C1\"]},\"Cluster\":{\"Name\":\"a \\\"b\\\"\"}}",
                    "networkPolicy.from=[{\"namespaceSelector\":{}}]",
                    "podAnnotations={\"a\":\"b\"}",
                    "nodeSelector={\"a\":\"b\"}",
                    "tolerations=[{\"operator\":\"Exists\"}]",
                    "imagePullSecrets=[{\"name\":\"pull\"}]",
                    "rbac.extraRules=[{\"apiGroups\":[\"cert-manager.io\"],\"resources\":[\"*\"],"
                        + "\"verbs\":[\"get\",\"list\"]}]",
                ]
            },
        };

    [Theory, MemberData(nameof(Ways))]
    public async Task It_writes_nothing_reads_no_Secret_and_is_restricted(string way, string[] values)
    {
        var (manifests, error) = await Chart.RenderAsync("prod", "ops", values);
        error.ShouldBeEmpty(way);
        var objects = Chart.Objects(manifests);
        foreach (var role in objects.Where(one => Kind(one) is "Role" or "ClusterRole"))
            foreach (var rule in role["rules"]!.AsArray())
            {
                Texts(rule!["verbs"]).ShouldBeSubsetOf(["get", "list"]);
                if (Texts(rule["apiGroups"]).Contains(""))
                    Texts(rule["resources"]).ShouldNotContain(resource => resource == "secrets" || resource == "*");
            }
        foreach (
            var pod in objects
                .Where(one => Kind(one) is "Deployment" or "StatefulSet")
                .Select(one => one["spec"]!["template"]!["spec"]!)
        )
        {
            ((bool)pod["securityContext"]!["runAsNonRoot"]!).ShouldBeTrue();
            ((string)pod["securityContext"]!["seccompProfile"]!["type"]!).ShouldBe("RuntimeDefault");
            foreach (var container in pod["containers"]!.AsArray())
                ShouldBeRestricted(container!);
        }
        objects.Count(one => Kind(one) == "StatefulSet").ShouldBe(values.Contains("redis.enabled=false") ? 0 : 1);
        objects
            .Count(one => Kind(one) == "PodDisruptionBudget")
            .ShouldBe(values.Any(value => value.StartsWith("replicas=", StringComparison.Ordinal)) ? 1 : 0);
        objects.Count(one => Kind(one) == "Role").ShouldBe(way == "two namespaces only" ? 2 : 0);
        objects
            .Where(one => Kind(one) == "ConfigMap")
            .ShouldAllBe(one => JsonNode.Parse((string)one["data"]!["appsettings.json"]!) != null);
    }

    /// <summary>The rules of each account's roles, by the name of the account.</summary>
    private static ILookup<string, JsonArray> RightsByAccount(IReadOnlyList<JsonObject> objects) =>
        objects
            .Where(one => Kind(one) is "RoleBinding" or "ClusterRoleBinding")
            .ToLookup(
                binding => (string)binding["subjects"]![0]!["name"]!,
                binding =>
                    objects.Single(role =>
                        Kind(role) == (string)binding["roleRef"]!["kind"]!
                        && role["metadata"]!["name"]!.ToString() == binding["roleRef"]!["name"]!.ToString()
                    )["rules"]!.AsArray()
            );

    private static void ShouldBeRestricted(JsonNode container)
    {
        var security = container["securityContext"]!;
        ((bool)security["readOnlyRootFilesystem"]!).ShouldBeTrue();
        ((bool)security["allowPrivilegeEscalation"]!).ShouldBeFalse();
        Texts(security["capabilities"]!["drop"]).ShouldBe(["ALL"]);
        container["readinessProbe"].ShouldNotBeNull();
        container["resources"]!["requests"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_are_another_accounts_and_the_bots_own_may_only_act_as_it(bool isNamespaced)
    {
        string[] values =
        [
            "remediation={\"enabled\":true}",
            .. isNamespaced ? (string[])["rbac.namespaced=[\"shop\"]"] : [],
        ];
        var (manifests, error) = await Chart.RenderAsync("prod", "ops", values);
        error.ShouldBeEmpty();
        var objects = Chart.Objects(manifests);
        var rights = RightsByAccount(objects);
        rights
            .Select(account => account.Key)
            .ShouldBe(["prod-metakube", "prod-metakube-remediation"], ignoreOrder: true);
        var own = rights["prod-metakube"]
            .SelectMany(rules => rules)
            .SelectMany(rule => Texts(rule!["verbs"]).Select(verb => (Verb: verb, Rule: rule)))
            .ToList();
        own.Select(right => right.Verb).Distinct().ShouldBe(["get", "list", "impersonate"], ignoreOrder: true);
        own.Where(right => right.Verb == "impersonate")
            .ShouldAllBe(right => Texts(right.Rule!["resourceNames"]).Single() == "prod-metakube-remediation");
        var changing = rights["prod-metakube-remediation"].SelectMany(rules => rules).ToList();
        changing
            .SelectMany(rule => Texts(rule!["verbs"]))
            .Distinct()
            .ShouldBe(["get", "list", "patch"], ignoreOrder: true);
        changing
            .SelectMany(rule => Texts(rule!["resources"]))
            .ShouldNotContain(resource =>
                resource == "secrets" || resource == "*" || resource.StartsWith("pods", StringComparison.Ordinal)
            );
        changing.Any(rule => Texts(rule!["resources"]).Contains("nodes")).ShouldBe(!isNamespaced);
        objects
            .Single(one => Kind(one) == "Deployment")
            .ToJsonString()
            .ShouldContain("system:serviceaccount:ops:prod-metakube-remediation");
    }

    [Fact]
    public async Task Values_that_cannot_work_are_refused()
    {
        (await Chart.RenderAsync("prod", "ops", "redis.enabled=false", "replicas=2")).Error.ShouldContain(
            "more than one need Redis"
        );
        (await Chart.RenderAsync("prod", "ops", "model.enabled=true")).Error.ShouldContain("model.existingClaim");
    }

    [Theory, MemberData(nameof(Ways))]
    [InlineData("changes after approval", new[] { "remediation={\"enabled\":true}" })]
    [InlineData(
        "changes after approval in one namespace",
        new[] { "remediation={\"enabled\":true}", "rbac.namespaced=[\"shop\"]" }
    )]
    public async Task A_real_API_server_would_take_it(string way, string[] values)
    {
        Assert.SkipWhen(LiveClusterTests.Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        var (manifests, _) = await Chart.RenderAsync("prod", "default", values);
        using var folder = new TemporaryFolder();
        // The namespaces of Roles have to exist.
        var file = folder.Write(
            "chart.yaml",
            manifests
                .Replace("namespace: shop", "namespace: default", StringComparison.Ordinal)
                .Replace("namespace: payments", "namespace: kube-public", StringComparison.Ordinal)
        );
        var taken = await new ScenarioCluster(LiveClusterTests.Kubeconfig!).KubectlAsync(
            ["apply", "--dry-run=server", "-f", file],
            TestContext.Current.CancellationToken
        );
        taken.ShouldContain("deployment.apps/prod-metakube created", customMessage: way);
    }

    private static string Kind(JsonObject one) => (string)one["kind"]!;

    private static List<string> Texts(JsonNode? list) => [.. list!.AsArray().Select(one => (string)one!)];
}
