namespace MetaKube.Chat;

/// <summary>Work cannot be done now: it is tried again later.</summary>
public abstract class RetryLaterException(string message, TimeSpan? retryAfter, Exception? inner = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>Work waits for something else than a chat.</summary>
public sealed class PostponedException(string message, TimeSpan retryAfter) : RetryLaterException(message, retryAfter);
