using MetaKube.Model;

namespace MetaKube.ChatOps.Alerts;

/// <summary>A source with one case, which was opened and collected before.</summary>
internal sealed class OpenedCase(IEvidenceCase opened, string cluster) : IEvidenceSource
{
    public string Cluster => cluster;

    public Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    ) => Task.FromResult(opened);
}
