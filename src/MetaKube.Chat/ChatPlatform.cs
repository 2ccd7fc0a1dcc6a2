using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>A chat platform that is configured.</summary>
public abstract class ChatPlatform
{
    /// <summary>As it stands in a <see cref="ThreadRef"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Who may ask about what.</summary>
    public abstract IReadOnlyList<AccessRule> Rules { get; }

    /// <summary>What reactions to our answers mean, by their names.</summary>
    public abstract IReadOnlyDictionary<string, FeedbackKind> Reactions { get; }

    public abstract ChatThread Open(ThreadRef thread);

    /// <summary>Starts a thread in a channel with a message that tells of an alert.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="work">The work that it comes of; done once more, it finds what it posted where the platform lets it
    /// look.</param>
    /// <param name="alert">What the alert says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">The platform cannot be reached, or does not take more
    /// now.</exception>
    /// <exception cref="ChatRefusedException">The platform will not take it.</exception>
    public abstract Task<ThreadRef> StartAsync(
        ThreadRef channel,
        string work,
        string alert,
        CancellationToken cancellationToken
    );

    /// <summary>Changes the message that started a thread; doing so twice changes nothing.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="alert">What the alert says now.</param>
    /// <param name="isResolved">It no longer fires.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">The platform cannot be reached, or does not take more
    /// now.</exception>
    /// <exception cref="ChatRefusedException">The platform will not take it.</exception>
    public abstract Task ChangeAsync(
        ThreadRef thread,
        string alert,
        bool isResolved,
        CancellationToken cancellationToken
    );

    /// <summary>Shows a person the bot's page, where the platform has one.</summary>
    public virtual Task ShowHomeAsync(string user, CancellationToken cancellationToken) => Task.CompletedTask;
}
