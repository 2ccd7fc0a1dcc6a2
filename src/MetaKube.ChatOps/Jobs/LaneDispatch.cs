using System;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Hangfire;
using Hangfire.States;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Starts a job for each lane that has work: at once for what comes in here, and by looking for what a crash, a pause
/// or another process left.
/// </summary>
internal sealed partial class LaneDispatch(
    WorkQueue lanes,
    IRedisConnection connection,
    IBackgroundJobClient jobs,
    TimeProvider time,
    ILogger<LaneDispatch> logger
) : BackgroundService
{
    /// <summary>The names of the queues.</summary>
    public static readonly IReadOnlyDictionary<WorkPriority, string> Queues = Enum.GetValues<WorkPriority>()
        .ToDictionary(priority => priority, QueueOf);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1),
        JobsWait = TimeSpan.FromSeconds(11);

    private readonly Channel<(string Lane, WorkPriority Priority)> news = Channel.CreateUnbounded<(
        string,
        WorkPriority
    )>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, long> waiting = new();

    public void NoteStarted(string lane) => waiting.TryRemove(lane, out _);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lanes.Added += work => news.Writer.TryWrite((work.Lane, work.Priority));
        return Task.WhenAll(FollowAsync(stoppingToken), LookAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        // Starting a job is several calls of the store, each waited for: not on the thread of whoever reports the news.
        await Task.Yield();
        await foreach (var (lane, priority) in news.Reader.ReadAllAsync(stopping))
            Enqueue(lane, priority);
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        // Over the embedded server there is one service at a time: what holds a lane now is one that ended without a
        // word.
        if (connection is GarnetConnection { IsOwner: true })
            await lanes.ReleaseAllAsync(stopping);
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                foreach (var (lane, priority) in await lanes.DueAsync(stopping))
                    Enqueue(lane, priority);
            }
#pragma warning disable CA1031 // Without this loop what a crash or an outage left would never be done: whatever happens in it, it goes on.
            catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStoreFails(e.Message);
            }
        } while (await timer.WaitForNextTickAsync(stopping));
    }

    private void Enqueue(string lane, WorkPriority priority)
    {
        // A job that waits does for all that comes until it starts; one that another process took, or lost, counts no
        // longer after a while.
        if (waiting.TryGetValue(lane, out var since) && time.GetElapsedTime(since) < JobsWait)
            return;
        waiting[lane] = time.GetTimestamp();
        try
        {
            jobs.Create<LaneWorker>(
                drain => drain.RunAsync(lane, CancellationToken.None),
                new EnqueuedState(QueueOf(priority))
            );
        }
#pragma warning disable CA1031 // What is not started now is found by looking.
        catch (Exception e)
#pragma warning restore CA1031
        {
            waiting.TryRemove(lane, out _);
            LogStoreFails(e.Message);
        }
    }

    private static string QueueOf(WorkPriority priority) =>
        priority switch
        {
            WorkPriority.Question => "1-questions",
            WorkPriority.Vote => "2-votes",
            WorkPriority.Update => "3-updates",
            _ => "4-alerts",
        };

    [LoggerMessage(LogLevel.Warning, "No work can be started: {Why}")]
    private partial void LogStoreFails(string why);
}
