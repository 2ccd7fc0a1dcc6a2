using MetaKube.Memory;

namespace MetaKube.Redis;

/// <summary>The stores of a memory in Redis or Garnet.</summary>
public static class RedisMemory
{
    /// <summary>
    /// Another vector index, such as RediSearch, is another class in place of <see cref="RedisVectorIndex"/> here.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The server has no vector sets.</exception>
    public static async Task<MemoryStorage> OpenAsync(
        IRedisConnection connection,
        RedisKeys keys,
        CancellationToken cancellationToken
    )
    {
        var vectors = new RedisVectorIndex(connection, keys);
        await vectors.EnsureSupportedAsync(cancellationToken);
        return new(
            new RedisEpisodeStore(connection, keys),
            vectors,
            new RedisMemoryStateStore(connection, keys),
            new RedisLeaseStore(connection, keys, TimeProvider.System)
        );
    }
}
