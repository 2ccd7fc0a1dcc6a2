using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>One WebSocket of Socket Mode, from Slack's hello on.</summary>
internal sealed partial class SlackSocket : IAsyncDisposable
{
    private const int LargestFrame = 4 * 1024 * 1024;

    /// <summary>A socket that dies says nothing: it is asked whether it lives.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5),
        AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>Slack does not close its side: what hangs is not waited for.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(1),
        HelloWithin = TimeSpan.FromSeconds(15);

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
        socket.Options.KeepAliveInterval = AskEvery;
        socket.Options.KeepAliveTimeout = AnswerWithin;
    }

    /// <summary>Completes when the socket has ended, or Slack asks for another.</summary>
    public Task Ending => Task.WhenAny(refresh.Task, reading);

    /// <summary>Slack said that Socket Mode is switched off.</summary>
    public bool IsSwitchedOff { get; private set; }

    /// <summary>Opens a socket; when it returns, Slack has said hello and delivers.</summary>
    /// <exception cref="WebSocketException">It does not open.</exception>
    /// <exception cref="TimeoutException">Slack does not say hello.</exception>
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
                .WaitAsync(HelloWithin, time, cancellationToken);
            opened.reading = opened.ReadAsync();
            await opened.hello.Task.WaitAsync(HelloWithin, time, cancellationToken);
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
                    .WaitAsync(CloseWithin, time);
            // What was delivered before the close is still taken in and acknowledged.
            await Task.WhenAll([reading, .. clicks]).WaitAsync(CloseWithin, time);
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException or OperationCanceledException)
        {
            // It is gone either way; what was not acknowledged comes again.
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
                await TakeAsync(text);
            }
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            LogEnded(e.Message);
        }
        hello.TrySetException(new WebSocketException("The socket ended before Slack's hello."));
    }

    private async Task TakeAsync(byte[] text)
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
                // May call Slack before it is acknowledged: messages do not wait for that.
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
                    ? await intake.TakeAsync(payload, closing.Token)
                    : null;
            await AcknowledgeAsync(frame, answer);
        }
        catch (Exception e)
            when (e is KeyNotFoundException or InvalidOperationException or FormatException
                && e is not ObjectDisposedException
            )
        {
            // It would be the same when it came again.
            LogMalformed(e.Message);
            await AcknowledgeAsync(frame, null);
        }
#pragma warning disable CA1031 // The boundary of the socket: not acknowledged, it comes again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotTaken(e.Message);
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

    [LoggerMessage(LogLevel.Debug, "The socket ended: {Why}")]
    private partial void LogEnded(string why);

    [LoggerMessage(LogLevel.Warning, "An envelope is malformed: {Why}")]
    private partial void LogMalformed(string why);

    [LoggerMessage(LogLevel.Warning, "An envelope could not be taken in; Slack will send it again: {Why}")]
    private partial void LogNotTaken(string why);
}
