using MetaKube.Chat;
using MetaKube.ChatOps.Posting;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Works on answers that stand in a chat: posts their details, and shows feedback on them to everybody.
/// </summary>
internal sealed partial class AnswerCards(ConversationStore store, Delivery delivery, ILogger<AnswerCards> logger)
{
    private const string Forgotten = "I no longer have the details of that answer; ask me again.";

    /// <summary>Posts the details of an answer in its thread.</summary>
    public async Task PostDetailsAsync(
        WorkItem.DetailsWanted wanted,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (!permission.IsAny)
            await chat.TellAsync(wanted.User, "You may not ask me anything here.", cancellationToken);
        else if (await store.CardAsync(wanted.Investigation, chat.Ref, cancellationToken) is { } card)
            await delivery.ReplyAsync(
                wanted.Id,
                new OutgoingMessage.Answer("details", card.View, AnswerExtent.Details),
                chat,
                cancellationToken
            );
        else
            await chat.TellAsync(wanted.User, Forgotten, cancellationToken);
    }

    /// <summary>Shows a person's feedback on the card of an answer, in place of the person's earlier one.</summary>
    /// <param name="investigation">The investigation of the answer.</param>
    /// <param name="channel">A thread of the channel that shows the answer.</param>
    /// <param name="user">The person.</param>
    /// <param name="opinion">The feedback; null where the person took it back.</param>
    /// <param name="open">Opens the thread of the answer.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async Task ShowOpinionAsync(
        string investigation,
        ThreadRef channel,
        string user,
        Opinion? opinion,
        Func<ThreadRef, ChatThread> open,
        CancellationToken cancellationToken
    )
    {
        if (await store.CardAsync(investigation, channel, cancellationToken) is not { } card)
            return;
        var others = card.View.Opinions.Where(known => known.User != user).ToList();
        if (opinion is null && others.Count == card.View.Opinions.Count)
            return;
        var changed = card with
        {
            View = card.View with { Opinions = opinion is null ? others : [.. others, opinion] },
        };
        await store.NoteCardAsync(changed, cancellationToken);
        try
        {
            await open(card.Thread)
                .ChangeAsync(
                    card.Message,
                    new OutgoingMessage.Answer("answer", changed.View, AnswerExtent.Summary),
                    cancellationToken
                );
        }
        catch (ChatRefusedException e)
        {
            // The message may have been deleted; the feedback is recorded all the same.
            LogNotShown(investigation, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Feedback on {Investigation} is not shown on its answer: {Why}")]
    private partial void LogNotShown(string investigation, string why);
}
