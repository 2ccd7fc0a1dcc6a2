using System.Net;
using System.Text.Json;
using k8s;
using MetaKube.Investigations;

namespace MetaKube.Cluster;

/// <summary>Evidence from a live cluster, by GET requests only; the values of Secrets are never asked for.</summary>
public sealed class ClusterEvidence(Kubernetes client, string cluster, IReadOnlyList<string> namespaces, TimeProvider time) : IEvidenceSource
{
    private readonly ClusterApi api = new(client);

    /// <summary>A client for a kubeconfig file and context, or for the cluster that this process runs in.</summary>
    /// <exception cref="EvidenceUnavailableException">There is no kubeconfig, or it cannot be used.</exception>
    public static ClusterEvidence Connect(string? kubeconfig, string? context, string? name, IReadOnlyList<string> namespaces, TimeProvider time)
    {
        try
        {
            var inCluster = kubeconfig is null && context is null && KubernetesClientConfiguration.IsInCluster();
            var config = inCluster
                ? KubernetesClientConfiguration.InClusterConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig ?? DefaultKubeconfig(), context);
            string[] own = config.Namespace is { Length: > 0 } ns ? [ns] : [];
            return new(new Kubernetes(config), name ?? config.CurrentContext ?? config.Host, [.. namespaces, .. own], time);
        }
        catch (Exception e) when (e is k8s.Exceptions.KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException or FormatException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            throw new EvidenceUnavailableException($"The kubeconfig cannot be used: {e.Message}", e);
        }
    }

    public async Task<Evidence> CollectAsync(Symptom symptom, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report($"reading cluster {cluster}");
        var snapshot = await ReadAsync(symptom, cancellationToken);
        return await EvidenceBuilder.BuildAsync(snapshot, symptom, ReadLogAsync, progress, cancellationToken);
    }

    /// <summary>Writes what this source reads into a folder that a dump source reads again.</summary>
    public Task DumpAsync(string folder, IReadOnlyList<string> only, IProgress<string> progress, CancellationToken cancellationToken) =>
        new ClusterDump(api, time).WriteAsync(folder, only, progress, cancellationToken);

    private async Task<ClusterSnapshot> ReadAsync(Symptom symptom, CancellationToken cancellationToken)
    {
        var snapshot = new ClusterSnapshot(cluster) { Now = time.GetUtcNow() };
        var asked = symptom.Namespace ?? TargetResolution.NamespaceIn(symptom.Question, null);
        IReadOnlyList<string> fallback = [.. (asked is null ? namespaces : namespaces.Prepend(asked)).Distinct()];
        var reads = await Task.WhenAll(ResourceKind.All.Select(kind => api.ListAsync(kind, fallback, cancellationToken)));
        if (reads.All(read => read.Unreachable is not null))
            throw new EvidenceUnavailableException($"Cluster {cluster} does not answer: {reads[0].Unreachable}");
        foreach (var read in reads)
        {
            using (read)
            {
                foreach (var (ns, page) in read.Pages) ObjectReader.Read(snapshot, page.RootElement, read.Kind.Kind, read.Kind.Plural, ns ?? ClusterSnapshot.Everywhere);
                if (read.Gap is { } why) snapshot.Gaps.Add(new(read.Kind.Plural, why));
            }
        }
        return snapshot;
    }

    private async Task<LogRead> ReadLogAsync(LogRef log, CancellationToken cancellationToken)
    {
        try
        {
            return new(await api.LogAsync(log, LogSelection.Lines, LogSelection.Bytes, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // No previous run, or a container that has not started: nothing is missing then.
            return new(null, e is HttpRequestException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.NotFound } ? null : ClusterApi.Why(e));
        }
    }

    private static string DefaultKubeconfig()
    {
        // KUBECONFIG may list several files; the library takes one, and kubectl's first is the one that is written to.
        var listed = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(File.Exists);
        return listed ?? KubernetesClientConfiguration.KubeConfigDefaultLocation;
    }
}
