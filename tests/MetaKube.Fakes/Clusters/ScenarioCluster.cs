using System.Diagnostics;
using System.Globalization;
using k8s;
using k8s.Models;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Fakes.Clusters;

/// <summary>Creates the scenarios on a real cluster and asks about them.</summary>
internal sealed class ScenarioCluster(string kubeconfig)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(8),
        Pause = TimeSpan.FromSeconds(2);

    private static readonly string[] DescribedKinds =
    [
        "pods",
        "deployments",
        "statefulsets",
        "daemonsets",
        "replicasets",
        "jobs",
        "cronjobs",
        "services",
        "ingresses",
        "persistentvolumeclaims",
        "horizontalpodautoscalers",
        "networkpolicies",
    ];

    /// <summary>Kubernetes 1.20 has CronJobs in this version only; from 1.25 on it is gone.</summary>
    private const string OldBatch = "batch/v1beta1";

    private bool? servesOldBatch;

    public ClusterEvidence Source() => ClusterEvidence.Of(kubeconfig, null, "real", [], TimeProvider.System);

    /// <summary>Creates scenarios with one call, since kubectl takes a second to start.</summary>
    public async Task ApplyAsync(IReadOnlyList<Scenario> scenarios, CancellationToken cancellationToken)
    {
        foreach (var before in scenarios.Select(scenario => scenario.Before).OfType<IReadOnlyList<string>>())
            await KubectlAsync(before, cancellationToken);
        await KubectlAsync(["apply", .. await ManifestsAsync(scenarios, cancellationToken)], cancellationToken);
        foreach (var claim in ToDelete(scenarios))
            await KubectlAsync(
                ["-n", claim.Namespace!, "delete", "pvc", claim.Name, "--wait=false"],
                cancellationToken
            );
    }

    public async Task DeleteAsync(IReadOnlyList<Scenario> scenarios, CancellationToken cancellationToken)
    {
        foreach (var after in scenarios.Select(scenario => scenario.After).OfType<IReadOnlyList<string>>())
            await KubectlAsync(after, cancellationToken);
        foreach (var claim in ToDelete(scenarios))
            await KubectlAsync(
                [
                    "-n",
                    claim.Namespace!,
                    "patch",
                    "pvc",
                    claim.Name,
                    "--type=merge",
                    "-p",
                    "{\"metadata\":{\"finalizers\":null}}",
                ],
                cancellationToken
            );
        await KubectlAsync(
            ["delete", .. await ManifestsAsync(scenarios, cancellationToken), "--ignore-not-found", "--wait=false"],
            cancellationToken
        );
    }

    /// <summary>The manifests, in the versions of the API that the cluster serves.</summary>
    private async Task<List<string>> ManifestsAsync(
        IReadOnlyList<Scenario> scenarios,
        CancellationToken cancellationToken
    )
    {
        servesOldBatch ??= await ServesAsync(OldBatch, cancellationToken);
        var files = new List<string>();
        foreach (var scenario in scenarios)
        {
            var file = scenario.Manifest;
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            if (servesOldBatch == false && text.Contains(OldBatch, StringComparison.Ordinal))
            {
                file = Path.Combine(Path.GetTempPath(), $"{scenario.Name}-{Environment.ProcessId}.yaml");
                text = text.Replace(OldBatch, "batch/v1", StringComparison.Ordinal);
                await File.WriteAllTextAsync(file, text, cancellationToken);
            }
            files.AddRange(["-f", file]);
        }
        return files;
    }

    private async Task<bool> ServesAsync(string version, CancellationToken cancellationToken)
    {
        try
        {
            await KubectlAsync(["get", "--raw", $"/apis/{version}"], cancellationToken);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The objects to delete, since a stuck finalizer shows only after a deletion.</summary>
    private static IEnumerable<ResourceRef> ToDelete(IReadOnlyList<Scenario> scenarios) =>
        scenarios.Where(scenario => scenario.Fault == "system.finalizer-stuck").Select(scenario => scenario.Resource!);

    public Task<Investigation> AskAsync(Scenario scenario, CancellationToken cancellationToken) =>
        MemorylessInvestigation.RunAsync(Source(), scenario.Question, scenario.Namespace, cancellationToken);

    /// <summary>Waits until each failure gets its expected answer, or until the timeout.</summary>
    public async Task WaitForAnswersAsync(IReadOnlyList<Scenario> scenarios, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var waiting = scenarios.ToList();
        while (waiting.Count > 0 && watch.Elapsed < Timeout)
        {
            var answers = new List<(Scenario Scenario, bool Right)>();
            foreach (var scenario in waiting)
                answers.Add((scenario, scenario.Matches((await AskAsync(scenario, cancellationToken)).Diagnosis)));
            waiting = [.. answers.Where(answer => !answer.Right).Select(answer => answer.Scenario)];
            if (waiting.Count > 0)
                await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>
    /// Asks as a ServiceAccount that may get and list pods of the scenario's namespace, and nothing else.
    /// </summary>
    public async Task<Investigation> AskAsReaderOfPodsAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        const string account = "pod-reader";
        string[] create = ["-n", scenario.Namespace, "create"];
        string[] granted = [$"--role={account}", $"--serviceaccount={scenario.Namespace}:{account}"];
        await KubectlAsync([.. create, "serviceaccount", account], cancellationToken);
        await KubectlAsync([.. create, "role", account, "--verb=get,list", "--resource=pods"], cancellationToken);
        await KubectlAsync([.. create, "rolebinding", account, .. granted], cancellationToken);
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        using var admin = new Kubernetes(config);
        var token = await admin.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new() { Audiences = [] } },
            account,
            scenario.Namespace,
            cancellationToken: cancellationToken
        );
        using var reader = new Kubernetes(
            new KubernetesClientConfiguration
            {
                Host = config.Host,
                SslCaCerts = config.SslCaCerts,
                AccessToken = token.Status.Token,
            }
        );
        return await MemorylessInvestigation.RunAsync(
            new ClusterEvidence(() => new(reader, "real", []), TimeProvider.System),
            scenario.Question,
            scenario.Namespace,
            cancellationToken
        );
    }

    /// <summary>Starts the recovery watch, repairs the scenario with kubectl, and returns the recovery.</summary>
    public async Task<Recovery> FollowAsync(
        Scenario scenario,
        IReadOnlyList<string> repair,
        CancellationToken cancellationToken
    )
    {
        var source = Source();
        var begun = new Begun();
        var following = new RecoveryWatch(source, source.SettingsAsync, TimeProvider.System).FollowAsync(
            new(scenario.Question, scenario.Namespace),
            await AskAsync(scenario, cancellationToken),
            TimeSpan.FromSeconds(1),
            begun,
            cancellationToken
        );
        await Task.WhenAny(begun.Happened, following);
        await KubectlAsync(repair, cancellationToken);
        return await following.WaitAsync(Timeout, cancellationToken);
    }

    private sealed class Begun : IProgress<string>
    {
        private readonly TaskCompletionSource seen = new();

        public Task Happened => seen.Task;

        public void Report(string value) => seen.TrySetResult();
    }

    public async Task RecordAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        if (Directory.Exists(scenario.Dump))
            Directory.Delete(scenario.Dump, recursive: true);
        await Source()
            .DumpAsync(scenario.Dump, [scenario.Namespace], SilentProgress.Instance, cancellationToken);
    }

    /// <summary>
    /// Records the text that a person would paste: the output of describe, events and logs, each under its command.
    /// </summary>
    public async Task RecordPasteAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        var text = new System.Text.StringBuilder();
        async Task PasteAsync(params string[] command) =>
            text.Append(await PastedAsync(scenario.Namespace, command, cancellationToken));
        string[] inNamespace = ["-n", scenario.Namespace];
        // Each kind needs a call of its own: kubectl fails completely if the server lacks one of several kinds.
        foreach (var kind in DescribedKinds)
            await PasteAsync([.. inNamespace, "describe", kind]);
        if (scenario.Exclusive)
            await PasteAsync("describe", "nodes");
        await PasteAsync([.. inNamespace, "get", "events"]);
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        using var client = new Kubernetes(config);
        foreach (
            var pod in (
                await client.CoreV1.ListNamespacedPodAsync(scenario.Namespace, cancellationToken: cancellationToken)
            ).Items
        )
            foreach (var state in (pod.Status.InitContainerStatuses ?? []).Concat(pod.Status.ContainerStatuses ?? []))
            {
                string[] log = [.. inNamespace, "logs", pod.Metadata.Name, "-c", state.Name, "--tail=200"];
                await PasteAsync(log);
                if (state.RestartCount > 0)
                    await PasteAsync([.. log, "--previous"]);
            }
        await File.WriteAllTextAsync(scenario.Paste, new Redactor().Clean(text.ToString()), cancellationToken);
    }

    /// <summary>A command with its output; empty if it prints nothing or the log does not exist.</summary>
    private async Task<string> PastedAsync(string ns, string[] command, CancellationToken cancellationToken)
    {
        try
        {
            var output = (await KubectlAsync(command, cancellationToken)).TrimEnd();
            if (output.Length == 0 && command.Contains("describe"))
                output = $"No resources found in {ns} namespace.";
            return output.Length == 0 ? "" : $"$ kubectl {string.Join(' ', command)}\n{output}\n\n";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    public async Task<string> KubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {await error}");
        return await output;
    }
}
