using System;
using MetaKube.Model;

namespace MetaKube.Fakes;

/// <summary>A source of given evidence: the same case for each question.</summary>
internal sealed class GivenEvidence(Func<IProgress<string>, CancellationToken, Task<Evidence>> collect)
    : IEvidenceSource
{
    public GivenEvidence(Evidence evidence)
        : this((_, _) => Task.FromResult(evidence)) { }

    public string Cluster => "test";

    public async Task<IEvidenceCase> ResolveAsync(
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    ) => new Case(symptom, await collect(progress, cancellationToken));

    private sealed class Case(Symptom symptom, Evidence evidence) : IEvidenceCase
    {
        public Symptom Symptom => symptom;

        public Target Target => evidence.Target;

        public Task<Evidence> CollectAsync(IProgress<string> progress, CancellationToken cancellationToken) =>
            Task.FromResult(evidence);

        public Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new EvidenceAnswer("nothing more", []));
    }
}
