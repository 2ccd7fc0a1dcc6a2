using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Drains the work queue: at once when this process adds work, and by a scan for work that a crash, a back-off or
/// another process left. Each priority has its own concurrency limit; a lane's work is done in order, while this
/// process holds the lane's lease. When it is stopped it cancels the work in progress, which stays in the queue for
/// another process.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="handle">Does one work item.</param>
/// <param name="reportFailure">Reports an error of <paramref name="handle"/> that would repeat. The item then counts
/// as done, so that it does not hold up its lane.</param>
/// <param name="limits">The number of lanes that are drained at the same time, by priority.</param>
/// <param name="time">The clock of the scan.</param>
/// <param name="logger">The log.</param>
internal sealed partial class WorkQueueRunner(
    WorkQueue queue,
    Func<WorkItem, CancellationToken, Task> handle,
    Func<WorkItem, Exception, CancellationToken, Task> reportFailure,
    WorkLimits limits,
    TimeProvider time,
    ILogger<WorkQueueRunner> logger
) : BackgroundService
{
    private static readonly TimeSpan ScanEvery = TimeSpan.FromSeconds(1);

    private static readonly Func<ILogger, string, IDisposable?> WorkScope = LoggerMessage.DefineScope<string>(
        "work {Work}"
    );

    private readonly IReadOnlyDictionary<WorkPriority, Channel<WorkLane>> waiting = Enum.GetValues<WorkPriority>()
        .ToDictionary(priority => priority, _ => Channel.CreateUnbounded<WorkLane>());

    /// <summary>
    /// Lanes that wait for their turn or are drained in this process. True: work was added meanwhile, so the lane is
    /// drained once more.
    /// </summary>
    private readonly ConcurrentDictionary<WorkLane, bool> scheduled = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(queue.ReleaseAbandonedAsync, hasFailed: false, stoppingToken);
        queue.LaneAdded += Wake;
        try
        {
            await Task.WhenAll([
                ScanAsync(stoppingToken),
                .. waiting.Select(one => DrainAsync(one.Value.Reader, limits.Of(one.Key), stoppingToken)),
            ]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            queue.LaneAdded -= Wake;
        }
    }

    private async Task ScanAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(ScanEvery, time);
        var hasFailed = false;
        do
        {
            hasFailed = !await TryAsync(ScheduleDueAsync, hasFailed, stopping);
        } while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task ScheduleDueAsync(CancellationToken stopping)
    {
        foreach (var lane in await queue.DueAsync(stopping))
            if (scheduled.TryAdd(lane, false))
                Enqueue(lane);
    }

    private void Wake(WorkLane lane)
    {
        if (!scheduled.AddOrUpdate(lane, addValue: false, (_, _) => true))
            Enqueue(lane);
    }

    private void Enqueue(WorkLane lane) => waiting[lane.Priority].Writer.TryWrite(lane);

    private Task DrainAsync(ChannelReader<WorkLane> lanes, int limit, CancellationToken stopping) =>
        Parallel.ForEachAsync(
            lanes.ReadAllAsync(stopping),
            new ParallelOptions { MaxDegreeOfParallelism = limit, CancellationToken = stopping },
            async (lane, cancelled) =>
            {
                scheduled[lane] = false;
                await TryAsync(token => DrainAsync(lane, token), hasFailed: false, cancelled);
                if (!scheduled.TryRemove(KeyValuePair.Create(lane, false)))
                    Enqueue(lane);
            }
        );

    /// <summary>
    /// Does a lane's work until the lane is empty, has to wait, or belongs to another process. It never throws, except
    /// when it is stopped. Work that is not completed stays in the queue.
    /// </summary>
    private async Task DrainAsync(WorkLane lane, CancellationToken stopping)
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
                await AttemptAsync(next.Work, held);
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

    /// <summary>Does the work, or reports that it failed. It throws only if the work is to be done again.</summary>
    /// <exception cref="RetryLaterException">It cannot be done now.</exception>
    private async Task AttemptAsync(WorkItem work, CancellationToken held)
    {
        try
        {
            await handle(work, held);
        }
#pragma warning disable CA1031 // The boundary of the work: the error would repeat, and hold up the lane.
        catch (Exception e) when (!IsRetried(e, held))
#pragma warning restore CA1031
        {
            LogFailed(work.Id, e);
            await reportFailure(work, e, held);
        }
    }

    private static bool IsRetried(Exception error, CancellationToken cancellationToken) =>
        error is RetryLaterException or StoreUnavailableException
        || error is OperationCanceledException && cancellationToken.IsCancellationRequested;

    /// <summary>Only a stop ends the runner: whatever fails here is found again by the next scan.</summary>
    private async Task<bool> TryAsync(Func<CancellationToken, Task> action, bool hasFailed, CancellationToken stopping)
    {
        try
        {
            await action(stopping);
            if (hasFailed)
                LogRecovered();
            return true;
        }
#pragma warning disable CA1031 // The boundary of the runner.
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Once for an outage, not each second.
            if (!hasFailed)
                LogFails(e);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The work queue cannot be read; it is retried each second")]
    private partial void LogFails(Exception exception);

    [LoggerMessage(LogLevel.Information, "The work queue can be read again")]
    private partial void LogRecovered();

    [LoggerMessage(LogLevel.Warning, "{Lane} is retried in {Delay}: {Why}")]
    private partial void LogWaits(WorkLane lane, TimeSpan delay, string why);

    [LoggerMessage(LogLevel.Warning, "{Lane} is retried when the store answers")]
    private partial void LogStoreFails(WorkLane lane, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Lane}: the lease expired, another process goes on")]
    private partial void LogLost(WorkLane lane);

    [LoggerMessage(LogLevel.Error, "{Lane} is retried in {Delay}: its next work cannot be read")]
    private partial void LogUnreadable(WorkLane lane, TimeSpan delay, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Work} failed and is not retried")]
    private partial void LogFailed(string work, Exception exception);
}
