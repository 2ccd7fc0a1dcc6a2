using MetaKube.Memory;

namespace MetaKube.ChatOps.Conversations;

/// <summary>A chat platform that is configured.</summary>
internal abstract class ChatPlatform
{
    /// <summary>As it stands in a <see cref="ThreadRef"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Who may ask about what.</summary>
    public abstract IReadOnlyList<AccessRule> Rules { get; }

    /// <summary>What reactions to our answers mean, by their names.</summary>
    public abstract IReadOnlyDictionary<string, Verdict> Reactions { get; }

    public abstract ChatThread Open(ThreadRef thread);

    /// <summary>Shows a person the bot's page.</summary>
    public abstract Task ShowHomeAsync(string user, CancellationToken cancellationToken);
}
