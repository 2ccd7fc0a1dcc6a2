using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Posts what was decided, once: what is to be posted is kept before the first message goes out, so that a process that
/// takes over posts the same and nothing twice.
/// </summary>
internal sealed class Delivery(ConversationStore store)
{
    /// <summary>What a piece of work is to post, if that was decided before.</summary>
    public Task<Outbox?> DecidedAsync(string work, CancellationToken cancellationToken) =>
        store.OutboxAsync(work, cancellationToken);

    /// <summary>Posts one message.</summary>
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
            decided ?? await store.DecideAsync(work, new([reply], null, null), cancellationToken),
            chat,
            mayBeThere: decided is not null,
            cancellationToken
        );
    }

    /// <summary>Posts what of a decision is not posted yet.</summary>
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
            await store.NotePostedAsync(
                work,
                message.Part,
                chat.Ref,
                id,
                outbox.Answer?.Investigation,
                cancellationToken
            );
        }
        if (outbox is not { Answer: { } answer, Recent: { } recent })
            return;
        var address = chat.Address(posted[outbox.Messages[0].Part]);
        await store.NoteAnsweredAsync(chat.Ref, answer, recent with { Address = address }, cancellationToken);
    }
}
