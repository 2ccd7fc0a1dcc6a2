using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.ChatOps.Remediation;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Runs investigations, stores them in memory, and composes their answers.</summary>
internal sealed partial class Answering(
    MemoryAccess memory,
    ModelAccess model,
    MetaCognitiveController controller,
    ConversationStore store,
    InvestigationStore kept,
    ChangeOffers changes,
    TimeProvider time,
    ILogger<Answering> logger
)
{
    /// <summary>Investigates and remembers.</summary>
    /// <param name="source">Evidence, as far as whoever asks may see it.</param>
    /// <param name="symptom">What is asked.</param>
    /// <param name="chosen">The pathway that is asked for, or null.</param>
    /// <param name="report">Hears the steps.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    /// <exception cref="NotPermittedException">It is about something that may not be asked about.</exception>
    public async Task<Investigation> InvestigateAsync(
        IEvidenceSource source,
        Symptom symptom,
        Pathway? chosen,
        Action<InvestigationStep> report,
        CancellationToken cancellationToken
    )
    {
        Investigation? investigation = null;
        var steps = new List<string>();
        using var trace = Telemetry.Source.StartActivity("investigate");
        await foreach (
            var step in new Investigator(source, memory.OpenAsync, controller, new(model.Model), time).InvestigateAsync(
                symptom,
                chosen,
                cancellationToken
            )
        )
        {
            if (step is InvestigationStep.Concluded concluded)
                investigation = concluded.Investigation;
            else
            {
                report(step);
                if (step.IsNotable)
                    steps.Add(step.Description);
                if (step.IsNotable)
                    trace?.AddEvent(new(step.GetType().Name));
            }
        }
        Telemetry.Count(investigation!, trace);
        LogConcluded(
            investigation!.Id,
            investigation.Diagnosis.Fault,
            investigation.Pathway,
            investigation.Timings.TotalMs
        );
        var episodes = await memory.OpenAsync(cancellationToken);
        await episodes.RememberAsync(investigation.ToAnsweredCase(), cancellationToken);
        await kept.SaveAsync(investigation, steps, cancellationToken);
        await changes.OfferAsync(symptom, investigation, cancellationToken);
        return investigation;
    }

    /// <summary>The outbox of an answer: its messages, and the new record of the thread.</summary>
    public async Task<Outbox> RenderAsync(
        ChatThread chat,
        Symptom symptom,
        Investigation investigation,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var origins = await store.OriginsAsync(
            [.. investigation.Recollection.Episodes.Select(episode => episode.Id)],
            cancellationToken
        );
        var view = AnswerView.Of(
            investigation,
            resource => resource?.Namespace is null || permission.Allows(investigation.Cluster, resource.Namespace),
            origins
        ) with
        {
            OffersChange = changes.Offers(investigation),
        };
        return new(
            chat.Messages(view),
            new(
                symptom.Question,
                symptom.Namespace,
                investigation.Target ?? investigation.Diagnosis.Resource,
                investigation.Id
            ),
            new(
                investigation.Id,
                time.GetUtcNow(),
                investigation.Cluster,
                symptom.Question,
                investigation.Diagnosis.Fault,
                investigation.Diagnosis.Resource ?? investigation.Target,
                investigation.Pathway.ToString().ToLowerInvariant(),
                null
            )
        );
    }

    [LoggerMessage(
        LogLevel.Information,
        "Investigation {Investigation}: {Fault} by the {Pathway} pathway in {Milliseconds} ms"
    )]
    private partial void LogConcluded(string investigation, string fault, Pathway pathway, double milliseconds);
}
