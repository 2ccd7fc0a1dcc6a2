using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>A connection to the operator's Redis server.</summary>
public sealed class RedisConnection(ConnectionMultiplexer multiplexer) : IRedisConnection
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    /// <exception cref="StoreUnavailableException">The server does not answer.</exception>
    public static async Task<RedisConnection> OpenAsync(string connection)
    {
        try
        {
            var options = ConfigurationOptions.Parse(connection);
            options.AbortOnConnectFail = true;
            options.ClientName = "metakube";
            // The default delays between attempts grow up to a minute.
            options.ReconnectRetryPolicy = new LinearRetry((int)Reconnect.TotalMilliseconds);
            return new(await ConnectionMultiplexer.ConnectAsync(options));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ArgumentException)
        {
            // The connection string may hold a password, so the message does not repeat it.
            throw new StoreUnavailableException("The Redis server of Redis:Connection does not answer.", e);
        }
    }

    public IConnectionMultiplexer Multiplexer => multiplexer;

    public bool IsConnected => multiplexer.IsConnected;

    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await RunWithRetryAsync(work, cancellationToken);
        }
        catch (Exception e) when (StoreUnavailableException.IsFailure(e))
        {
            throw StoreUnavailableException.From(e);
        }
    }

    private async Task<T> RunWithRetryAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(multiplexer.GetDatabase()).WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException) when (!cancellationToken.IsCancellationRequested)
        {
            return await work(multiplexer.GetDatabase()).WaitAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => multiplexer.DisposeAsync();
}
