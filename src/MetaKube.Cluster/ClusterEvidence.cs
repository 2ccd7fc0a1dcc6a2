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
    // Reading a kubeconfig takes as long as reading a small cluster. It is delayed until evidence is needed, and so
    // goes on while memory opens.
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

    public string Cluster => connection.Value.Name;

    public async Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report($"reading cluster {Cluster}");
        var api = new ClusterApi(connection.Value.Client);
        var snapshot = new ClusterSnapshot(Cluster) { Now = time.GetUtcNow() };
        var scope = symptom.Namespace ?? QuestionWords.NamespaceIn(symptom.Question);
        IReadOnlyList<string> fallback =
        [
            .. (scope is null ? connection.Value.Namespaces : connection.Value.Namespaces.Prepend(scope)).Distinct(),
        ];
        var reader = new ClusterReader(api, snapshot, symptom, fallback, prometheus);
        var resolution = await reader.ResolveAsync(scope, cancellationToken);
        return new EvidenceCase(snapshot, symptom, resolution, api.LogAsync, reader);
    }

    /// <summary>The current settings of a target and of the objects around it.</summary>
    public async Task<Settings> SettingsAsync(ResourceRef target, CancellationToken cancellationToken)
    {
        using var api = new ClusterApi(connection.Value.Client);
        return await ClusterSettings.ReadAsync(api, target, cancellationToken);
    }

    /// <summary>Changes to the same cluster, by another account.</summary>
    public ClusterChanges Changes(string account) => new(() => connection.Value, account);

    /// <summary>Checks that the API server answers.</summary>
    /// <returns>The problem, or null.</returns>
    public Task<string?> ComplaintAsync(CancellationToken cancellationToken) =>
        ClusterRights.ComplaintAsync(connection.Value, cancellationToken);

    /// <summary>The rights that the credentials have.</summary>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer, or does not accept our
    /// credentials.</exception>
    public Task<ClusterAccess> AccessAsync(CancellationToken cancellationToken) =>
        ClusterRights.ReadAsync(connection.Value, time, cancellationToken);

    /// <summary>The warnings of the cluster, which nobody asked for.</summary>
    /// <param name="since">Older warnings are left out.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing can be read.</exception>
    public async Task<IReadOnlyList<ClusterWarning>> WarningsAsync(
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        using var api = new ClusterApi(connection.Value.Client);
        return await ClusterWarnings.ReadAsync(api, connection.Value.Namespaces, since, cancellationToken);
    }

    /// <summary>Writes a dump folder, which <see cref="DumpEvidence"/> reads.</summary>
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
