using System.Net.WebSockets;
using MetaKube.Chat;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Keeps the WebSockets of Socket Mode open. It opens a new connection before it closes the old one, so that no event
/// is missed. Its retry loop covers several calls and the WebSocket itself, which a retry handler of HTTP cannot.
/// </summary>
internal sealed partial class SlackSocketMode(
    SlackOptions options,
    SlackApi api,
    SlackIdentity identity,
    SlackIntake intake,
    TimeProvider time,
    ILogger<SlackSocketMode> logger
) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500),
        LongestPause = TimeSpan.FromSeconds(8),
        SwitchedOffPause = TimeSpan.FromMinutes(1);

    private int open;

    /// <summary>The number of open sockets.</summary>
    public int Open => Volatile.Read(ref open);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Sockets).Select(_ => KeepOpenAsync(stoppingToken)));

    private async Task KeepOpenAsync(CancellationToken stopping)
    {
        SlackSocket? socket = null;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var next = await OpenAsync(stopping);
                Interlocked.Increment(ref open);
                await CloseAsync(socket);
                socket = next;
                await socket.Ending.WaitAsync(stopping);
                if (!socket.IsSwitchedOff)
                    continue;
                LogSwitchedOff();
                await Task.Delay(SwitchedOffPause, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            await CloseAsync(socket);
        }
    }

    private async Task CloseAsync(SlackSocket? socket)
    {
        if (socket is null)
            return;
        await socket.DisposeAsync();
        Interlocked.Decrement(ref open);
    }

    private async Task<SlackSocket> OpenAsync(CancellationToken stopping)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var wait = pause;
            try
            {
                await identity.EnsureAsync(stopping);
                // The address is valid for one socket.
                var answer = await api.CallAsync(SlackMethod.OpenConnection, [], stopping);
                return await SlackSocket.OpenAsync(
                    new(answer.GetProperty("url").GetString()!),
                    intake,
                    time,
                    logger,
                    stopping
                );
            }
            catch (ChatUnavailableException e)
            {
                LogClosed(e.Message);
                if (e.RetryAfter > wait)
                    wait = e.RetryAfter.Value;
            }
            catch (ChatRefusedException e)
            {
                LogRefused(e.Message);
                wait = LongestPause;
            }
            catch (Exception e)
                when (e is WebSocketException or TimeoutException or HttpRequestException or UriFormatException)
            {
                LogClosed(e.Message);
            }
            // Jitter keeps the connections of several replicas from reopening at the same moment.
            await Task.Delay(wait * (0.75 + Random.Shared.NextDouble() / 2), time, stopping);
        }
    }

    [LoggerMessage(LogLevel.Warning, "No connection to Slack: {Why}")]
    private partial void LogClosed(string why);

    [LoggerMessage(LogLevel.Error, "Slack refuses the app: {Why}")]
    private partial void LogRefused(string why);

    [LoggerMessage(LogLevel.Error, "Socket Mode is switched off in the app's settings")]
    private partial void LogSwitchedOff();
}
