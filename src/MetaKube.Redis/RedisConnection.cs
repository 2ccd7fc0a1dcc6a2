using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>A Redis server of the operator's.</summary>
public sealed class RedisConnection(ConnectionMultiplexer multiplexer) : IRedisConnection
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    /// <exception cref="StoreUnavailableException">The server does not answer, or has no vector sets.</exception>
    public static async Task<RedisConnection> OpenAsync(string connection)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            var options = ConfigurationOptions.Parse(connection);
            options.AbortOnConnectFail = true;
            options.ClientName = "metakube";
            // The library's own pauses grow to a minute.
            options.ReconnectRetryPolicy = new LinearRetry((int)Reconnect.TotalMilliseconds);
            multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
            await multiplexer.GetDatabase().VectorSetLengthAsync("metakube:check");
            return new(multiplexer);
        }
        catch (RedisServerException e) when (e.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            await multiplexer!.DisposeAsync();
            throw new StoreUnavailableException(
                "The Redis server has no vector sets: Redis 8.0 or newer is needed.",
                e
            );
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ArgumentException)
        {
            if (multiplexer is not null)
                await multiplexer.DisposeAsync();
            // The connection string may hold a password: it is not repeated.
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
            return await work(multiplexer.GetDatabase());
        }
        catch (RedisConnectionException) when (!cancellationToken.IsCancellationRequested)
        {
            return await work(multiplexer.GetDatabase());
        }
    }

    public ValueTask DisposeAsync() => multiplexer.DisposeAsync();
}
