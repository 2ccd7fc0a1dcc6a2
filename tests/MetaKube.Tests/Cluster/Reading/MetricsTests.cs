using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Investigations;
using MetaKube.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Tests.Cluster.Reading;

/// <summary>
/// Measurements as evidence: from metrics.k8s.io, and from a real Prometheus that scrapes a simulated kubelet.
/// </summary>
public sealed class MetricsTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string Namespace = """{"metadata":{"name":"shop"}}""",
        Labels = """{"app":"quotes"}""",
        PodSpec =
            """
                {"containers":[{"name":"app","image":"x","resources":{"limits":{"cpu":"500m"}}}],
                "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"quotes-data"}}]}
                """,
        Deployment =
            $$$"""
                {"metadata":{"name":"quotes","namespace":"shop"},"spec":{"replicas":1,
                "selector":{"matchLabels":{{{Labels}}} },
                "template":{"metadata":{"labels":{{{Labels}}} },"spec":{{{PodSpec}}} } },
                "status":{"availableReplicas":1}}
                """,
        ReplicaSet =
            """
                {"metadata":{"name":"quotes-6d5f8c9b7","namespace":"shop","ownerReferences":[{"kind":"Deployment",
                "name":"quotes","apiVersion":"apps/v1","uid":"0"}]},"spec":{"replicas":1,"selector":{}},
                "status":{"replicas":1}}
                """,
        Pod =
            $$$"""
                {"metadata":{"name":"quotes-6d5f8c9b7-x7k2p","namespace":"shop","labels":{{{Labels}}},
                "ownerReferences":[{"kind":"ReplicaSet","name":"quotes-6d5f8c9b7","apiVersion":"apps/v1","uid":"0"}]},
                "spec":{{{PodSpec}}},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],
                "containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"x","imageID":"",
                "state":{"running":{} } }]} }
                """,
        Claim = """{"metadata":{"name":"quotes-data","namespace":"shop"},"spec":{},"status":{"phase":"Bound"}}""";

    private static async Task<SimulatedCluster> QuotesAsync()
    {
        var cluster = await SimulatedCluster.StartAsync();
        foreach (
            var (kind, json) in ((string, string)[])
                [
                    ("Namespace", Namespace),
                    ("Deployment", Deployment),
                    ("ReplicaSet", ReplicaSet),
                    ("Pod", Pod),
                    ("PersistentVolumeClaim", Claim),
                ]
        )
            cluster.Add(kind, (JsonObject)JsonNode.Parse(json)!);
        return cluster;
    }

    [Theory]
    [InlineData("495m", "resource.cpu-throttled")]
    [InlineData("200m", Diagnosis.None)]
    public async Task A_container_that_uses_all_of_its_CPU_limit_is_held_back(string usage, string fault)
    {
        await using var cluster = await QuotesAsync();
        cluster.Answers["/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"] = """
            {"kind":"PodMetricsList","items":[{"metadata":{"name":"quotes-6d5f8c9b7-x7k2p","namespace":"shop"},
            "containers":[{"name":"app","usage":{"cpu":"USAGE","memory":"90Mi"}}]}]}
            """.Replace("USAGE", usage, StringComparison.Ordinal);
        (
            await MemorylessInvestigation.RunAsync(cluster.Source(), "why is quotes slow", null, Cancel)
        ).Diagnosis.Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_Prometheus_that_does_not_answer_is_a_gap()
    {
        await using var cluster = await QuotesAsync();
        var investigation = await MemorylessInvestigation.RunAsync(
            cluster.Source(prometheus: new("http://127.0.0.1:1")),
            "why is quotes slow",
            null,
            Cancel
        );
        investigation.Gaps.ShouldContain(gap => gap.What == "Prometheus");
    }

    [Fact]
    public async Task Measurements_of_a_real_Prometheus_name_throttling_and_a_full_volume()
    {
        var program = Environment.GetEnvironmentVariable("METAKUBE_TEST_PROMETHEUS");
        Assert.SkipWhen(string.IsNullOrEmpty(program), "METAKUBE_TEST_PROMETHEUS names no Prometheus");
        await using var kubelet = await KubeletAsync();
        var folder = Directory.CreateTempSubdirectory("prometheus").FullName;
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Next()}/");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $"global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: kubelet\n  static_configs: "
                + $"[{{targets: ['{new Uri(kubelet.Urls.First()).Authority}']}}]\n",
            Cancel
        );
        using var prometheus = StartPrometheus(program!, folder, address);
        try
        {
            await MeasuredAsync(address);
            await using var cluster = await QuotesAsync();
            var evidence = await cluster
                .Source(prometheus: address)
                .CollectAsync(new("why is quotes slow"), SilentProgress.Instance, Cancel);
            evidence
                .Findings.Select(finding => (finding.Fault, finding.Resource.Kind))
                .ShouldBe(
                    [("resource.cpu-throttled", "Pod"), ("resource.volume-full", "PersistentVolumeClaim")],
                    ignoreOrder: true
                );
            evidence.Gaps.ShouldNotContain(gap => gap.What == "Prometheus");
        }
        finally
        {
            prometheus.Kill(entireProcessTree: true);
            await prometheus.WaitForExitAsync(Cancel);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts Prometheus and discards its output, so that it never waits for a reader.</summary>
    private static Process StartPrometheus(string program, string folder, Uri address)
    {
        var prometheus = Process.Start(
            new ProcessStartInfo(
                program,
                [
                    $"--config.file={folder}/prometheus.yml",
                    $"--storage.tsdb.path={folder}/data",
                    $"--web.listen-address={address.Authority}",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        prometheus.OutputDataReceived += (_, _) => { };
        prometheus.ErrorDataReceived += (_, _) => { };
        prometheus.BeginOutputReadLine();
        prometheus.BeginErrorReadLine();
        return prometheus;
    }

    /// <summary>Waits for the second scrape, since a rate needs two.</summary>
    private static async Task MeasuredAsync(Uri address)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        timeout.CancelAfter(Timeout);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (await look.WaitForNextTickAsync(timeout.Token))
        {
            var metrics = new Metrics();
            if (
                await PrometheusMetrics.ReadAsync(address, "shop", metrics, timeout.Token) is null
                && metrics.Of("shop", "quotes-6d5f8c9b7-x7k2p", "app")?.Throttled > 0
                && metrics.FreeOfClaims.Count > 0
            )
                return;
        }
    }

    /// <summary>
    /// The metrics of cAdvisor and the kubelet: four of five periods throttled, one percent of the volume free.
    /// </summary>
    private static async Task<WebApplication> KubeletAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var scrapes = 0;
        app.MapGet(
            "/metrics",
            () =>
            {
                var periods = Interlocked.Increment(ref scrapes) * 10;
                const string labels = "namespace=\"shop\",pod=\"quotes-6d5f8c9b7-x7k2p\",container=\"app\"",
                    claim = "namespace=\"shop\",persistentvolumeclaim=\"quotes-data\"";
                return Results.Text(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""
                        container_cpu_cfs_periods_total{{{labels}}} {{periods}}
                        container_cpu_cfs_throttled_periods_total{{{labels}}} {{periods * 0.8}}
                        kubelet_volume_stats_available_bytes{{{claim}}} 1
                        kubelet_volume_stats_capacity_bytes{{{claim}}} 100

                        """
                    ),
                    "text/plain; version=0.0.4"
                );
            }
        );
        await app.StartAsync(Cancel);
        return app;
    }
}
