using MetaKube.Investigations;
using Microsoft.Extensions.Logging;

namespace MetaKube.Chat;

/// <summary>
/// Shows in a thread that a work item is in progress: an indicator at once, and the steps if it takes longer. Disposing
/// it removes the indicator. Failures are logged and otherwise ignored, and no caller waits for it.
/// </summary>
public abstract partial class ChatProgress(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Faster answers show no steps.</summary>
    private static readonly TimeSpan StepsAfter = TimeSpan.FromSeconds(2);

    /// <summary>Platforms limit the rate of updates to a message.</summary>
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(15);

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

    /// <summary>Starts showing progress in the background.</summary>
    public ChatProgress Start()
    {
        showing = ShowAsync();
        return this;
    }

    /// <summary>Adds a step, which a later update shows.</summary>
    public void Report(InvestigationStep step)
    {
        if (!step.IsNotable)
            return;
        lock (gate)
            steps.Add(step.Description);
    }

    /// <summary>Stops the updates and waits for the one in flight.</summary>
    public async Task SettleAsync()
    {
        await ended.CancelAsync();
        await showing;
    }

    public async ValueTask DisposeAsync()
    {
        await SettleAsync();
        using var timeout = new CancellationTokenSource(EndTimeout, time);
        await EndAsync(timeout.Token);
        ended.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Shows the indicator.</summary>
    protected abstract Task BeginAsync();

    /// <summary>Shows the steps for the first time.</summary>
    /// <returns>False if the steps cannot be shown; then <see cref="ChangeAsync"/> is not called.</returns>
    protected abstract Task<bool> AppearAsync();

    /// <summary>Shows the steps that were added since.</summary>
    protected abstract Task ChangeAsync();

    /// <summary>Removes the indicator and marks the steps as done.</summary>
    protected abstract Task EndAsync(CancellationToken cancellationToken);

    /// <summary>Makes a call and logs its failure.</summary>
    /// <returns>True if the call succeeded.</returns>
    protected async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
#pragma warning disable CA1031 // A failure to show progress must not delay or prevent the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Cancelled pauses are expected.
            if (e is not OperationCanceledException)
                LogNotShown(e.Message);
            return false;
        }
    }

    // Only pauses are cancelled: a cancelled call would leave the thread in an unknown state.
    private async Task ShowAsync()
    {
        await TryAsync(BeginAsync);
        await TryAsync(async () =>
        {
            await Task.Delay(StepsAfter, time, ended.Token);
            if (!await AppearAsync())
                return;
            while (true)
            {
                await Task.Delay(UpdateInterval, time, ended.Token);
                await ChangeAsync();
            }
        });
    }

    [LoggerMessage(LogLevel.Debug, "Progress could not be shown: {Why}")]
    private partial void LogNotShown(string why);
}
