using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Posting;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Handles a mention: investigates the question and posts the answer in the thread, or does what else the message asks
/// for. Alerts and the console investigate by it as well, so that every investigation is kept in the same way.
/// </summary>
internal sealed class InvestigateMention(
    MentionEvidence sources,
    Investigator investigator,
    AnswerPosting answering,
    Delivery delivery,
    ShowEvidence showEvidence,
    FeedbackIntake feedback
)
{
    public async Task HandleAsync(
        WorkItem.Mention mention,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (await delivery.ResumeAsync(mention, chat, cancellationToken))
            return;
        var thread = await delivery.ThreadAsync(chat.Ref, cancellationToken);
        switch (Intent.Read(mention.Text, mention.IsAddressed, thread))
        {
            case Intent.None:
                break;
            case not null when !permission.IsAny:
                await chat.TellAsync(mention.User, "You may not ask me anything here.", cancellationToken);
                break;
            case Intent.Help:
                await delivery.ReplyAsync(mention.Id, new OutgoingMessage.Reply(Help), chat, cancellationToken);
                break;
            case Intent.GiveFeedback given:
                await feedback.LearnAsync(given, thread!.Investigation, mention, chat, cancellationToken);
                break;
            case { } intent:
                await AnswerAsync(mention, intent, thread, chat, permission, cancellationToken);
                break;
        }
    }

    /// <summary>Investigates a symptom and keeps the investigation in memory and for the console.</summary>
    /// <param name="source">The facts that the asker may see.</param>
    /// <param name="symptom">The question.</param>
    /// <param name="chosen">The pathway that the asker wants, or null.</param>
    /// <param name="report">Receives the steps as they are taken.</param>
    /// <param name="cancellationToken">Cancels the investigation.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    /// <exception cref="NotPermittedException">The symptom is about something that may not be asked about.</exception>
    public async Task<Investigation> InvestigateAsync(
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

    private async Task AnswerAsync(
        WorkItem.Mention mention,
        Intent intent,
        ThreadRecord? thread,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        await using var progress = chat.Show(mention.Id, mention.Message, mention.User);
        try
        {
            if (intent is Intent.Show show)
                await showEvidence.ReplyAsync(mention.Id, show, thread!, chat, permission, cancellationToken);
            else
                await InvestigateAsync(mention, intent, thread, chat, permission, progress, cancellationToken);
        }
        catch (NotPermittedException e)
        {
            await chat.TellAsync(mention.User, e.Message, cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            var reply = new OutgoingMessage.Reply($"I cannot answer: {new Redactor().Sentence(e.Message)}");
            await delivery.ReplyAsync(mention.Id, reply, chat, cancellationToken);
        }
    }

    private async Task InvestigateAsync(
        WorkItem.Mention mention,
        Intent intent,
        ThreadRecord? thread,
        ChatThread chat,
        Permission permission,
        ChatProgress progress,
        CancellationToken cancellationToken
    )
    {
        var pastes = intent is Intent.Ask ? await MentionEvidence.PastesAsync(mention, chat, cancellationToken) : [];
        var investigation = await InvestigateAsync(
            sources.Of(pastes, permission),
            pastes.Count > 0
                ? MentionSymptom.AboutPastes(mention.Text)
                : MentionSymptom.Of(intent, mention.Text, thread, isInThread: !chat.Ref.IsWholeChat),
            intent is Intent.Deeper ? Pathway.Analytical : null,
            progress.Report,
            cancellationToken
        );
        var outbox = await answering.RenderAsync(chat, investigation, permission, cancellationToken);
        await delivery.DecideAndPostAsync(mention.Id, outbox, chat, cancellationToken);
    }

    private static string Help =>
        string.Join(
            '\n',
            "Ask me what is wrong, in plain words: \"why is checkout crashing\", \"pod shop/web-7d9 pending\", "
                + "\"what is wrong in namespace shop\".",
            "I read the cluster and never change it on my own. I answer here with the cause, the evidence and the fix. "
                + "If you paste kubectl output, or attach it as a text file, I read that instead.",
            "In a thread of mine: \"dig deeper\", \"show the logs\", \"show the events of pod shop/web-7d9\", "
                + "\"and what about staging?\", \"this fixed it: raised the limit\".",
            "Tell me by a button or a reaction how it ended, and I recognise it the next time. "
                + $"I know {FaultCatalogue.All.Count} causes."
        );
}
