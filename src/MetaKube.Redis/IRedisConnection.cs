using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// A connection to the Redis database: a Redis server, or the Garnet server that processes on this machine share.
/// </summary>
public interface IRedisConnection : IAsyncDisposable
{
    /// <summary>The underlying connection, for libraries that send their own commands.</summary>
    /// <exception cref="StoreUnavailableException">There is no connection now.</exception>
    IConnectionMultiplexer Multiplexer { get; }

    /// <summary>True while the client has a connection to the server; answers at once, without a call.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Runs idempotent work on the database. It runs a second time when the connection is lost during the first.
    /// </summary>
    /// <param name="work">The commands.</param>
    /// <param name="cancellationToken">Ends the wait for the answer. Commands are sent all the same: a note that
    /// something was done is not lost because its caller is stopped.</param>
    /// <exception cref="StoreUnavailableException">The server cannot be used.</exception>
    Task<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken);
}
