using System;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Fakes;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;

namespace MetaKube.Tests.Deploy;

/// <summary>
/// The published program where it will run: in a plain root folder, and as a pod of the real cluster under the chart's
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

    /// <summary>The image made of it, as docker save writes it.</summary>
    private static string? Image =>
        Environment.GetEnvironmentVariable("METAKUBE_TEST_IMAGE") is { Length: > 0 } image ? image : null;

    [Fact]
    public async Task The_publish_answers_in_a_plain_root_folder_as_nobody()
    {
        Assert.SkipWhen(Root is null, "METAKUBE_TEST_ROOT names no root folder with the published program");
        var dump = Path.Combine(Root!, "tmp", "dump");
        if (Directory.Exists(dump))
            Directory.Delete(dump, recursive: true);
        foreach (
            var file in Directory.EnumerateFiles(
                MetaKubeProgram.Dump("config-missing-secret"),
                "*",
                SearchOption.AllDirectories
            )
        )
        {
            var to = Path.Combine(dump, Path.GetRelativePath(MetaKubeProgram.Dump("config-missing-secret"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
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

    [Fact]
    public async Task As_a_pod_it_answers_and_may_read_no_Secret()
    {
        Assert.SkipWhen(LiveClusterTests.Kubeconfig is null, "METAKUBE_TEST_KUBECONFIG names no cluster");
        Assert.SkipWhen(Image is null, "METAKUBE_TEST_IMAGE names no image of the published program");
        var cluster = new ScenarioCluster(LiveClusterTests.Kubeconfig!);
        using var folder = new TemporaryFolder();
        var socket = Path.Combine(Path.GetDirectoryName(LiveClusterTests.Kubeconfig!)!, "containerd.sock");
        await RunAsync("ctr", ["-a", socket, "-n", "k8s.io", "images", "import", Image!]);
        var port = LoopbackPort.Next();
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
        try
        {
            await cluster.KubectlAsync(["create", "namespace", Namespace], token);
            await cluster.KubectlAsync(
                ["-n", Namespace, "apply", "-f", folder.Write("checkout.yaml", Checkout)],
                token
            );
            await cluster.KubectlAsync(["apply", "-f", folder.Write("objects.json", Objects(manifests, port))], token);
            await cluster.KubectlAsync(
                ["-n", Namespace, "rollout", "status", "deployment/metakube", "--timeout=120s"],
                token
            );
            var answer = JsonDocument
                .Parse(
                    await cluster.KubectlAsync(
                        [
                            "-n",
                            Namespace,
                            "exec",
                            "deployment/metakube",
                            "--",
                            "/app/metakube",
                            "ask",
                            "why is checkout crashing",
                            "-n",
                            Namespace,
                            "--json",
                        ],
                        token
                    )
                )
                .RootElement;
            answer.GetProperty("cluster").GetString().ShouldBe("inside");
            answer.GetProperty("diagnosis").GetProperty("fault").GetString().ShouldBe("config.missing-secret");
            // The second process found the memory of the first: the answer is kept there.
            (
                await cluster.KubectlAsync(
                    ["-n", Namespace, "exec", "deployment/metakube", "--", "/app/metakube", "memory", "list"],
                    token
                )
            ).ShouldContain("config.missing-secret");

            var account = $"system:serviceaccount:{Namespace}:metakube";
            foreach (
                var (verb, what, allowed) in ((string, string, string)[])
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
                (await CanAsync(verb, what)).ShouldBe(allowed, $"{verb} {what}");
            var doctor = JsonDocument
                .Parse((await ExecAsync("/app/metakube", "doctor", "--json")))
                .RootElement.EnumerateArray()
                .ToList();
            doctor.ShouldAllBe(checkup =>
                checkup.GetProperty("status").GetString() == "ok" || checkup.GetProperty("status").GetString() == "off"
            );

            async Task<string> CanAsync(string verb, string what)
            {
                try
                {
                    return (
                        await cluster.KubectlAsync(
                            ["auth", "can-i", verb, what, "--as", account, "-n", Namespace],
                            token
                        )
                    ).Trim();
                }
                catch (InvalidOperationException)
                {
                    // kubectl ends with 1 where the answer is no.
                    return "no";
                }
            }

            Task<string> ExecAsync(params string[] command) =>
                cluster.KubectlAsync(["-n", Namespace, "exec", "deployment/metakube", "--", .. command], token);
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

    /// <summary>
    /// The chart's objects, with what this cluster lacks: it provides no volumes, and its services' addresses lead
    /// nowhere.
    /// </summary>
    private static string Objects(string manifests, int port)
    {
        var items = new JsonArray();
        foreach (var item in Chart.Objects(manifests))
        {
            if ((string)item["kind"]! == "Deployment")
            {
                var pod = item["spec"]!["template"]!["spec"]!.AsObject();
                pod["hostNetwork"] = true;
                var container = pod["containers"]![0]!;
                container["env"]!
                    .AsArray()
                    .Add(new JsonObject { ["name"] = "KUBERNETES_SERVICE_HOST", ["value"] = "127.0.0.1" });
                container["env"]!
                    .AsArray()
                    .Add(new JsonObject { ["name"] = "KUBERNETES_SERVICE_PORT", ["value"] = "6443" });
                container["args"] = new JsonArray("serve", "--urls", $"http://0.0.0.0:{port}");
                container["ports"]![0]!["containerPort"] = port;
            }
            items.Add(item.DeepClone());
        }
        // A provisioner assigns the volume to the group of fsGroup.
        var data = Directory.CreateTempSubdirectory("metakube-volume-").FullName;
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
        items.Add(
            new JsonObject
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
            }
        );
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = items,
        }.ToJsonString();
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
