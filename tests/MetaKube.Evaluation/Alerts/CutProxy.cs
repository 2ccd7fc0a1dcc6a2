using System.Net;
using System.Net.Sockets;

namespace MetaKube.Evaluation.Alerts;

/// <summary>A way to a server that can be cut, for the time that it is away.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly List<TcpClient> clients = [];
    private readonly (string Host, int Port) server;
    private readonly Task accepting;
    private bool isCut;

    public CutProxy(string server)
    {
        this.server = server.Split(':') is [var host, var port] ? (host, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)) : throw new ArgumentException($"{server} is no host and port.", nameof(server));
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Ends all connections, and takes no new ones.</summary>
    public void Cut()
    {
        lock (gate)
        {
            isCut = true;
            foreach (var client in clients) client.Dispose();
            clients.Clear();
        }
    }

    public void Mend()
    {
        lock (gate) isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        ended.Dispose();
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
                    refused = isCut;
                    if (!refused) clients.Add(client);
                }
                if (refused) client.Dispose();
                else _ = RelayAsync(client);
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
            await Task.WhenAny(from.CopyToAsync(to, ended.Token), to.CopyToAsync(from, ended.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
        }
    }
}
