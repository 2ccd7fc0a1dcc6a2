using MetaKube.Investigations;

namespace MetaKube.Fakes;

/// <summary>Records the steps of an investigation.</summary>
internal sealed class RecordedSteps : IProgress<InvestigationStep>
{
    private readonly List<InvestigationStep> all = [];

    public IReadOnlyList<InvestigationStep> All => all;

    public void Report(InvestigationStep value) => all.Add(value);
}
