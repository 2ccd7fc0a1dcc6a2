using MetaKube.Investigations;
using Microsoft.Extensions.Logging;

namespace MetaKube.Chat;

/// <summary>
/// What shows in a thread that work is under way: something at once, and once it takes longer the steps, changed now
/// and then. Disposing it takes away what should not stay. Nothing of
/// this is worth an error, or worth waiting for.
/// </summary>
public abstract partial class ChatProgress(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>What is answered sooner needs no steps.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Platforms want a message changed no more often.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly List<string> steps = [];

    private Task showing = Task.CompletedTask;

    /// <summary>The steps so far, in order.</summary>
    protected IReadOnlyList<string> Steps
    {
        get
        {
            lock (gate)
                return [.. steps];
        }
    }

    /// <summary>Begins to show; returns at once.</summary>
    public ChatProgress Start()
    {
        showing = ShowAsync();
        return this;
    }

    /// <summary>Tells of a step; returns at once.</summary>
    public void Report(InvestigationStep step)
    {
        if (!step.IsNotable)
            return;
        lock (gate)
            steps.Add(step.Description);
    }

    /// <summary>Ends the changes: afterwards nothing is on its way.</summary>
    public async Task SettleAsync()
    {
        await ended.CancelAsync();
        await showing;
    }

    public async ValueTask DisposeAsync()
    {
        await SettleAsync();
        using var patience = new CancellationTokenSource(Patience, time);
        await EndAsync(patience.Token);
        ended.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Shows at once that the message was read.</summary>
    protected abstract Task BeginAsync();

    /// <summary>Shows the steps for the first time; false where they are not to be shown.</summary>
    protected abstract Task<bool> AppearAsync();

    /// <summary>Shows the steps that are new.</summary>
    protected abstract Task ChangeAsync();

    /// <summary>Takes away what should not stay.</summary>
    protected abstract Task EndAsync(CancellationToken cancellationToken);

    /// <summary>Makes a call, and lets it fail.</summary>
    protected async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
#pragma warning disable CA1031 // The answer is what counts: nothing that only shows progress may keep it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Most often the pause that ends early.
            if (e is not OperationCanceledException)
                LogNotShown(e.Message);
            return false;
        }
    }

    // Only the pauses end early: of a call that is cut off nobody would know what it left in the thread.
    private async Task ShowAsync()
    {
        await TryAsync(BeginAsync);
        await TryAsync(async () =>
        {
            await Task.Delay(Quiet, time, ended.Token);
            if (!await AppearAsync())
                return;
            while (true)
            {
                await Task.Delay(Every, time, ended.Token);
                await ChangeAsync();
            }
        });
    }

    [LoggerMessage(LogLevel.Debug, "Progress could not be shown: {Why}")]
    private partial void LogNotShown(string why);
}
