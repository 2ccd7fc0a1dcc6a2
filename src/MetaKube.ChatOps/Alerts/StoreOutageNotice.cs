using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Posts one notice to the channels of alerts when alerts cannot be stored because Redis does not answer, and one when
/// it answers again. The monitoring system repeats the alerts meanwhile.
/// </summary>
internal sealed partial class StoreOutageNotice(
    IEnumerable<ChatPlatform> platforms,
    IRedisConnection connection,
    AlertsOptions options,
    TimeProvider time,
    ILogger<StoreOutageNotice> logger
) : BackgroundService
{
    /// <summary>A shorter outage gets no notice.</summary>
    private static readonly TimeSpan ShortestOutage = TimeSpan.FromSeconds(5),
        Bucket = TimeSpan.FromMinutes(10),
        PollInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously),
        ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Records that an alert could not be stored.</summary>
    public void Begin()
    {
        lock (gate)
            begun.TrySetResult();
    }

    /// <summary>Records that an alert was stored.</summary>
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
                await end.WaitAsync(ShortestOutage, time, stoppingToken);
                continue;
            }
            catch (TimeoutException)
            {
                // The outage lasts long enough for a notice.
            }
            var since = time.GetUtcNow();
            var work = $"outage:{since.Ticks / Bucket.Ticks}";
            foreach (var channel in options.AllChannels)
                await PostAsync(
                    channel,
                    work,
                    "My memory (Redis) does not answer. The monitoring system repeats alerts meanwhile; "
                        + "I investigate them when memory is back.",
                    stoppingToken
                );
            await WaitForEndAsync(end, stoppingToken);
            foreach (var channel in options.AllChannels)
                await PostAsync(channel, $"{work}:over", "My memory is back, and I continue.", stoppingToken);
        }
    }

    /// <summary>
    /// Waits until an alert is stored again, or, where none arrives, until the connection is restored.
    /// </summary>
    private async Task WaitForEndAsync(Task end, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval, time);
        while (!end.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
            if (connection.IsConnected)
                End();
    }

    private async Task PostAsync(string channel, string work, string text, CancellationToken cancellationToken)
    {
        var target = AlertIntake.Channel(channel);
        try
        {
            await platforms
                .First(platform => platform.Name == target.Platform)
                .StartAsync(target, work, text, cancellationToken);
        }
#pragma warning disable CA1031 // The notice is optional: without Redis posting may fail as well.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotPosted(channel, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The notice of an outage of memory could not be posted to {Channel}: {Why}")]
    private partial void LogNotPosted(string channel, string why);
}
