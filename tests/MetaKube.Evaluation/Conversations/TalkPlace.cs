using MetaKube.Chat;

namespace MetaKube.Evaluation.Conversations;

/// <summary>A message of the bot as people see it.</summary>
/// <param name="Id">The platform's id.</param>
/// <param name="Thread">The thread that holds it.</param>
/// <param name="Text">All its text.</param>
internal sealed record SeenMessage(string Id, string Thread, string Text);

/// <summary>The chat in which a script is played.</summary>
internal abstract class TalkPlace : IAsyncDisposable
{
    /// <summary>The thread that the script is in.</summary>
    public abstract ThreadRef? Thread { get; }

    /// <summary>True if the platform has what a turn does.</summary>
    public virtual bool Has(TalkScript script) => true;

    /// <summary>The settings of a bot that takes part.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings(TalkScript script);

    public abstract Task ConnectAsync(Uri bot);

    /// <summary>Makes a turn happen; it returns when the bot has accepted it.</summary>
    public abstract Task PlayAsync(TalkScript script, TalkTurn turn);

    /// <summary>The bot's messages, oldest first.</summary>
    public abstract IReadOnlyList<SeenMessage> Seen();

    public abstract ValueTask DisposeAsync();
}
