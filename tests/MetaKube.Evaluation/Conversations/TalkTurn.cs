namespace MetaKube.Evaluation.Conversations;

/// <summary>One message of a script, and what is expected of the bot.</summary>
/// <param name="Number">Its place in the script, from 1.</param>
/// <param name="Who">The person, or the name of the alerting app.</param>
/// <param name="Says">The text.</param>
internal sealed record TalkTurn(int Number, string Who, string Says)
{
    /// <summary>It starts another thread in the same place.</summary>
    public bool IsNew { get; init; }

    /// <summary>The turn whose message it replaces, or null.</summary>
    public int? Edits { get; init; }

    /// <summary>The turn whose message it deletes, or null.</summary>
    public int? Deletes { get; init; }

    public TalkFile? File { get; init; }

    public required string Intent { get; init; }

    /// <summary>The expected subject of the thread after it; null: any.</summary>
    public string? Subject { get; init; }

    /// <summary>Of each list one text has to occur.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Contains { get; init; } = [];

    public IReadOnlyList<string> Lacks { get; init; } = [];

    /// <summary>The number of new messages of the bot; null: any.</summary>
    public int? Messages { get; init; }
}

/// <summary>An attached file.</summary>
internal sealed record TalkFile(string Name, byte[] Content);
