using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>One WebSocket connection of Socket Mode.</summary>
internal sealed partial class SlackSocket : IAsyncDisposable
{
    private const int LargestFrame = 4 * 1024 * 1024;

    /// <summary>Pings find a dead connection, which would otherwise go unnoticed.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5),
        PongTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Slack does not complete the closing handshake, so that the wait for it is short.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1),
        HelloTimeout = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket socket = new();
    private readonly SlackIntake intake;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource hello = new(TaskCreationOptions.RunContinuationsAsynchronously),
        refresh = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> clicks = [];
    private Task reading = Task.CompletedTask;

    private SlackSocket(SlackIntake intake, TimeProvider time, ILogger logger)
    {
        (this.intake, this.time, this.logger) = (intake, time, logger);
        socket.Options.KeepAliveInterval = PingInterval;
        socket.Options.KeepAliveTimeout = PongTimeout;
    }

    /// <summary>Completes when the connection has ended, or when Slack asks the bot to reconnect.</summary>
    public Task Ending => Task.WhenAny(refresh.Task, reading);

    /// <summary>True when Slack has closed the connection because Socket Mode is switched off.</summary>
    public bool IsSwitchedOff { get; private set; }

    /// <summary>Opens a connection and waits for Slack's hello, after which Slack delivers events.</summary>
    /// <exception cref="WebSocketException">The connection cannot be opened.</exception>
    /// <exception cref="TimeoutException">Slack sends no hello in time.</exception>
    public static async Task<SlackSocket> OpenAsync(
        Uri address,
        SlackIntake intake,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var opened = new SlackSocket(intake, time, logger);
        try
        {
            await opened
                .socket.ConnectAsync(address, cancellationToken)
                .WaitAsync(HelloTimeout, time, cancellationToken);
            opened.reading = opened.ReadAsync();
            await opened.hello.Task.WaitAsync(HelloTimeout, time, cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (socket.State == WebSocketState.Open)
                await socket
                    .CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None)
                    .WaitAsync(CloseTimeout, time);
            // Envelopes that were delivered before the close are still stored and acknowledged.
            await Task.WhenAll([reading, .. clicks]).WaitAsync(CloseTimeout, time);
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException or OperationCanceledException)
        {
            // The connection ends in any case; Slack redelivers envelopes that were not acknowledged.
        }
        await closing.CancelAsync();
        socket.Dispose();
        await reading;
    }

    private async Task ReadAsync()
    {
        var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer, closing.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                frame.Write(buffer, 0, part.Count);
                if (frame.Length > LargestFrame)
                    break;
                if (!part.EndOfMessage)
                    continue;
                var text = frame.ToArray();
                frame.SetLength(0);
                await DispatchAsync(text);
            }
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            LogEnded(e.Message);
        }
        hello.TrySetException(new WebSocketException("The connection ended before Slack's hello."));
    }

    private async Task DispatchAsync(byte[] text)
    {
        JsonElement frame;
        try
        {
            frame = JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return;
        }
        switch (ChatJson.Text(frame, "type"))
        {
            case "hello":
                hello.TrySetResult();
                break;
            case "disconnect":
                IsSwitchedOff = ChatJson.Text(frame, "reason") == "link_disabled";
                refresh.TrySetResult();
                break;
            case "interactive":
                // An interaction may call Slack before it is acknowledged; events do not wait for that.
                clicks.RemoveAll(click => click.IsCompleted);
                clicks.Add(AnswerAsync(frame));
                break;
            case "events_api":
                await AnswerAsync(frame);
                break;
            default:
                await AcknowledgeAsync(frame, null);
                break;
        }
    }

    private async Task AnswerAsync(JsonElement frame)
    {
        try
        {
            var answer =
                frame.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
                    ? await intake.AcceptAsync(payload, closing.Token)
                    : null;
            await AcknowledgeAsync(frame, answer);
        }
        catch (Exception e)
            when (e is KeyNotFoundException or InvalidOperationException or FormatException
                && e is not ObjectDisposedException
            )
        {
            // It is acknowledged: a redelivery would be malformed as well.
            LogMalformed(e.Message);
            await AcknowledgeAsync(frame, null);
        }
#pragma warning disable CA1031 // The boundary of an envelope: Slack redelivers one that is not acknowledged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotStored(e.Message);
        }
    }

    private async Task AcknowledgeAsync(JsonElement frame, JsonObject? answer)
    {
        if (ChatJson.Text(frame, "envelope_id") is not { Length: > 0 } id)
            return;
        var acknowledgement = new JsonObject { ["envelope_id"] = id };
        if (
            answer is not null
            && frame.TryGetProperty("accepts_response_payload", out var accepts)
            && accepts.ValueKind == JsonValueKind.True
        )
            acknowledgement["payload"] = answer;
        await sending.WaitAsync(closing.Token);
        try
        {
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(acknowledgement.ToJsonString()),
                WebSocketMessageType.Text,
                true,
                closing.Token
            );
        }
        catch (WebSocketException e)
        {
            LogEnded(e.Message);
        }
        finally
        {
            sending.Release();
        }
    }

    [LoggerMessage(LogLevel.Debug, "The connection to Slack ended: {Why}")]
    private partial void LogEnded(string why);

    [LoggerMessage(LogLevel.Warning, "An envelope of Slack is malformed: {Why}")]
    private partial void LogMalformed(string why);

    [LoggerMessage(LogLevel.Warning, "An envelope could not be stored; Slack will redeliver it: {Why}")]
    private partial void LogNotStored(string why);
}
