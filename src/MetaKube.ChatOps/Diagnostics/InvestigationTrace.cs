using System.Diagnostics;
using MetaKube.Investigations;

namespace MetaKube.ChatOps.Diagnostics;

/// <summary>Traces one investigation: its span, and the notable steps in order.</summary>
/// <param name="report">Receives the steps as well.</param>
internal sealed class InvestigationTrace(Action<InvestigationStep> report) : IProgress<InvestigationStep>, IDisposable
{
    private readonly Activity? span = Telemetry.Source.StartActivity("investigate");
    private readonly List<string> steps = [];

    /// <summary>The descriptions of the notable steps so far.</summary>
    public IReadOnlyList<string> Steps => steps;

    public void Report(InvestigationStep value)
    {
        report(value);
        if (!value.IsNotable)
            return;
        steps.Add(value.Description);
        span?.AddEvent(new(value.GetType().Name));
    }

    /// <summary>Counts the finished investigation and describes it in the span.</summary>
    public void Conclude(Investigation investigation) => Telemetry.Count(investigation, span);

    public void Dispose() => span?.Dispose();
}
