namespace MetaKube.Chat;

/// <summary>A thread as we speak in it; each platform has its own.</summary>
public abstract class ChatThread
{
    public abstract ThreadRef Ref { get; }

    /// <summary>Shows in the thread that work is under way, until it is disposed.</summary>
    /// <param name="work">The work that is done.</param>
    /// <param name="message">The message that it answers.</param>
    /// <param name="user">The person who waits for it, or null.</param>
    public abstract ChatProgress Show(string work, string message, string? user);

    /// <summary>The messages that show an answer, in the order in which they are posted.</summary>
    public abstract IReadOnlyList<OutgoingMessage> Render(AnswerView view);

    /// <summary>A reply of a few words, and under it a text to be shown as it is, a link of ours, or buttons.</summary>
    public abstract OutgoingMessage Render(
        string reply,
        string? verbatim = null,
        Uri? link = null,
        CardButtons? buttons = null
    );

    /// <summary>Posts a message and returns its id.</summary>
    /// <param name="work">The work that it comes of.</param>
    /// <param name="message">The message.</param>
    /// <param name="mayBeThere">It may have been posted before: the thread is looked through first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">The platform cannot be reached, or does not take more
    /// now.</exception>
    /// <exception cref="ChatRefusedException">The platform will not take it.</exception>
    public abstract Task<string> PostAsync(
        string work,
        OutgoingMessage message,
        bool mayBeThere,
        CancellationToken cancellationToken
    );

    /// <summary>Tells one person something that nobody else sees and that need not last.</summary>
    public abstract Task TellAsync(string user, string text, CancellationToken cancellationToken);

    /// <summary>The address of a message, or null.</summary>
    public abstract Uri? Address(string message);

    /// <summary>The text of a file that was attached to a message.</summary>
    /// <exception cref="ChatRefusedException">It cannot be read.</exception>
    public abstract Task<string> ReadAsync(SharedFile file, CancellationToken cancellationToken);
}

/// <summary>The platform cannot be reached or does not take more now: it is tried again later.</summary>
public sealed class ChatUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : RetryLaterException(message, retryAfter, inner);

/// <summary>The platform answered, and trying again will not change what it said.</summary>
public sealed class ChatRefusedException(string error, string message) : Exception(message)
{
    /// <summary>The platform's code for it.</summary>
    public string Error => error;
}

/// <summary>The platform may have carried out what was asked, or not.</summary>
public sealed class ChatDoubtException(string message, Exception? inner = null) : Exception(message, inner);
