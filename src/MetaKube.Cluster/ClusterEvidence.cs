using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Cluster.Targeting;
using MetaKube.Cluster.Writing;
using MetaKube.Model;

namespace MetaKube.Cluster;

/// <summary>Evidence from a live cluster, by GET requests only; the values of Secrets are never asked for.</summary>
public sealed class ClusterEvidence(Func<ClusterConnection> connect, TimeProvider time, Uri? prometheus = null)
    : IEvidenceSource
{
    // Reading a kubeconfig takes as long as reading a small cluster: it happens when evidence is asked for, beside
    // whatever else starts then.
    private readonly Lazy<ClusterConnection> connection = new(connect);

    /// <summary>The cluster of a kubeconfig file and context, or the one that this process runs in.</summary>
    public static ClusterEvidence Of(
        string? kubeconfig,
        string? context,
        string? name,
        IReadOnlyList<string> namespaces,
        TimeProvider time,
        Uri? prometheus = null
    ) => new(() => ClusterConnection.Open(kubeconfig, context, name, namespaces), time, prometheus);

    public async Task<Evidence> CollectAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var cluster = connection.Value.Name;
        progress.Report($"reading cluster {cluster}");
        using var api = new ClusterApi(connection.Value.Client);
        var snapshot = new ClusterSnapshot(cluster) { Now = time.GetUtcNow() };
        var scope = symptom.Namespace ?? TargetResolution.NamespaceIn(symptom.Question, null);
        IReadOnlyList<string> fallback =
        [
            .. (scope is null ? connection.Value.Namespaces : connection.Value.Namespaces.Prepend(scope)).Distinct(),
        ];
        var reader = new ClusterReader(api, snapshot, symptom, fallback, prometheus, cancellationToken);
        var resolution = await reader.ReadAsync(scope);
        return await EvidenceBuilder.BuildAsync(
            snapshot,
            symptom,
            api.LogAsync,
            progress,
            cancellationToken,
            (resolution, () => reader.FollowLogsAsync(resolution.Target)),
            LongLogAsync
        );
    }

    private async Task<LogRead> LongLogAsync(LogRef log, CancellationToken cancellationToken)
    {
        using var api = new ClusterApi(connection.Value.Client);
        return await api.LogAsync(log, CaseReader.Lines, CaseReader.Bytes, cancellationToken);
    }

    /// <summary>What people set on the objects around a target, as it is now.</summary>
    public async Task<Settings> SettingsAsync(ResourceRef target, CancellationToken cancellationToken)
    {
        using var api = new ClusterApi(connection.Value.Client);
        return await ClusterSettings.ReadAsync(api, target, cancellationToken);
    }

    /// <summary>The cluster's name.</summary>
    public string Name => connection.Value.Name;

    /// <summary>Changes of the same cluster, by another account.</summary>
    public ClusterChanges Changes(string account) => new(() => connection.Value, account);

    /// <summary>Asks the API server for a sign of life.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public Task<string?> ComplaintAsync(CancellationToken cancellationToken) =>
        ClusterRights.ComplaintAsync(connection.Value, cancellationToken);

    /// <summary>What the cluster lets us do.</summary>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer, or does not accept our
    /// credentials.</exception>
    public Task<ClusterAccess> AccessAsync(CancellationToken cancellationToken) =>
        ClusterRights.ReadAsync(connection.Value, time, cancellationToken);

    /// <summary>What the cluster complains of without being asked.</summary>
    /// <param name="since">What was last said before is not returned.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing can be read.</exception>
    public async Task<IReadOnlyList<ClusterWarning>> WarningsAsync(
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        using var api = new ClusterApi(connection.Value.Client);
        return await ClusterWarnings.ReadAsync(api, connection.Value.Namespaces, since, cancellationToken);
    }

    /// <summary>Writes what this source reads into a folder that a dump source reads again.</summary>
    public async Task DumpAsync(
        string folder,
        IReadOnlyList<string> only,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        using var api = new ClusterApi(connection.Value.Client);
        await new ClusterDump(api, time).WriteAsync(folder, only, progress, cancellationToken);
    }
}
