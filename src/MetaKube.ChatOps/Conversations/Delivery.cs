using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Posts messages exactly once. The outbox of a work item is stored before its first message is posted, so that a
/// process that takes the work item over posts the same messages, and none twice.
/// </summary>
internal sealed class Delivery(ConversationStore store)
{
    /// <summary>The stored outbox of a work item, or null.</summary>
    public Task<Outbox?> DecidedAsync(string work, CancellationToken cancellationToken) =>
        store.OutboxAsync(work, cancellationToken);

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
