using MetaKube.Faults;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>The help text, and short replies that need no case.</summary>
internal static class HelpReply
{
    public static TurnReply Of() =>
        TurnReply.Of(
            "Ask me what is wrong, in plain words: \"why is checkout crashing\", \"pod shop/web-7d9 pending\", "
                + "\"what is wrong in namespace shop\".",
            "I read the cluster and never change it on my own. I answer here with the cause, the evidence and the fix. "
                + "If you paste kubectl output, or attach it as a text file, I read that instead.",
            "In a thread of mine: \"why\", \"since when\", \"what changed\", \"is it fixed\", \"who is affected\", "
                + "\"show the logs\", \"dig deeper\", \"summarise\", \"and what about staging?\", "
                + "\"this fixed it: raised the limit\", \"note: it moves on Friday\".",
            "Tell me by a button or a reaction how it ended, and I recognise it the next time. "
                + $"I know {FaultCatalogue.All.Count} causes."
        );

    public static TurnReply OfLanguage(string language) =>
        language == "English"
            ? TurnReply.Of("I answer in English already.")
            : TurnReply.Of(
                $"I cannot answer in {language}: no language model is configured, so I write English only. "
                    + "You can ask me in your language."
            );

    public static TurnReply OfPrivacy() =>
        TurnReply.Of(
            "No: what you ask me in a direct message is between you and me. I do not tell what others ask me there, "
                + "and I cannot show it to you. In a channel everybody in it reads along."
        );

    public static TurnReply OfStop(Chat.ThreadRecord? thread) =>
        TurnReply.Of("All right, I stop: I stay quiet in this thread until you mention me again.") with
        {
            Thread = thread is null ? null : thread with { IsMuted = true },
        };
}
