using System;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;

namespace MetaKube.Tests.Deploy;

/// <summary>
/// Runs the published program in a plain root folder, and as a pod of the real cluster under the chart's
/// ServiceAccount.
/// </summary>
[Collection(LiveClusterTests.RealCluster)]
public sealed class LiveDeployTests(ITestOutputHelper output)
{
    private static readonly string Namespace = $"metakube-{Guid.NewGuid():N}"[..16];

    private const string Checkout = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: checkout }
        spec:
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout } }
            spec:
              containers:
              - name: app
                image: busybox:1.36
                imagePullPolicy: IfNotPresent
                command: [sleep, "3600"]
                env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: checkout-db, key: password } } }]
        """;

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    /// <summary>The folder of an image's root, with the published program at /app.</summary>
    private static string? Root =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_ROOT") is { Length: > 0 } root ? root : null;

    /// <summary>The archive of the image, as docker save writes it.</summary>
    private static string? Image =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_IMAGE") is { Length: > 0 } image ? image : null;

    [Fact]
    public async Task The_publish_answers_in_a_plain_root_folder_as_nobody()
    {
        Assert.SkipWhen(Root is null, "METAKUBE_TEST_ROOT names no root folder with the published program");
        CopyDump("config-missing-secret", Path.Combine(Root!, "tmp", "dump"));
        var answer = await RunAsync(
            "unshare",
            [
                "--mount",
                "sh",
                "-c",
                "mount -t proc proc \"$0/proc\" && exec chroot --userspec=1654:1654 \"$0\" \"$@\"",
                Root!,
                "/app/metakube",
                "ask",
                "why is checkout crashing",
                "--dump",
                "/tmp/dump",
                "--json",
                "--no-memory",
            ]
        );
        JsonDocument
            .Parse(answer)
            .RootElement.GetProperty("diagnosis")
            .GetProperty("fault")
            .GetString()
            .ShouldBe("config.missing-secret");
    }

    private static void CopyDump(string scenario, string to)
    {
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        var from = MetaKubeProgram.Dump(scenario);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Fact]
    public async Task As_a_pod_it_answers_and_may_read_no_Secret()
    {
        Assert.SkipWhen(LiveClusterTests.Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        Assert.SkipWhen(Image is null, "METAKUBE_TEST_IMAGE names no image of the published program");
        var cluster = new ScenarioCluster(LiveClusterTests.Kubeconfig!);
        var socket = Path.Combine(Path.GetDirectoryName(LiveClusterTests.Kubeconfig!)!, "containerd.sock");
        await RunAsync("ctr", ["-a", socket, "-n", "k8s.io", "images", "import", Image!]);
        try
        {
            await InstallAsync(cluster);
            await AnswersAsync(cluster);
            await MayOnlyReadAsync(cluster);
            await PassesDoctorAsync(cluster);
        }
        catch (Exception)
        {
            foreach (
                var command in (string[][])
                    [
                        ["describe", "pods"],
                        ["logs", "deployment/metakube", "--tail=50"],
                    ]
            )
                output.WriteLine(await cluster.KubectlAsync(["-n", Namespace, .. command], CancellationToken.None));
            throw;
        }
        finally
        {
            await cluster.KubectlAsync(["delete", "namespace", Namespace, "--wait=false"], CancellationToken.None);
            await cluster.KubectlAsync(
                ["delete", "persistentvolume,clusterrole,clusterrolebinding", "-l", "app.kubernetes.io/name=metakube"],
                CancellationToken.None
            );
        }
    }

    /// <summary>Installs the chart beside a failing workload, and waits until it is ready.</summary>
    private async Task InstallAsync(ScenarioCluster cluster)
    {
        using var folder = new TemporaryFolder();
        var (manifests, error) = await Chart.RenderAsync(
            "metakube",
            Namespace,
            "redis.enabled=false",
            "image.repository=\"docker.io/library/metakube\"",
            "image.tag=\"test\"",
            "image.pullPolicy=\"Never\"",
            "settings={\"Cluster\":{\"Name\":\"inside\"}}"
        );
        error.ShouldBeEmpty();
        await cluster.KubectlAsync(["create", "namespace", Namespace], token);
        await cluster.KubectlAsync(["-n", Namespace, "apply", "-f", folder.Write("checkout.yaml", Checkout)], token);
        var objects = Objects(manifests, LoopbackPort.Next());
        await cluster.KubectlAsync(["apply", "-f", folder.Write("objects.json", objects)], token);
        await cluster.KubectlAsync(
            ["-n", Namespace, "rollout", "status", "deployment/metakube", "--timeout=120s"],
            token
        );
    }

    private async Task AnswersAsync(ScenarioCluster cluster)
    {
        string[] ask = ["/app/metakube", "ask", "why is checkout crashing", "-n", Namespace, "--json"];
        var answer = JsonDocument.Parse(await ExecAsync(cluster, ask)).RootElement;
        answer.GetProperty("cluster").GetString().ShouldBe("inside");
        answer.GetProperty("diagnosis").GetProperty("fault").GetString().ShouldBe("config.missing-secret");
        // The second process reads the memory of the first, which holds the answer.
        (await ExecAsync(cluster, "/app/metakube", "memory", "list")).ShouldContain("config.missing-secret");
    }

    private async Task MayOnlyReadAsync(ScenarioCluster cluster)
    {
        foreach (
            var (verb, resource, allowed) in ((string, string, string)[])
                [
                    ("get", "secrets", "no"),
                    ("list", "secrets", "no"),
                    ("delete", "pods", "no"),
                    ("create", "pods/exec", "no"),
                    ("patch", "deployments.apps", "no"),
                    ("list", "pods", "yes"),
                    ("get", "pods/log", "yes"),
                ]
        )
            (await CanAsync(cluster, verb, resource)).ShouldBe(allowed, $"{verb} {resource}");
    }

    private async Task PassesDoctorAsync(ScenarioCluster cluster)
    {
        var results = JsonDocument.Parse(await ExecAsync(cluster, "/app/metakube", "doctor", "--json")).RootElement;
        results
            .EnumerateArray()
            .ToList()
            .ShouldAllBe(result =>
                result.GetProperty("status").GetString() == "ok" || result.GetProperty("status").GetString() == "off"
            );
    }

    private async Task<string> CanAsync(ScenarioCluster cluster, string verb, string resource)
    {
        var account = $"system:serviceaccount:{Namespace}:metakube";
        try
        {
            var answer = await cluster.KubectlAsync(
                ["auth", "can-i", verb, resource, "--as", account, "-n", Namespace],
                token
            );
            return answer.Trim();
        }
        catch (InvalidOperationException)
        {
            // kubectl exits with 1 if the answer is no.
            return "no";
        }
    }

    private Task<string> ExecAsync(ScenarioCluster cluster, params string[] command) =>
        cluster.KubectlAsync(["-n", Namespace, "exec", "deployment/metakube", "--", .. command], token);

    /// <summary>
    /// The chart's objects, adapted to a cluster that provisions no volumes and routes no addresses of services.
    /// </summary>
    private static string Objects(string manifests, int port)
    {
        var items = new JsonArray();
        foreach (var item in Chart.Objects(manifests))
        {
            if ((string)item["kind"]! == "Deployment")
                UseHostNetwork(item["spec"]!["template"]!["spec"]!.AsObject(), port);
            items.Add(item.DeepClone());
        }
        items.Add(Volume());
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = items,
        }.ToJsonString();
    }

    private static void UseHostNetwork(JsonObject pod, int port)
    {
        pod["hostNetwork"] = true;
        var container = pod["containers"]![0]!;
        var environment = container["env"]!.AsArray();
        environment.Add(new JsonObject { ["name"] = "KUBERNETES_SERVICE_HOST", ["value"] = "127.0.0.1" });
        environment.Add(new JsonObject { ["name"] = "KUBERNETES_SERVICE_PORT", ["value"] = "6443" });
        container["args"] = new JsonArray("serve", "--urls", $"http://0.0.0.0:{port}");
        container["ports"]![0]!["containerPort"] = port;
    }

    private static JsonObject Volume()
    {
        var data = Directory.CreateTempSubdirectory("metakube-volume-").FullName;
        // A provisioner would assign the volume to the group of fsGroup; here everybody may write.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                data,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupWrite
                    | UnixFileMode.GroupExecute
                    | UnixFileMode.OtherRead
                    | UnixFileMode.OtherWrite
                    | UnixFileMode.OtherExecute
            );
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolume",
            ["metadata"] = new JsonObject
            {
                ["name"] = Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "metakube" },
            },
            ["spec"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["storage"] = "2Gi" },
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["hostPath"] = new JsonObject { ["path"] = data },
                ["claimRef"] = new JsonObject { ["namespace"] = Namespace, ["name"] = "metakube" },
            },
        };
    }

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = "/tmp";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(token);
        var text = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        process.ExitCode.ShouldBe(0, $"{text}{await error}");
        return text;
    }
}
