using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Decides the answer that each channel of an incident gets: one investigation for all channels that may see
/// everything, and one of its own for each channel that may not.
/// </summary>
internal sealed class IncidentAnswers(
    InvestigateSymptom investigations,
    AnswerPosting answering,
    ConversationStore conversations,
    IncidentNotes notes,
    IEnumerable<ChatPlatform> platforms
)
{
    /// <returns>The investigation to keep with the incident; null where no channel may ask about it.</returns>
    public async Task<Investigation?> DecideAsync(
        WorkItem.Alert alert,
        Incident incident,
        IReadOnlyList<ThreadRef> channels,
        IEvidenceCase opened,
        Evidence evidence,
        CancellationToken cancellationToken
    )
    {
        var run = new Run(alert, incident, opened.Symptom, new OpenedCase(opened, evidence.Cluster));
        foreach (var channel in channels)
        {
            var platform = PlatformOf(channel);
            var chat = platform.Open(channel);
            var permission = Permission.Of(platform.Rules, channel.Channel, null);
            Outbox outbox;
            try
            {
                outbox = await OutboxAsync(run, chat, permission, cancellationToken);
            }
            catch (NotPermittedException e)
            {
                outbox = Outbox.Of(new OutgoingMessage.Reply($"I cannot investigate this: {e.Message}"));
            }
            var work = IncidentNotifier.AnswerOf(incident.Id, channel);
            await conversations.DecideAsync(work, outbox, cancellationToken);
        }
        return run.Kept;
    }

    private async Task<Outbox> OutboxAsync(
        Run run,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var isWhole = permission == Permission.Everything;
        var investigation =
            (isWhole ? run.Whole : null)
            ?? await investigations.RunAsync(
                new PermittedEvidence(run.Source, permission),
                run.Symptom,
                null,
                static _ => { },
                cancellationToken
            );
        run.Whole = isWhole ? investigation : run.Whole;
        run.Kept ??= investigation;
        run.Notes ??= await notes.OfAsync(run.Alert, run.Incident, investigation, cancellationToken);
        var outbox = await answering.RenderAsync(chat, investigation, permission, cancellationToken);
        outbox = outbox with { Messages = [.. outbox.Messages.Select(message => Unconfirmed(message, run.Alert))] };
        // The notes may be about namespaces that not every channel may see.
        return isWhole ? outbox with { Messages = [.. outbox.Messages, .. NotesOf(run)] } : outbox;
    }

    /// <summary>An alert is no false alarm because its object looks healthy: the answer says what it cannot
    /// confirm.</summary>
    private static OutgoingMessage Unconfirmed(OutgoingMessage message, WorkItem.Alert alert)
    {
        if (message is not OutgoingMessage.Answer { View: { Kind: AnswerKind.Healthy } view } answer)
            return message;
        var says = alert.Statement.Length > 0 ? $"The alert says: {alert.Statement} " : "";
        return answer with
        {
            View = view with
            {
                Kind = AnswerKind.Undetermined,
                Verdict = $"I cannot confirm {alert.Text}: {view.Verdict} now",
                Cause = $"{says}{view.Cause}".Trim(),
            },
        };
    }

    /// <summary>Decides that each channel gets an apology for an error of the bot.</summary>
    public async Task DecideApologyAsync(Incident incident, Exception error, CancellationToken cancellationToken)
    {
        foreach (var channel in incident.Threads)
        {
            var apology = new OutgoingMessage.Reply(Apology(error));
            await conversations.DecideAsync(
                IncidentNotifier.AnswerOf(incident.Id, channel),
                Outbox.Of(apology),
                cancellationToken
            );
        }
    }

    private static string Apology(Exception error) =>
        error is MissingNamespaceException
            ? $"I cannot investigate this alert: {new Redactor().Sentence(error.Message)}"
            : $"The investigation failed with an internal error ({error.GetType().Name}); the bot's log has the "
                + "details. Nothing in the cluster was changed.";

    private ChatPlatform PlatformOf(ThreadRef channel) => platforms.First(one => one.Name == channel.Platform);

    private static IEnumerable<OutgoingMessage> NotesOf(Run run) =>
        run.Notes!.Select((line, n) => new OutgoingMessage.Reply(line) with { Part = $"more-{n}" });

    /// <summary>The investigations of one incident, shared by its channels.</summary>
    private sealed class Run(WorkItem.Alert alert, Incident incident, Symptom symptom, IEvidenceSource source)
    {
        public WorkItem.Alert Alert => alert;

        public Incident Incident => incident;

        public Symptom Symptom => symptom;

        public IEvidenceSource Source => source;

        /// <summary>The investigation for channels that may see everything.</summary>
        public Investigation? Whole { get; set; }

        /// <summary>The first investigation, which is kept with the incident.</summary>
        public Investigation? Kept { get; set; }

        public IReadOnlyList<string>? Notes { get; set; }
    }
}
