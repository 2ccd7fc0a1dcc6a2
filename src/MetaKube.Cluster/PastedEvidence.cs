using MetaKube.Investigations;

namespace MetaKube.Cluster;

public sealed class PastedEvidence : IEvidenceSource
{
    public static PastedEvidence FromFiles(IReadOnlyList<string> files, TextReader input) => throw new EvidenceUnavailableException("later");
    public Task<Evidence> CollectAsync(Symptom symptom, IProgress<string> progress, CancellationToken cancellationToken) => throw new EvidenceUnavailableException("later");
}
