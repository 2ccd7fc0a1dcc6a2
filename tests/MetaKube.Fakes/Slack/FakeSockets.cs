using System;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MetaKube.Fakes.Slack;

/// <summary>
/// Socket Mode of the fake: tickets, hello, and envelopes to any open socket until they are acknowledged.
/// </summary>
internal sealed class FakeSockets(FakeSlack slack) : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> tickets = new();
    private readonly ConcurrentDictionary<Guid, Connection> open = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject?>> waiting = new();
    private readonly CancellationTokenSource ended = new();

    private sealed record Connection(WebSocket Socket, SemaphoreSlim Sending, CancellationTokenSource Cut);

    public int Count => open.Count;

    public int Opened { get; private set; }

    /// <summary>Raised with the number of open sockets when it changes.</summary>
    public event Action<int>? Changed;

    /// <summary>The timeout of an acknowledgement.</summary>
    public TimeSpan AcknowledgeWithin { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The timeout for a socket to open.</summary>
    public TimeSpan OpenWithin { get; set; } = TimeSpan.FromMinutes(1);

    public JsonObject Open()
    {
        if (open.Count >= 10)
            return new() { ["ok"] = false, ["error"] = "too_many_websockets" };
        var ticket = Guid.NewGuid().ToString("N");
        tickets[ticket] = true;
        return FakeWebApi.Ok(
            ("url", $"{slack.Url.Replace("http://", "ws://", StringComparison.Ordinal)}/link?ticket={ticket}")
        );
    }

    public async Task AcceptAsync(HttpContext context)
    {
        if (
            !context.WebSockets.IsWebSocketRequest
            || !tickets.TryRemove(context.Request.Query["ticket"].ToString(), out _)
        )
        {
            context.Response.StatusCode = 404;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        var (id, connection) = (Guid.NewGuid(), new Connection(socket, new(1, 1), cut));
        await SendAsync(
            connection,
            new()
            {
                ["type"] = "hello",
                ["num_connections"] = open.Count + 1,
                ["connection_info"] = new JsonObject { ["app_id"] = FakeSlack.App },
                ["debug_info"] = new JsonObject { ["host"] = "applink-fake", ["approximate_connection_time"] = 18060 },
            }
        );
        open[id] = connection;
        Opened++;
        Changed?.Invoke(open.Count);
        slack.NoteChange();
        try
        {
            await ReadAsync(connection);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The socket was cut.
        }
        open.TryRemove(id, out _);
        Changed?.Invoke(open.Count);
        slack.NoteChange();
    }

    /// <summary>
    /// Delivers an envelope with one id until it is acknowledged, and returns the payload of the acknowledgement.
    /// </summary>
    public async Task<JsonObject?> DeliverAsync(string type, JsonObject payload, bool acceptsPayload)
    {
        var id = Guid.NewGuid().ToString();
        var acknowledged = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                await slack.UntilAsync(
                    () => !open.IsEmpty || ended.IsCancellationRequested,
                    OpenWithin,
                    "an open socket"
                );
                ended.Token.ThrowIfCancellationRequested();
                var connections = open.Values.ToList();
                if (connections.Count == 0)
                    continue;
                try
                {
                    await SendAsync(
                        connections[Random.Shared.Next(connections.Count)],
                        Envelope(id, type, payload, acceptsPayload, attempt)
                    );
                    return await acknowledged.Task.WaitAsync(AcknowledgeWithin, ended.Token);
                }
                catch (Exception e) when (IsCut(e) && !ended.IsCancellationRequested)
                {
                    // The envelope is delivered again to any open socket.
                }
            }
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    private static bool IsCut(Exception e) =>
        e
            is TimeoutException
                or WebSocketException
                or ObjectDisposedException
                or IOException
                or OperationCanceledException;

    private static JsonObject Envelope(string id, string type, JsonObject payload, bool acceptsPayload, int attempt)
    {
        var envelope = new JsonObject
        {
            ["envelope_id"] = id,
            ["type"] = type,
            ["payload"] = payload.DeepClone(),
            ["accepts_response_payload"] = acceptsPayload,
        };
        if (type == "events_api")
        {
            envelope["retry_attempt"] = attempt;
            envelope["retry_reason"] = attempt == 0 ? "" : "timeout";
        }
        return envelope;
    }

    /// <summary>Cuts every socket without a closing handshake.</summary>
    public void CutAll()
    {
        foreach (var connection in open.Values)
            connection.Cut.Cancel();
    }

    /// <summary>Announces on every socket that it will end, as Slack does every few hours.</summary>
    public async Task RefreshAsync(string reason = "refresh_requested")
    {
        foreach (var connection in open.Values)
            await SendAsync(
                connection,
                new()
                {
                    ["type"] = "disconnect",
                    ["reason"] = reason,
                    ["debug_info"] = new JsonObject { ["host"] = "applink-fake" },
                }
            );
    }

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private static async Task SendAsync(Connection connection, JsonObject frame)
    {
        await connection.Sending.WaitAsync();
        try
        {
            await connection.Socket.SendAsync(
                Encoding.UTF8.GetBytes(frame.ToJsonString()),
                WebSocketMessageType.Text,
                true,
                connection.Cut.Token
            );
        }
        finally
        {
            connection.Sending.Release();
        }
    }

    private async Task ReadAsync(Connection connection)
    {
        var buffer = new byte[64 * 1024];
        var frame = new MemoryStream();
        while (true)
        {
            var part = await connection.Socket.ReceiveAsync(buffer, connection.Cut.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await connection.Socket.CloseOutputAsync(
                    WebSocketCloseStatus.NormalClosure,
                    null,
                    connection.Cut.Token
                );
                return;
            }
            frame.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
                continue;
            var answer = JsonNode.Parse(frame.ToArray())!;
            frame.SetLength(0);
            if ((string?)answer["envelope_id"] is { } id && waiting.TryGetValue(id, out var source))
                source.TrySetResult(answer["payload"] as JsonObject);
        }
    }
}
