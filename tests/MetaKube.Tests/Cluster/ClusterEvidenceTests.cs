using k8s;
using MetaKube.Cluster;
using MetaKube.Cluster.Reading;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.Cluster;

/// <summary>
/// A simulated API server that refuses some lists, pages long ones, lacks whole API groups, or does not respond.
/// </summary>
public sealed class ClusterEvidenceTests : IAsyncDisposable
{
    private const string Pod = """
        {"metadata":{"name":"web-0","namespace":"shop"},"spec":{"nodeName":"n","containers":[{"name":"app",
        "image":"x"}]},"status":{"phase":"Pending","containerStatuses":[{"name":"app","ready":false,"restartCount":0,
        "image":"x","imageID":"","state":{"waiting":{"reason":"CreateContainerConfigError",
        "message":"secret \"db\" not found"}}}]}}
        """;

    private readonly List<(string Path, string Method, string? Accept)> requests = [];
    private WebApplication? server;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    private async Task<ClusterEvidence> ServeAsync(Func<HttpRequest, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapFallback(
            (HttpRequest request) =>
            {
                lock (requests)
                    requests.Add((request.Path, request.Method, request.Headers.Accept));
                return answer(request);
            }
        );
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new(
            () => new(new Kubernetes(new KubernetesClientConfiguration { Host = server.Urls.First() }), "fake", []),
            TimeProvider.System
        );
    }

    private static IResult Refuse(int status, string message) =>
        Results.Json(new { kind = "Status", message }, statusCode: status);

    private static IResult List(string kind, string items = "", string next = "") =>
        Results.Text(
            $$"""{"kind":"{{kind}}List","metadata":{"continue":"{{next}}"},"items":[{{items}}]}""",
            "application/json"
        );

    private static Task<Investigation> AskAsync(ClusterEvidence source, string question, string? ns = null) =>
        MemorylessInvestigation.RunAsync(source, question, ns, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_pod_that_waits_for_a_host_port_names_its_holder_in_another_namespace()
    {
        const string ports =
            "\"containers\":[{\"name\":\"a\",\"image\":\"x\",\"ports\":[{\"containerPort\":9100,"
            + "\"hostPort\":9100}]}]";
        const string waiting =
            "{\"metadata\":{\"name\":\"agent\",\"namespace\":\"shop\"},\"spec\":{"
            + ports
            + "},\"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\","
            + "\"reason\":\"Unschedulable\",\"message\":\"0/1 nodes are available: 1 node(s) didn't have free ports "
            + "for the requested pod ports.\"}]}}";
        const string holder =
            "{\"metadata\":{\"name\":\"old-agent\",\"namespace\":\"legacy\"},\"spec\":{\"nodeName\":\"n1\","
            + ports
            + "},\"status\":{\"phase\":\"Running\"}}";
        var source = await ServeAsync(request =>
            (request.Path.Value, request.Query["fieldSelector"].ToString()) switch
            {
                ("/api/v1/namespaces/shop/pods", _) => List("Pod", waiting),
                ("/api/v1/nodes", _) => List("Node", "{\"metadata\":{\"name\":\"n1\"}}"),
                ("/api/v1/pods", "spec.nodeName=n1") => List("Pod", holder),
                _ => List("Unknown"),
            }
        );
        var investigation = await AskAsync(source, "why is agent pending", "shop");
        investigation.Diagnosis.RootCause.ShouldContain("legacy/old-agent");
    }

    [Fact]
    public async Task A_claim_that_nothing_provisions_is_held_against_the_volumes_that_are_there()
    {
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/api/v1/namespaces/shop/persistentvolumeclaims" => List(
                    "PersistentVolumeClaim",
                    """
                    {"metadata":{"name":"scans","namespace":"shop","uid":"u1"},"spec":{"accessModes":["ReadWriteMany"],
                    "storageClassName":"nfs","resources":{"requests":{"storage":"10Gi"}}},"status":{"phase":"Pending"}}
                    """
                ),
                "/api/v1/namespaces/shop/events" => List(
                    "Event",
                    """
                    {"metadata":{"name":"e","namespace":"shop"},"type":"Warning","reason":"ProvisioningFailed",
                    "message":"no volume plugin matched name: kubernetes.io/no-provisioner","involvedObject":{
                    "kind":"PersistentVolumeClaim","namespace":"shop","name":"scans","uid":"u1"}}
                    """
                ),
                "/apis/storage.k8s.io/v1/storageclasses" => List(
                    "StorageClass",
                    """{"metadata":{"name":"nfs"},"provisioner":"kubernetes.io/no-provisioner"}"""
                ),
                "/api/v1/persistentvolumes" => List(
                    "PersistentVolume",
                    """
                    {"metadata":{"name":"nfs-01"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"nfs",
                    "capacity":{"storage":"200Gi"}},"status":{"phase":"Available"}}
                    """
                ),
                _ => List("Unknown"),
            }
        );
        var investigation = await AskAsync(source, "why is pvc scans pending", "shop");
        investigation.Diagnosis.RootCause.ShouldContain("nfs-01");
        investigation.Diagnosis.RootCause.ShouldContain("ReadWriteMany");
    }

    [Theory]
    [InlineData("why does web-0 in namespace prod fail", true)]
    [InlineData("why does web-0 in namespace shopp fail", false)]
    [InlineData("why does cart in namespace prod fail", false)]
    public async Task An_object_in_another_namespace_than_the_stated_one_is_found_unless_its_name_is_a_slip(
        string question,
        bool isFound
    )
    {
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/api/v1/namespaces" => List(
                    "Namespace",
                    "{\"metadata\":{\"name\":\"shop\"}},{\"metadata\":{\"name\":\"mail\"}}"
                ),
                "/api/v1/pods" or "/api/v1/namespaces/shop/pods" => List("Pod", Pod),
                _ => List("Unknown"),
            }
        );
        if (!isFound)
        {
            await Should.ThrowAsync<MissingNamespaceException>(() => AskAsync(source, question));
            return;
        }
        var investigation = await AskAsync(source, question);
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        investigation.TargetRemark.ShouldBe("There is no namespace prod. This is about Pod shop/web-0.");
    }

    [Fact]
    public async Task An_account_that_may_only_read_pods_of_one_namespace_gets_an_answer_with_gaps()
    {
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/api/v1/namespaces/shop/pods" => List("Pod", Pod),
                _ => Refuse(403, "pods is forbidden: User \"system:serviceaccount:shop:reader\" cannot list resource"),
            }
        );
        var investigation = await AskAsync(source, "why is web-0 pending", "shop");
        investigation.Diagnosis.Fault.ShouldBe("config.missing-secret");
        investigation.Gaps.Count.ShouldBeGreaterThan(5);
        investigation.Gaps.ShouldContain(gap =>
            gap.What == "events" && gap.Why.StartsWith("forbidden", StringComparison.Ordinal)
        );
        investigation.Gaps.ShouldNotContain(gap => gap.What == "pods");
    }

    [Theory]
    [InlineData("what is wrong", "shop")]
    [InlineData("what is wrong in namespace shop", null)]
    public async Task A_namespace_whose_pods_may_not_be_listed_is_an_error_and_not_healthy(string question, string? ns)
    {
        var source = await ServeAsync(request =>
            request.Path.Value == "/api/v1/namespaces"
                ? List("Namespace", """{"metadata":{"name":"shop"}}""")
                : Refuse(403, "pods is forbidden: User \"system:serviceaccount:x:reader\" cannot list resource")
        );
        var error = await Should.ThrowAsync<EvidenceUnavailableException>(() => AskAsync(source, question, ns));
        error.Message.ShouldContain("may not list pods in namespace shop");
        error.Message.ShouldContain("forbidden");
    }

    [Fact]
    public async Task A_server_without_an_api_group_is_asked_for_the_older_version_and_the_rest_is_a_gap()
    {
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/apis/batch/v1beta1/cronjobs" or "/apis/batch/v1beta1/namespaces/shop/cronjobs" => List(
                    "CronJob",
                    """
                    {"metadata":{"name":"nightly","namespace":"shop"},"spec":{"schedule":"0 2 * * *","suspend":true}}
                    """
                ),
                var path when path!.StartsWith("/api/v1/", StringComparison.Ordinal) => List("Anything"),
                _ => Refuse(404, "the server could not find the requested resource"),
            }
        );
        var investigation = await AskAsync(source, "cronjob nightly does not run");
        investigation.Diagnosis.Fault.ShouldBe("config.cronjob-suspended");
        investigation.Gaps.ShouldContain(gap => gap.What == "deployments");
        investigation.Gaps.ShouldNotContain(gap => gap.What == "cronjobs");
    }

    [Fact]
    public async Task Long_lists_are_read_to_their_end()
    {
        var source = await ServeAsync(request =>
            (request.Path.Value, request.Query["continue"].ToString()) switch
            {
                ("/api/v1/namespaces/shop/pods", "") => List(
                    "Pod",
                    """{"metadata":{"name":"first","namespace":"shop"}}""",
                    next: "p/2="
                ),
                ("/api/v1/namespaces/shop/pods", "p/2=") => List("Pod", Pod),
                _ => List("Anything"),
            }
        );
        (await AskAsync(source, "why is web-0 pending", "shop")).Diagnosis.Fault.ShouldBe("config.missing-secret");
    }

    [Fact]
    public async Task A_container_that_restarts_after_the_list_of_pods_is_judged_by_the_run_that_failed()
    {
        const string crashing = """
            {"metadata":{"name":"operator-0","namespace":"shop"},"spec":{"containers":[{"name":"app","image":"x"}]},
            "status":{"phase":"Running","containerStatuses":[{"name":"app","ready":false,"restartCount":1,"image":"x",
            "imageID":"","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,
            "reason":"Error"}}}]}}
            """;
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/api/v1/pods" or "/api/v1/namespaces/shop/pods" => List("Pod", crashing),
                "/api/v1/namespaces/shop/pods/operator-0/log" => Results.Text(
                    request.Query.ContainsKey("previous")
                        ? "secrets is forbidden: User \"system:serviceaccount:shop:operator\" cannot list "
                            + "resource \"secrets\" in API group"
                        : "starting"
                ),
                _ => List("Anything"),
            }
        );
        (await AskAsync(source, "operator-0 crashes", "shop")).Diagnosis.Fault.ShouldBe("config.rbac-denied");
    }

    [Fact]
    public async Task A_run_whose_log_is_deleted_is_judged_by_the_next_run()
    {
        var ended = TimeProvider
            .System.GetUtcNow()
            .AddSeconds(-30)
            .ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var running = """
            {"metadata":{"name":"operator-0","namespace":"shop"},"spec":{"containers":[{"name":"app","image":"x"}]},
            "status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,"restartCount":4,"image":"x",
            "imageID":"","state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"reason":"Error",
            "finishedAt":"AT"}}}]}}
            """.Replace("AT", ended, StringComparison.Ordinal);
        var source = await ServeAsync(request =>
            request.Path.Value switch
            {
                "/api/v1/namespaces/shop/pods" => List("Pod", running),
                "/api/v1/namespaces/shop/pods/operator-0/log" => Results.Text(
                    request.Query.ContainsKey("previous")
                        ? "unable to retrieve container logs for containerd://c40fa0"
                        : "secrets is forbidden: User \"system:serviceaccount:shop:operator\" cannot list "
                            + "resource \"secrets\" in API group"
                ),
                _ => List("Anything"),
            }
        );
        (await AskAsync(source, "operator-0 crashes", "shop")).Diagnosis.Fault.ShouldBe("config.rbac-denied");
    }

    [Fact]
    public async Task A_kind_that_only_the_cluster_knows_is_found_by_discovery_and_judged_by_its_conditions()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.Answers["/apis"] = """
            {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"gateway.networking.k8s.io"},
            "versions":[{"version":"v1","resources":[{"resource":"httproutes","responseKind":{"kind":"HTTPRoute"},
            "scope":"Namespaced","singularResource":"httproute"}]}]}]}
            """;
        cluster.Answers["/apis/gateway.networking.k8s.io/v1/httproutes"] = """
            {"kind":"HTTPRouteList","items":[{"metadata":{"name":"blog","namespace":"web"},
            "status":{"parents":[{"conditions":[{"type":"ResolvedRefs","status":"False","reason":"BackendNotFound",
            "message":"service \"blog\" not found"}]}]}}]}
            """;
        var diagnosis = (await AskAsync(cluster.Source(), "why does httproute blog not work")).Diagnosis;
        diagnosis.Fault.ShouldBe("network.gateway-route-unresolved");
        diagnosis.Resource.ShouldBe(new ResourceRef("HTTPRoute", "web", "blog"));
    }

    [Fact]
    public async Task In_a_namespace_of_thousands_the_pods_of_the_workload_and_the_warnings_are_read()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        var scenario = Scenario.LoadAll().Single(scenario => scenario.Name == "config-missing-secret");
        cluster.AddDump(scenario.Dump);
        AddCrowd(cluster, 2100);
        var diagnosis = (await AskAsync(cluster.Source(), "why is checkout crashing", "team-10")).Diagnosis;
        diagnosis.Fault.ShouldBe("config.missing-secret");
        cluster.Requests.ShouldContain(request =>
            request.Contains("labelSelector=app%3Dcheckout", StringComparison.Ordinal)
        );
        cluster.Requests.ShouldContain(request =>
            request.Contains("/events", StringComparison.Ordinal)
            && request.Contains("fieldSelector=type%21%3DNormal", StringComparison.Ordinal)
        );
        cluster.Requests.Count.ShouldBeLessThanOrEqualTo(ClusterReader.MostRequests);
    }

    /// <summary>Adds pods that sort before the failing pod, so that it is on none of the pages that are read.</summary>
    private static void AddCrowd(SimulatedCluster cluster, int count)
    {
        void Add(string kind, string json) =>
            cluster.Add(kind, (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(json)!);

        for (var i = 0; i < count; i++)
        {
            Add(
                "Pod",
                $$$"""
                {"metadata":{"name":"a-{{{i:0000}}}","namespace":"team-10","labels":{"app":"other"}},
                "status":{"phase":"Running"}}
                """
            );
            Add(
                "Event",
                $$$"""
                {"metadata":{"name":"a-{{{i:0000}}}.1","namespace":"team-10"},"type":"Normal","reason":"Pulled",
                "involvedObject":{"kind":"Pod","namespace":"team-10","name":"a-{{{i:0000}}}"}}
                """
            );
        }
    }

    [Fact]
    public async Task A_question_about_the_whole_cluster_reads_the_settings_of_what_fails()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        var scenario = Scenario.LoadAll().Single(scenario => scenario.Name == "composed-change-configmap");
        cluster.AddDump(scenario.Dump);
        var source = cluster.Source(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(scenario.RecordedAt));
        var diagnosis = (await AskAsync(source, "what is wrong")).Diagnosis;
        diagnosis.Fault.ShouldBe("config.bad-value");
        diagnosis.Remedies[0].Commands[0].ShouldBe("kubectl -n e-08 edit configmap rates");
        cluster.Requests.ShouldNotContain(request =>
            request.StartsWith("/api/v1/configmaps", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Only_get_requests_are_sent_and_the_values_of_secrets_are_never_asked_for()
    {
        await AskAsync(await ServeAsync(_ => List("Anything")), "what is wrong");
        requests.ShouldAllBe(request => request.Method == "GET");
        requests
            .Where(request => request.Path.Contains("/secrets", StringComparison.Ordinal))
            .ShouldAllBe(request => request.Accept!.Contains("PartialObjectMetadataList"));
        requests.ShouldContain(request => request.Path.Contains("/secrets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_one_sentence()
    {
        var source = new ClusterEvidence(
            () => new(new Kubernetes(new KubernetesClientConfiguration { Host = "http://127.0.0.1:1" }), "gone", []),
            TimeProvider.System
        );
        (
            await Should.ThrowAsync<EvidenceUnavailableException>(() => AskAsync(source, "what is wrong"))
        ).Message.ShouldStartWith("Cluster gone does not answer");
    }

    [Fact]
    public void A_kubeconfig_that_is_not_there_is_one_sentence() =>
        Should
            .Throw<EvidenceUnavailableException>(() => ClusterConnection.Open("/no/such/file", null, null, []))
            .Message.ShouldStartWith("The kubeconfig cannot be used");
}
