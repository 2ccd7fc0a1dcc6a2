namespace MetaKube.Chat;

/// <summary>A thread of a chat platform in which the bot posts.</summary>
public abstract class ChatThread
{
    public abstract ThreadRef Ref { get; }

    /// <summary>True if only one person sees it: no other thread and no page of others tells of its answers.</summary>
    public abstract bool IsPrivate { get; }

    /// <summary>Shows in the thread that a work item is in progress, until the result is disposed.</summary>
    /// <param name="work">The id of the work item.</param>
    /// <param name="message">The id of the message that the work item answers.</param>
    /// <param name="user">The person who waits for the answer, or null.</param>
    public abstract ChatProgress Show(string work, string message, string? user);

    /// <summary>The messages in which the platform shows an answer, in the order in which they are posted.</summary>
    public abstract IReadOnlyList<OutgoingMessage> Messages(AnswerView view);

    /// <summary>Renders and posts a message.</summary>
    /// <param name="work">The id of the work item that posts it.</param>
    /// <param name="message">The message.</param>
    /// <param name="mayBeThere">True if the message may have been posted before: then the thread is searched for it
    /// first.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The platform's id of the message.</returns>
    /// <exception cref="ChatUnavailableException">The platform cannot be reached or limits the rate.</exception>
    /// <exception cref="ChatRefusedException">The platform refuses the message.</exception>
    public abstract Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    );

    /// <summary>Replaces a message of the bot; idempotent, and notifies nobody.</summary>
    /// <param name="message">The platform's id of the message.</param>
    /// <param name="content">The new message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ChatUnavailableException">The platform cannot be reached or limits the rate.</exception>
    /// <exception cref="ChatRefusedException">The platform refuses the change.</exception>
    public abstract Task ChangeAsync(string message, OutgoingMessage content, CancellationToken cancellationToken);

    /// <summary>Shows a text to one person, if the platform can do so; a failure is logged and ignored.</summary>
    public abstract Task TellAsync(string user, string text, CancellationToken cancellationToken);

    /// <summary>The web address of a message, or null if it is unknown.</summary>
    public abstract Uri? Address(string message);

    /// <summary>The bytes of a file that was attached to a message, as far as they are read.</summary>
    /// <exception cref="ChatRefusedException">It cannot be read.</exception>
    public abstract Task<byte[]> ReadAsync(SharedFile file, CancellationToken cancellationToken);
}

/// <summary>The platform cannot be reached or limits the rate; the call is retried later.</summary>
public sealed class ChatUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : RetryLaterException(message, retryAfter, inner);

/// <summary>The platform refuses a call, and would refuse a retry.</summary>
public sealed class ChatRefusedException(string error, string message) : Exception(message)
{
    /// <summary>The platform's error code.</summary>
    public string Error => error;
}

/// <summary>It is unknown if the platform executed a call.</summary>
public sealed class ChatDoubtException(string message, Exception? inner = null) : Exception(message, inner);
