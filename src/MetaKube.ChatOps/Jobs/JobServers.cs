using Hangfire;
using MetaKube.ChatOps.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Hangfire's servers, one for each kind of work, so that none takes the workers of another.</summary>
internal sealed partial class JobServers(IReadOnlyList<JobServers.Share> shares, JobStorage storage, JobActivator activator, IMemoryConnection connection, TimeProvider time, ILogger<JobServers> logger) : BackgroundService
{
    /// <summary>Shorter cuts the workers get over by themselves.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1), Shutdown = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim restored = new(0);
    private long? lostAt;

    /// <summary>Workers for some queues, which they empty in this order.</summary>
    public sealed record Share(string Name, int Workers, IReadOnlyList<string> Queues);

    public override void Dispose()
    {
        base.Dispose();
        restored.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Starting them talks to the store, and waits for it.
        await Task.Yield();
        var multiplexer = connection.Multiplexer;
        multiplexer.ConnectionFailed += OnLost;
        multiplexer.ConnectionRestored += OnRestored;
        var servers = Start();
        try
        {
            while (true)
            {
                await restored.WaitAsync(stoppingToken);
                // Hangfire's workers wait the longer the longer the store was away, minutes in the end: new ones are at it at once.
                LogStartedAnew();
                Stop(servers);
                servers = Start();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            multiplexer.ConnectionFailed -= OnLost;
            multiplexer.ConnectionRestored -= OnRestored;
            Stop(servers);
        }
    }

    private List<BackgroundJobServer> Start() => [.. shares.Select(share => new BackgroundJobServer(
        new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}-{Environment.ProcessId}-{share.Name}".ToLowerInvariant(), Queues = [.. share.Queues], WorkerCount = share.Workers, ShutdownTimeout = Shutdown, Activator = activator,
        },
        storage))];

    private static void Stop(List<BackgroundJobServer> servers)
    {
        foreach (var server in servers) server.SendStop();
        foreach (var server in servers) server.Dispose();
    }

    private void OnLost(object? sender, ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType == ConnectionType.Interactive) lostAt ??= time.GetTimestamp();
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType != ConnectionType.Interactive || lostAt is not { } since) return;
        lostAt = null;
        if (time.GetElapsedTime(since) > Noticed) restored.Release();
    }

    [LoggerMessage(LogLevel.Information, "Memory is back: the workers are started anew")]
    private partial void LogStartedAnew();
}
