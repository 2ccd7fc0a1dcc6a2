using MetaKube.Chat;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>The reply to one request of a message: an answer with a card, or a few lines.</summary>
/// <param name="Text">The lines; of an answer with a card, its short form.</param>
internal sealed record TurnReply(string Text)
{
    /// <summary>Commands, logs and the like, which stand below the lines unchanged.</summary>
    public string? Verbatim { get; init; }

    public CardButtons? Buttons { get; init; }

    /// <summary>The whole answer, where the reply is one.</summary>
    public AnswerView? Card { get; init; }

    /// <summary>The thread after the reply; null where it stays as it is.</summary>
    public ThreadRecord? Thread { get; init; }

    public RecentAnswer? Recent { get; init; }

    /// <summary>Lines without the empty ones.</summary>
    public static TurnReply Of(params IEnumerable<string?> lines) =>
        new(string.Join('\n', lines.Where(line => !string.IsNullOrWhiteSpace(line))));
}
