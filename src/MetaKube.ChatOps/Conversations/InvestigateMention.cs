using MetaKube.Chat;
using MetaKube.ChatOps.Conversations.FollowUps;
using MetaKube.ChatOps.Posting;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Handles a message to the bot: reads its requests, has each replied to, and posts the replies as one message in the
/// thread.
/// </summary>
internal sealed class InvestigateMention(
    MentionEvidence sources,
    InvestigateSymptom investigate,
    Conversation conversation,
    Delivery delivery
)
{
    private const int LongestTurn = 200;

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
        var readings = Readings(mention, thread);
        if (readings.Count == 0)
            return;
        if (!permission.IsAny)
        {
            await chat.TellAsync(mention.User, "You may not ask me anything here.", cancellationToken);
            return;
        }
        await using var progress = chat.Show(mention.Id, mention.Message, mention.User);
        var turn = new MentionTurn(mention, chat, permission, progress.Report);
        try
        {
            var replies = await RepliesAsync(readings, thread, turn, cancellationToken);
            if (replies.Count > 0)
                await PostAsync(replies, thread, turn, cancellationToken);
        }
        catch (NotPermittedException e)
        {
            await chat.TellAsync(mention.User, e.Message, cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            var reply = new TurnReply($"I cannot answer: {new Redactor().Sentence(e.Message)}");
            await PostAsync([reply], thread, turn, cancellationToken);
        }
    }

    /// <summary>The requests of a message; none where it is not for the bot.</summary>
    private static IReadOnlyList<IntentReading> Readings(WorkItem.Mention mention, ThreadRecord? thread)
    {
        var words = MentionEvidence.WithoutPastes(mention.Text);
        if (words.Length == 0 && mention.Files.Count == 0 && mention.Text.Trim().Length == 0)
            return mention.IsAddressed && thread is null ? [new(new Intent.Help(), "", "")] : [];
        var readings = IntentReader.Read(words);
        if (mention.Files.Count > 0 || words.Length < mention.Text.Trim().Length)
            return mention.IsAddressed || thread is not null ? readings : [];
        if (readings.All(reading => reading.Intent is Intent.None or Intent.Thanks))
            return [];
        var isForUs =
            mention.IsAddressed
            || thread is { IsMuted: false } && IntentReader.MayBeForUs(words)
            || thread is not null && IntentReader.CallsUs(words);
        return isForUs ? readings : [];
    }

    private async Task<IReadOnlyList<TurnReply>> RepliesAsync(
        IReadOnlyList<IntentReading> readings,
        ThreadRecord? thread,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var (pastes, unread) = await MentionEvidence.ReadAsync(turn.Mention, turn.Chat, cancellationToken);
        if (pastes.Count > 0)
        {
            var investigation = await investigate.RunAsync(
                sources.Of(pastes, turn.Permission),
                MentionSymptom.AboutPastes(turn.Mention.Text),
                null,
                turn.Report,
                cancellationToken
            );
            // The answer names unread files first.
            if (unread.Count > 0)
                investigation = investigation with
                {
                    TargetRemark = string.Join(' ', unread.Append(investigation.TargetRemark)).Trim(),
                };
            var answer = await conversation.InvestigateAsync(investigation, thread, turn, cancellationToken);
            return [answer with { Thread = answer.Thread! with { IsPasted = true } }];
        }
        var replies = new List<TurnReply>();
        foreach (var reading in readings)
            if (await conversation.ReplyAsync(reading, thread, turn, cancellationToken) is { } reply)
            {
                thread = reply.Thread ?? thread;
                replies.Add(reply);
            }
        return replies;
    }

    /// <summary>The thread after the replies: a mention ends the silence that a person asked for.</summary>
    private static ThreadRecord? Heard(ThreadRecord? thread, IReadOnlyList<TurnReply> replies, MentionTurn turn)
    {
        var isMutedNow = replies.Any(reply => reply.Thread is { IsMuted: true });
        return thread is { IsMuted: true } && turn.Mention.IsAddressed && !isMutedNow
            ? thread with
            {
                IsMuted = false,
            }
            : thread;
    }

    /// <summary>Posts the replies to one message: a card of its own, or all of them in words.</summary>
    private async Task PostAsync(
        IReadOnlyList<TurnReply> replies,
        ThreadRecord? before,
        MentionTurn turn,
        CancellationToken cancellationToken
    )
    {
        var thread = replies.Select(reply => reply.Thread).LastOrDefault(one => one is not null) ?? before;
        var text = string.Join("\n", replies.Select(reply => reply.Text));
        var verbatim = string.Join("\n\n", replies.Select(reply => reply.Verbatim).OfType<string>());
        IReadOnlyList<OutgoingMessage> messages = replies is [{ Card: { } card }]
            ? turn.Chat.Messages(card)
            :
            [
                new OutgoingMessage.Reply(
                    text,
                    verbatim.Length == 0 ? null : verbatim,
                    Buttons: replies.Select(reply => reply.Buttons).FirstOrDefault(one => one is not null)
                ),
            ];
        var said = new ThreadTurn(
            turn.Mention.At,
            turn.Mention.User,
            ChatText.Cut(MentionSymptom.Clean(turn.Mention.Text).ReplaceLineEndings(" "), LongestTurn),
            ChatText.Cut(text.Split('\n')[0], LongestTurn)
        );
        var outbox = new Outbox(
            messages,
            Heard(thread, replies, turn)?.After(said),
            replies.Select(reply => reply.Recent).LastOrDefault(one => one is not null)
        );
        await delivery.DecideAndPostAsync(turn.Mention.Id, outbox, turn.Chat, cancellationToken);
    }
}
