using MetaKube.Chat;
using MetaKube.Investigations;

namespace MetaKube.ChatOps.Conversations;

/// <summary>One message to the bot while it is answered.</summary>
/// <param name="Mention">The message.</param>
/// <param name="Chat">Its thread.</param>
/// <param name="Permission">The sender's permission.</param>
/// <param name="Report">Receives the steps of investigations.</param>
internal sealed record MentionTurn(
    WorkItem.Mention Mention,
    ChatThread Chat,
    Permission Permission,
    Action<InvestigationStep> Report
);
