using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.ChatOps.Remediation;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Conversations;

/// <summary>Stores investigations in memory, and composes their answers.</summary>
internal sealed partial class AnswerPosting(
    MemoryAccess memory,
    AnswerContext context,
    InvestigationStore kept,
    ChangeOffers changes,
    TimeProvider time,
    ILogger<AnswerPosting> logger
)
{
    /// <summary>Remembers an investigation, keeps its page, and keeps the change that it offers.</summary>
    /// <param name="investigation">The finished investigation.</param>
    /// <param name="steps">Its notable steps, in words.</param>
    /// <param name="cancellationToken">Cancels the calls of the store.</param>
    public async Task KeepAsync(
        Investigation investigation,
        IReadOnlyList<string> steps,
        CancellationToken cancellationToken
    )
    {
        LogConcluded(
            investigation.Id,
            OpenCause.Reported(investigation.Diagnosis.Fault),
            investigation.Pathway,
            investigation.Timings.TotalMs
        );
        if (investigation.IsKept)
        {
            var episodes = await memory.OpenAsync(cancellationToken);
            await episodes.RememberAsync(investigation.ToAnsweredCase(), cancellationToken);
        }
        await kept.SaveAsync(investigation, steps, cancellationToken);
        await changes.OfferAsync(investigation.Symptom, investigation, cancellationToken);
    }

    /// <summary>The outbox of an answer: its messages, and the new record of the thread.</summary>
    public async Task<Outbox> RenderAsync(
        ChatThread chat,
        Investigation investigation,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var (view, thread, recent) = await ComposeAsync(chat, investigation, permission, cancellationToken);
        return new(chat.Messages(view), thread, recent);
    }

    /// <summary>The view of an answer, the record of a thread that it is given in, and the entry in the list of
    /// answers.</summary>
    public async Task<(AnswerView View, ThreadRecord Thread, RecentAnswer Recent)> ComposeAsync(
        ChatThread chat,
        Investigation investigation,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var (origins, own, notes) = await context.OfAsync(investigation, chat.Ref, cancellationToken);
        var view = AnswerView.Of(
            investigation,
            resource => resource?.Namespace is null || permission.Allows(investigation.Cluster, resource.Namespace),
            origins,
            own
        ) with
        {
            OffersChange = changes.Offers(investigation),
        };
        view = view.WithNotes(notes);
        return (view, RecordOf(investigation), RecentOf(investigation));
    }

    private static ThreadRecord RecordOf(Investigation investigation)
    {
        var blamed = investigation.Diagnosis.Resource?.Object;
        return new(investigation.Question, investigation.Namespace, investigation.Target ?? blamed, investigation.Id)
        {
            Scope = investigation.Scope,
            IsBroad = investigation.Target is null,
            Listed =
                investigation.Candidates.Count > 1
                    ? investigation.Candidates
                    :
                    [
                        .. new[] { investigation.Target ?? blamed }
                            .OfType<ResourceRef>()
                            .Concat(investigation.Others.Select(other => other.Resource.Object)),
                    ],
        };
    }

    private RecentAnswer RecentOf(Investigation investigation) =>
        new(
            investigation.Id,
            time.GetUtcNow(),
            investigation.Cluster,
            investigation.Question,
            OpenCause.Reported(investigation.Diagnosis.Fault),
            investigation.Diagnosis.Resource ?? investigation.Target,
            investigation.Pathway.ToString().ToLowerInvariant(),
            null
        );

    [LoggerMessage(
        LogLevel.Information,
        "Investigation {Investigation}: {Fault} by the {Pathway} pathway in {Milliseconds} ms"
    )]
    private partial void LogConcluded(string investigation, string fault, Pathway pathway, double milliseconds);
}
