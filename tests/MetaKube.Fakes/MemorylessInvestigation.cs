using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Fakes;

/// <summary>Investigations in this process without an earlier memory: each starts with an empty one.</summary>
internal static class MemorylessInvestigation
{
    public static Task<Investigation> RunAsync(
        IEvidenceSource source,
        string question,
        string? ns,
        CancellationToken cancellationToken,
        LanguageModel? model = null
    ) =>
        new Investigator(
            _ => Task.FromResult(new EpisodicMemory(MemoryStorage.InProcess(), new(), TimeProvider.System)),
            new(0, () => 1),
            new(model),
            TimeProvider.System
        ).InvestigateAsync(source, new(question, ns), null, SilentSteps.Instance, cancellationToken);
}
