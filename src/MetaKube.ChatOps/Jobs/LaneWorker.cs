using Hangfire;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// The job that does the work of a lane, in order. It may be started as often as one likes: who is not the lane's
/// holder leaves, and the holder looks again before it goes.
/// </summary>
internal sealed partial class LaneWorker(
    WorkQueue lanes,
    LaneDispatch dispatch,
    WorkDispatcher desk,
    ConversationStore store,
    ILogger<LaneWorker> logger
)
{
    private static readonly Func<ILogger, string, IDisposable?> WorkScope = LoggerMessage.DefineScope<string>(
        "work {Work}"
    );

    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("Work of {0}")]
    public async Task RunAsync(string lane, CancellationToken stopping)
    {
        dispatch.NoteStarted(lane);
        do
        {
            await using var lease = await lanes.LeaseAsync(lane, stopping);
            if (lease is null)
                return;
            using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
            try
            {
                while (await lanes.FirstAsync(lane, held.Token) is { } item)
                    if (!await TryAsync(lane, item, held.Token))
                        return;
            }
            catch (OperationCanceledException)
                when (lease.Lost.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                LogLost(lane);
                return;
            }
        }
        // What was added between the last look and giving the lane up has nobody else.
        while (await lanes.FirstAsync(lane, stopping) is not null);
    }

    /// <summary>False where the lane has to wait.</summary>
    private async Task<bool> TryAsync(string lane, QueuedWork item, CancellationToken held)
    {
        using var scope = WorkScope(logger, item.Work.Id);
        try
        {
            await desk.DoAsync(item.Work, held);
        }
        catch (RetryLaterException e)
        {
            LogWaiting(lane, await lanes.PostponeAsync(lane, e.RetryAfter, held), e.Message);
            return false;
        }
        catch (StoreUnavailableException e)
        {
            // The lane stands in the same store: it is taken up when that is back.
            LogStoreFails(lane, e);
            return false;
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The boundary of the job: what fails in itself would fail again, and hold up what is behind it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogGivenUp(item.Work.Id, e);
            await desk.ApologiseAsync(item.Work, e, held);
        }
        await lanes.DoneAsync(lane, item, held);
        await store.CloseAsync(item.Work.Id, held);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "{Lane} waits for {Pause}: {Why}")]
    private partial void LogWaiting(string lane, TimeSpan pause, string why);

    [LoggerMessage(LogLevel.Warning, "{Lane} waits: its store fails")]
    private partial void LogStoreFails(string lane, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Lane} was lost to another process")]
    private partial void LogLost(string lane);

    [LoggerMessage(LogLevel.Error, "{Work} cannot be done")]
    private partial void LogGivenUp(string work, Exception exception);
}
