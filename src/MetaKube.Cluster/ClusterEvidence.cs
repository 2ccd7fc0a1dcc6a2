using MetaKube.Investigations;

namespace MetaKube.Cluster;

/// <summary>Evidence from a live cluster, by GET requests only; the values of Secrets are never asked for.</summary>
public sealed class ClusterEvidence(Func<ClusterConnection> connect, TimeProvider time) : IEvidenceSource
{
    // Reading a kubeconfig takes as long as reading a small cluster: it happens when evidence is asked for, beside whatever else starts then.
    private readonly Lazy<ClusterConnection> connection = new(connect);

    /// <summary>The cluster of a kubeconfig file and context, or the one that this process runs in.</summary>
    public static ClusterEvidence Of(string? kubeconfig, string? context, string? name, IReadOnlyList<string> namespaces, TimeProvider time) =>
        new(() => ClusterConnection.Open(kubeconfig, context, name, namespaces), time);

    private ClusterApi Api => new(connection.Value.Client);

    public async Task<Evidence> CollectAsync(Symptom symptom, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var cluster = connection.Value.Name;
        progress.Report($"reading cluster {cluster}");
        var snapshot = await ReadAsync(cluster, symptom, cancellationToken);
        return await EvidenceBuilder.BuildAsync(snapshot, symptom, Api.LogAsync, progress, cancellationToken);
    }

    /// <summary>Writes what this source reads into a folder that a dump source reads again.</summary>
    public Task DumpAsync(string folder, IReadOnlyList<string> only, IProgress<string> progress, CancellationToken cancellationToken) =>
        new ClusterDump(Api, time).WriteAsync(folder, only, progress, cancellationToken);

    private async Task<ClusterSnapshot> ReadAsync(string cluster, Symptom symptom, CancellationToken cancellationToken)
    {
        var api = Api;
        var snapshot = new ClusterSnapshot(cluster) { Now = time.GetUtcNow() };
        var asked = symptom.Namespace ?? TargetResolution.NamespaceIn(symptom.Question, null);
        IReadOnlyList<string> fallback = [.. (asked is null ? connection.Value.Namespaces : connection.Value.Namespaces.Prepend(asked)).Distinct()];
        var reads = await Task.WhenAll(ResourceKind.All.Select(kind => api.ListAsync(kind, fallback, cancellationToken)));
        if (reads.All(read => read.Unreachable is not null))
            throw new EvidenceUnavailableException($"Cluster {cluster} does not answer: {reads[0].Unreachable}");
        foreach (var read in reads)
        {
            using (read)
            {
                foreach (var (ns, page) in read.Pages)
                    ObjectReader.Read(snapshot, page.RootElement, read.Kind.Kind, read.Kind.Plural, ns ?? ClusterSnapshot.Everywhere);
                if (read.Gap is { } why) snapshot.Gaps.Add(new(read.Kind.Plural, why));
            }
        }
        return snapshot;
    }
}
