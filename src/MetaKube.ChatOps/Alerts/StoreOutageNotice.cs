using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Says once in the channels of alerts that alerts cannot be taken in since memory is away: the monitoring system sends
/// them again, and nobody is to wonder meanwhile.
/// </summary>
internal sealed partial class StoreOutageNotice(
    IEnumerable<ChatPlatform> platforms,
    IRedisConnection connection,
    AlertsOptions options,
    TimeProvider time,
    ILogger<StoreOutageNotice> logger
) : BackgroundService
{
    /// <summary>What is over sooner is not worth a word.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5),
        Bucket = TimeSpan.FromMinutes(10),
        LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously),
        ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An alert could not be taken in.</summary>
    public void Begin()
    {
        lock (gate)
            begun.TrySetResult();
    }

    /// <summary>One could.</summary>
    public void End()
    {
        lock (gate)
        {
            if (!begun.Task.IsCompleted)
                return;
            ended.TrySetResult();
            begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            Task start,
                end;
            lock (gate)
                (start, end) = (begun.Task, ended.Task);
            await start.WaitAsync(stoppingToken);
            try
            {
                await end.WaitAsync(Patience, time, stoppingToken);
                continue;
            }
            catch (TimeoutException)
            {
                // It lasts.
            }
            var since = time.GetUtcNow();
            var work = $"outage:{since.Ticks / Bucket.Ticks}";
            foreach (var channel in options.AllChannels)
                await SayAsync(
                    channel,
                    work,
                    "My memory (Redis) does not answer. Alerts that come now are sent again by the monitoring system; I look into them when it is back.",
                    stoppingToken
                );
            await UntilBackAsync(end, stoppingToken);
            foreach (var channel in options.AllChannels)
                await SayAsync(channel, $"{work}:over", "My memory is back; I go on where I was.", stoppingToken);
        }
    }

    /// <summary>An alert was taken in again, or, where none comes, the connection is there again.</summary>
    private async Task UntilBackAsync(Task end, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (!end.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
            if (connection.IsConnected)
                End();
    }

    private async Task SayAsync(string channel, string work, string text, CancellationToken cancellationToken)
    {
        var where = AlertIntake.Channel(channel);
        try
        {
            await platforms.First(one => one.Name == where.Platform).StartAsync(where, work, text, cancellationToken);
        }
#pragma warning disable CA1031 // It is a courtesy: with memory away much else may fail as well.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotSaid(channel, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Channel} could not be told that memory is away or back: {Why}")]
    private partial void LogNotSaid(string channel, string why);
}
