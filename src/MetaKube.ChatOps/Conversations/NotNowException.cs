namespace MetaKube.ChatOps.Conversations;

/// <summary>Work cannot be done now: it is tried again later.</summary>
internal abstract class NotNowException(string message, TimeSpan? retryAfter, Exception? inner = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>Work waits for something else than a chat.</summary>
internal sealed class PostponedException(string message, TimeSpan retryAfter) : NotNowException(message, retryAfter);
