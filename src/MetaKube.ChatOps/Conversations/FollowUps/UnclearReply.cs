using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>One line for words that ask for nothing that can be answered.</summary>
internal static class UnclearReply
{
    private const string Examples =
        "why, since when, what changed, how do I fix it, is it fixed, who is affected, show the logs, or another one";

    public static TurnReply Of(ThreadRecord? thread) =>
        thread is null
            ? TurnReply.Of("I do not know which object you mean: name it, as in \"why is shop/checkout crashing?\".")
            : TurnReply.Of($"I cannot answer that. This thread is about {thread.Subject}; you can ask: {Examples}.");
}
