using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MetaKube.Fakes;

/// <summary>A failure of a server, as its client sees it.</summary>
internal enum ServerFault
{
    None,

    /// <summary>Connections are cut, and none is taken.</summary>
    Stopped,

    /// <summary>Each piece of an answer comes late.</summary>
    Slow,

    /// <summary>Requests are carried out; the answer is replaced by rubbish.</summary>
    Garbling,
}

/// <summary>A TCP proxy in front of a server that can delay, garble or cut its answers.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const int PieceSize = 64 * 1024;

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    /// <summary>
    /// In turn: what no protocol knows, and what a proxy in between may say with the best of intentions.
    /// </summary>
    private static readonly byte[][] Rubbish =
    [
        "\u0001\u0002rubbish\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<html>sign in</html>\n"u8.ToArray(),
    ];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly List<TcpClient> clients = [];
    private readonly (string Host, int Port) server;
    private readonly Task accepting;
    private ServerFault fault;
    private int garbled;

    /// <param name="server">The server, as host:port.</param>
    public FaultyProxy(string server)
    {
        this.server = server.Split(':') is [var host, var port]
            ? (host, int.Parse(port, CultureInfo.InvariantCulture))
            : throw new ArgumentException($"{server} is no host and port.", nameof(server));
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The current failure; <see cref="ServerFault.Stopped"/> also cuts open connections.</summary>
    public ServerFault Fault
    {
        get
        {
            lock (gate)
                return fault;
        }
        set
        {
            lock (gate)
            {
                fault = value;
                if (value is ServerFault.Stopped)
                    EndAll();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Dispose();
        lock (gate)
            EndAll();
        await accepting;
        ended.Dispose();
    }

    private void EndAll()
    {
        foreach (var client in clients)
            client.Dispose();
        clients.Clear();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ended.Token);
                bool refused;
                lock (gate)
                {
                    refused = fault == ServerFault.Stopped;
                    if (!refused)
                        clients.Add(client);
                }
                if (refused)
                    client.Dispose();
                else
                    _ = RelayAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        try
        {
            using var upstream = new TcpClient { NoDelay = true };
            client.NoDelay = true;
            await upstream.ConnectAsync(server.Host, server.Port, ended.Token);
            var (from, to) = (client.GetStream(), upstream.GetStream());
            await Task.WhenAny(from.CopyToAsync(to, ended.Token), AnswerAsync(to, from));
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or InvalidOperationException
            )
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        var piece = new byte[PieceSize];
        while (await from.ReadAsync(piece, ended.Token) is > 0 and var length)
        {
            switch (Fault)
            {
                case ServerFault.Slow:
                    await Task.Delay(Late, ended.Token);
                    await to.WriteAsync(piece.AsMemory(0, length), ended.Token);
                    break;
                case ServerFault.Garbling:
                    await to.WriteAsync(Rubbish[Interlocked.Increment(ref garbled) % Rubbish.Length], ended.Token);
                    // Nothing that follows on it could be told from rubbish.
                    return;
                default:
                    await to.WriteAsync(piece.AsMemory(0, length), ended.Token);
                    break;
            }
        }
    }
}
