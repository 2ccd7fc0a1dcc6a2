using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Investigates a symptom and keeps the investigation in memory and for the console: the same for mentions, alerts and
/// the console.
/// </summary>
internal sealed class InvestigateSymptom(Investigator investigator, AnswerPosting answering)
{
    /// <param name="source">The facts that the asker may see.</param>
    /// <param name="symptom">The question.</param>
    /// <param name="chosen">The pathway that the asker wants, or null.</param>
    /// <param name="report">Receives the steps as they are taken.</param>
    /// <param name="cancellationToken">Cancels the investigation.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    /// <exception cref="NotPermittedException">The symptom is about something that may not be asked about.</exception>
    public async Task<Investigation> RunAsync(
        IEvidenceSource source,
        Symptom symptom,
        Pathway? chosen,
        Action<InvestigationStep> report,
        CancellationToken cancellationToken
    )
    {
        using var trace = new InvestigationTrace(report);
        var investigation = await investigator.InvestigateAsync(source, symptom, chosen, trace, cancellationToken);
        trace.Conclude(investigation);
        await answering.KeepAsync(investigation, trace.Steps, cancellationToken);
        return investigation;
    }
}
