using MetaKube.Chat;

namespace MetaKube.Evaluation.Conversations;

/// <summary>The bot's actions in a turn.</summary>
/// <param name="Before">Its messages before the turn.</param>
/// <param name="New">Its new messages.</param>
/// <param name="Edited">Its messages that changed.</param>
/// <param name="Thread">The thread after the turn, as the bot keeps it.</param>
internal sealed record TurnOutcome(
    IReadOnlyList<SeenMessage> Before,
    IReadOnlyList<SeenMessage> New,
    IReadOnlyList<SeenMessage> Edited,
    ThreadRecord? Thread
);

/// <summary>The judgement of a turn.</summary>
internal sealed record TurnVerdict(TalkScript Script, TalkTurn Turn, string Text, IReadOnlyList<string> Faults)
{
    private const int PhoneWidth = 44;

    /// <summary>The button that only a whole answer has.</summary>
    private const string CardButton = "Details";

    private static readonly string[] AllClears =
    [
        "nothing wrong",
        "🟢",
        "healthy",
        "nothing abnormal",
    ];

    public bool IsRight => Faults.Count == 0;

    /// <summary>A message repeats an earlier one of its thread word for word.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The repeated message is a whole answer.</summary>
    public bool IsRepeatedCard { get; init; }

    /// <summary>People were talking to each other, and the bot spoke.</summary>
    public bool IsIntrusion { get; init; }

    /// <summary>It called healthy what is not.</summary>
    public bool IsFalseAllClear { get; init; }

    /// <summary>The lines of the first new message on a phone; 0 without one.</summary>
    public int Lines { get; init; }

    public int Messages { get; init; }

    public static TurnVerdict Of(TalkScript script, TalkTurn turn, TurnOutcome outcome)
    {
        var text = string.Join('\n', outcome.New.Concat(outcome.Edited).Select(message => message.Text));
        var faults = new List<string>();
        foreach (var any in turn.Contains)
            if (!any.Any(words => Has(text, words)))
                faults.Add($"lacks {string.Join(" | ", any)}");
        var unwanted = turn.Lacks.Where(words => Has(text, words)).ToList();
        faults.AddRange(unwanted.Select(words => $"has {words}"));
        if (turn.Messages is { } wanted && wanted != outcome.New.Count && !IsAnsweredByEdit(turn, outcome))
            faults.Add($"{outcome.New.Count} messages instead of {wanted}");
        if (turn.Subject is { } subject && !IsAbout(outcome.Thread, subject))
            faults.Add($"is about {outcome.Thread?.Subject ?? "nothing"} instead of {subject}");
        var repeated = outcome
            .New.Where(message =>
                outcome.Before.Any(old =>
                    old.Thread == message.Thread && old.Text == message.Text && message.Thread.Length > 0
                )
            )
            .ToList();
        if (repeated.Count > 0)
            faults.Add("repeats a message");
        return new(script, turn, text, faults)
        {
            IsRepeated = repeated.Count > 0,
            IsRepeatedCard = repeated.Any(message => message.Text.Split('\n').Contains(CardButton)),
            IsIntrusion = turn is { Intent: "none", Deletes: null } && outcome.New.Count > 0,
            IsFalseAllClear = unwanted.Any(words => AllClears.Any(clear => Has(words, clear))),
            Lines = outcome.New.Count == 0 ? 0 : LinesOf(outcome.New[0].Text),
            Messages = outcome.New.Count,
        };
    }

    /// <summary>An edited question may be answered by a new message, or in the old answer.</summary>
    private static bool IsAnsweredByEdit(TalkTurn turn, TurnOutcome outcome) =>
        turn is { Edits: not null, Messages: 1 } && outcome is { New.Count: 0, Edited.Count: > 0 };

    private static bool Has(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static bool IsAbout(ThreadRecord? thread, string subject)
    {
        if (thread is null)
            return false;
        if (thread.IsBroad && (thread.Scope ?? "cluster") == subject)
            return true;
        if (thread.Target is not { } target)
            return (thread.Scope ?? "cluster") == subject;
        var name = ThreadRecord.NameOf(target);
        // A Job and its pods belong to the object that made them.
        return name == subject
            || subject.StartsWith($"{name}-", StringComparison.Ordinal)
            || name.StartsWith($"{subject}-", StringComparison.Ordinal);
    }

    private static int LinesOf(string text) =>
        text.Split('\n').Where(line => line.Trim().Length > 0).Sum(line => (line.Length + PhoneWidth - 1) / PhoneWidth);
}
