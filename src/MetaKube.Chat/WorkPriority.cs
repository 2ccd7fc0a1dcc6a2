namespace MetaKube.Chat;

/// <summary>
/// Kinds of work, most urgent first. Each kind has its own concurrency limit: none takes the places of another.
/// </summary>
public enum WorkPriority
{
    /// <summary>A person waits for an answer.</summary>
    Question,

    /// <summary>A person judged an answer, or opened the bot's page.</summary>
    Feedback,

    /// <summary>A channel is told of an incident.</summary>
    Update,

    /// <summary>An alert is investigated, or its end is checked.</summary>
    Alert,
}
