using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>A chat platform that is configured.</summary>
public abstract class ChatPlatform
{
    /// <summary>The name in a <see cref="ThreadRef"/>, such as "slack".</summary>
    public abstract string Name { get; }

    /// <summary>Rules about who may ask about which clusters and namespaces.</summary>
    public abstract IReadOnlyList<AccessRule> Rules { get; }

    /// <summary>The meaning of reactions to answers, by the names of the reactions.</summary>
    public abstract IReadOnlyDictionary<string, FeedbackKind> Reactions { get; }

    public abstract ChatThread Open(ThreadRef thread);

    /// <summary>Starts a thread in a channel with a message about an alert.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="work">The id of the work item. A second call with it finds the posted message, where the platform
    /// can search for it.</param>
    /// <param name="alert">The text of the alert.</param>
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

    /// <summary>Changes the message that started a thread; idempotent.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="alert">The new text of the alert.</param>
    /// <param name="isResolved">True when the alert no longer fires.</param>
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
