using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Leases as keys that expire; the value names the holder.</summary>
public sealed class RedisLeaseStore(IRedisConnection connection, RedisKeys keys) : ILeaseStore
{
    public Task<IAsyncDisposable?> TryAcquireAsync(
        string name,
        TimeSpan duration,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IAsyncDisposable?>(
            async db =>
            {
                RedisValue holder = Guid.NewGuid().ToString("N");
                return await db.LockTakeAsync(keys.Lease(name), holder, duration)
                    ? new Lease(connection, keys.Lease(name), holder)
                    : null;
            },
            cancellationToken
        );

    private sealed class Lease(IRedisConnection connection, RedisKey key, RedisValue holder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.RunAsync(db => db.LockReleaseAsync(key, holder), CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // The lease expires.
            }
        }
    }
}
