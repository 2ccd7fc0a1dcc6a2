using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Leases as keys that expire; the value names the holder.</summary>
public sealed class RedisLeaseStore(IRedisConnection connection, RedisKeys keys, TimeProvider time) : ILeaseStore
{
    /// <summary>Acquires a lease without waiting. It is renewed while it is held.</summary>
    /// <param name="name">The name of the lease.</param>
    /// <param name="duration">The lease expires this long after its holder died.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lease, which is released by disposing it; null while another holder has it.</returns>
    public Task<RedisLease?> TryAcquireAsync(string name, TimeSpan duration, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                RedisValue holder = Guid.NewGuid().ToString("N");
                // Read before the command is sent: the holder must not believe in the lease for longer than the server.
                var since = time.GetTimestamp();
                return await db.StringSetAsync(keys.Lease(name), holder, duration, When.NotExists)
                    ? new RedisLease(connection, keys.Lease(name), holder, duration, since, time)
                    : null;
            },
            cancellationToken
        );

    async Task<IAsyncDisposable?> ILeaseStore.TryAcquireAsync(
        string name,
        TimeSpan duration,
        CancellationToken cancellationToken
    ) => await TryAcquireAsync(name, duration, cancellationToken);
}
