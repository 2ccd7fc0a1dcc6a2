using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// A way to the database of memory: a Redis server, or the Garnet that processes on this machine share.
/// </summary>
public interface IRedisConnection : IAsyncDisposable
{
    /// <summary>The connection itself, for libraries that bring their own commands.</summary>
    /// <exception cref="StoreUnavailableException">There is none now.</exception>
    IConnectionMultiplexer Multiplexer { get; }

    /// <summary>
    /// Runs a piece of work that may safely run twice: once more where the server went away in between.
    /// </summary>
    Task<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken);
}
