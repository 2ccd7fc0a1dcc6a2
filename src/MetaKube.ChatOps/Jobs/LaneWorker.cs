using System.Text.Json;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Does the work of one lane, in order, while it holds the lane's lease. Work that is not completed stays in the queue.
/// </summary>
internal sealed partial class LaneWorker(
    WorkQueue queue,
    Func<WorkItem, CancellationToken, Task> handle,
    ILogger<LaneWorker> logger
)
{
    private static readonly Func<ILogger, string, IDisposable?> WorkScope = LoggerMessage.DefineScope<string>(
        "work {Work}"
    );

    /// <summary>
    /// Returns when the lane is empty, has to wait, or belongs to another process. It never throws, except when it is
    /// stopped.
    /// </summary>
    public async Task DrainAsync(WorkLane lane, CancellationToken stopping)
    {
        try
        {
            await using var lease = await queue.LeaseAsync(lane, stopping);
            if (lease is null)
                return;
            using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
            try
            {
                await DrainAsync(lane, lease, held.Token);
            }
            catch (OperationCanceledException) when (held.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                LogLost(lane);
            }
        }
        catch (StoreUnavailableException e)
        {
            // The lane is stored there too: it is found again when the store is back.
            LogStoreFails(lane, e);
        }
        catch (JsonException e)
        {
            // The work of a newer version, during an update: it is left to that version.
            LogUnreadable(lane, await queue.PostponeAsync(lane, atLeast: null, stopping), e);
        }
    }

    private async Task DrainAsync(WorkLane lane, RedisLease lease, CancellationToken held)
    {
        var next = await queue.FirstAsync(lane, lease, held);
        while (next is not null)
        {
            held.ThrowIfCancellationRequested();
            using var scope = WorkScope(logger, next.Work.Id);
            try
            {
                await handle(next.Work, held);
            }
            catch (RetryLaterException e)
            {
                LogWaits(lane, await queue.PostponeAsync(lane, e.RetryAfter, held), e.Message);
                return;
            }
            // It is done, even if this process is being stopped.
            next = await queue.CompleteAsync(lane, lease, next, CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Lane} is retried in {Delay}: {Why}")]
    private partial void LogWaits(WorkLane lane, TimeSpan delay, string why);

    [LoggerMessage(LogLevel.Warning, "{Lane} is retried when the store answers")]
    private partial void LogStoreFails(WorkLane lane, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Lane}: the lease expired, another process goes on")]
    private partial void LogLost(WorkLane lane);

    [LoggerMessage(LogLevel.Error, "{Lane} is retried in {Delay}: its next work cannot be read")]
    private partial void LogUnreadable(WorkLane lane, TimeSpan delay, Exception exception);
}
