using MetaKube.ChatOps.Configuration;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Redis;

/// <summary>Opens memory as configured, once, when it is first needed.</summary>
internal sealed class MemoryAccess(RedisOptions redis, MemoryOptions options, string directory, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private IMemoryConnection? connection;
    private EpisodicMemory? memory;

    public RedisMemoryStore? Store { get; private set; }

    /// <exception cref="MemoryUnavailableException">Memory cannot be opened.</exception>
    public async Task<EpisodicMemory> OpenAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (memory is not null) return memory;
            connection = redis.Connection.Length > 0
                ? await RedisConnection.OpenAsync(redis.Connection)
                : await GarnetConnection.OpenAsync(directory, cancellationToken);
            Store = new(connection, new MemoryKeys(redis.Name));
            await Store.RepairAsync(cancellationToken);
            return memory = new(Store, new(options.Capacity, options.Shared), time);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new MemoryUnavailableException($"The memory's server fails: {e.GetType().Name}.", e);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
        gate.Dispose();
    }
}
