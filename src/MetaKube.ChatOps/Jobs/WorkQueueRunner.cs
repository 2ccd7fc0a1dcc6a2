using System.Collections.Concurrent;
using System.Threading.Channels;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Drains the work queue: at once when this process adds work, and by a scan for work that a crash, a back-off or
/// another process left. Each priority has its own concurrency limit. When it is stopped it cancels the work in
/// progress, which stays in the queue for another process.
/// </summary>
internal sealed partial class WorkQueueRunner(
    WorkQueue queue,
    LaneWorker worker,
    WorkLimits limits,
    TimeProvider time,
    ILogger<WorkQueueRunner> logger
) : BackgroundService
{
    private static readonly TimeSpan ScanEvery = TimeSpan.FromSeconds(1);

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
                await TryAsync(token => worker.DrainAsync(lane, token), hasFailed: false, cancelled);
                if (!scheduled.TryRemove(KeyValuePair.Create(lane, false)))
                    Enqueue(lane);
            }
        );

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
}
