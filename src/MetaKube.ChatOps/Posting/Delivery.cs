using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Posting;

/// <summary>
/// Posts messages exactly once. The outbox of a work item is stored before its first message is posted, so that a
/// process that takes the work item over posts the same messages, and none twice.
/// </summary>
internal sealed class Delivery(ConversationStore store)
{
    /// <summary>The last investigation of a thread, or null.</summary>
    public Task<ThreadRecord?> ThreadAsync(ThreadRef thread, CancellationToken cancellationToken) =>
        store.ThreadAsync(thread, cancellationToken);

    /// <summary>The answer that was stored for a work item, or null.</summary>
    public Task<Outbox?> DecidedAsync(string work, CancellationToken cancellationToken) =>
        store.OutboxAsync(work, cancellationToken);

    /// <summary>Posts the rest of an answer that was stored before a crash.</summary>
    /// <returns>False where no answer was decided yet.</returns>
    public async Task<bool> ResumeAsync(WorkItem.Mention mention, ChatThread chat, CancellationToken cancellationToken)
    {
        if (await store.OutboxAsync(mention.Id, cancellationToken) is not { } decided)
            return false;
        // Disposing it removes the progress that the crashed process showed.
        await using var progress = chat.Show(mention.Id, mention.Message, mention.User);
        await PostAsync(mention.Id, decided, chat, mayBeThere: true, cancellationToken);
        return true;
    }

    /// <summary>Stores an answer and posts it; an answer that was stored before is posted instead.</summary>
    public async Task DecideAndPostAsync(
        string work,
        Outbox outbox,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        var decided = await store.DecideAsync(work, outbox, cancellationToken);
        await PostAsync(work, decided, chat, mayBeThere: false, cancellationToken);
    }

    /// <summary>Stores and posts one message; if the work item has an outbox already, that is posted instead.</summary>
    public async Task ReplyAsync(
        string work,
        OutgoingMessage reply,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        var decided = await store.OutboxAsync(work, cancellationToken);
        await PostAsync(
            work,
            decided ?? await store.DecideAsync(work, Outbox.Of(reply), cancellationToken),
            chat,
            mayBeThere: decided is not null,
            cancellationToken
        );
    }

    /// <summary>Posts the messages of a stored outbox that are not posted yet.</summary>
    public async Task PostAsync(
        string work,
        Outbox outbox,
        ChatThread chat,
        bool mayBeThere,
        CancellationToken cancellationToken
    )
    {
        var posted = new Dictionary<string, string>(await store.PostedAsync(work, cancellationToken));
        foreach (var message in outbox.Messages.Where(message => !posted.ContainsKey(message.Part)))
        {
            var id = posted[message.Part] = await chat.PostAsync(work, message, mayBeThere, cancellationToken);
            if (message is OutgoingMessage.Answer { Extent: not AnswerExtent.Details } card)
                await store.NoteCardAsync(new(chat.Ref, id, card.View), cancellationToken);
            await store.NotePostedAsync(
                work,
                message.Part,
                chat.Ref,
                id,
                outbox.Recent?.Investigation ?? (message as OutgoingMessage.Answer)?.View.Investigation,
                cancellationToken
            );
        }
        if (outbox.Answer is not { } record)
            return;
        var recent =
            outbox.Recent is { } answered && !chat.IsPrivate
                ? answered with
                {
                    Address = chat.Address(posted[outbox.Messages[0].Part]),
                }
                : null;
        await store.NoteAnsweredAsync(chat.Ref, record, recent, cancellationToken);
    }
}
