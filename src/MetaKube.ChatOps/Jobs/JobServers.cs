using Hangfire;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Hangfire's servers, one for each kind of work, so that none takes the workers of another. Its workers wait the
/// longer the longer their store fails, minutes in the end, and nothing in
/// its options shortens that: once the store is back after a failure, others take their place.
/// </summary>
internal sealed partial class JobServers(
    IReadOnlyList<JobServers.Share> shares,
    JobStorage storage,
    JobActivator activator,
    IRedisConnection connection,
    TimeProvider time,
    ILogger<JobServers> logger
) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500),
        Late = TimeSpan.FromSeconds(2),
        Shutdown = TimeSpan.FromSeconds(5);

    /// <summary>Workers for some queues, which they empty in this order.</summary>
    public sealed record Share(string Name, int Workers, IReadOnlyList<string> Queues);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Starting them talks to the store, and waits for it.
        await Task.Yield();
        var servers = Start();
        var ending = Task.CompletedTask;
        try
        {
            using var timer = new PeriodicTimer(LookEvery, time);
            for (var hasFailed = false; await timer.WaitForNextTickAsync(stoppingToken); )
            {
                if (!await AnswersAsync(stoppingToken))
                {
                    hasFailed = true;
                    continue;
                }
                if (!hasFailed)
                    continue;
                hasFailed = false;
                LogStartedAnew();
                // What those before are at they end, beside the new ones: a lane's work is done by one at a time,
                // whoever it is.
                var before = servers;
                servers = Start();
                ending = Task.WhenAll(ending, Task.Run(() => Stop(before), CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            Stop(servers);
            await ending;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await connection.PingAsync(cancellationToken).WaitAsync(Late, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException)
        {
            return false;
        }
    }

    private List<BackgroundJobServer> Start() =>
        [
            .. shares.Select(share => new BackgroundJobServer(
                new BackgroundJobServerOptions
                {
                    ServerName = $"{Environment.MachineName}-{Environment.ProcessId}-{share.Name}".ToLowerInvariant(),
                    Queues = [.. share.Queues],
                    WorkerCount = share.Workers,
                    ShutdownTimeout = Shutdown,
                    Activator = activator,
                },
                storage
            )),
        ];

    private static void Stop(List<BackgroundJobServer> servers)
    {
        foreach (var server in servers)
            server.SendStop();
        foreach (var server in servers)
            server.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Memory is back: the workers are started anew")]
    private partial void LogStartedAnew();
}
