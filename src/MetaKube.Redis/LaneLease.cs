using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// The right to do the work of a lane; it is renewed while it is held, and ends by itself soon after its holder.
/// </summary>
public sealed class LaneLease : IAsyncDisposable
{
    private readonly IRedisConnection connection;
    private readonly RedisKey key;
    private readonly RedisValue holder;
    private readonly CancellationTokenSource lost = new(),
        released = new();
    private readonly Task renewal;

    public LaneLease(
        IRedisConnection connection,
        RedisKey key,
        RedisValue holder,
        TimeSpan length,
        TimeSpan every,
        TimeProvider time
    )
    {
        (this.connection, this.key, this.holder) = (connection, key, holder);
        renewal = RenewAsync(length, every, time);
    }

    /// <summary>Cancelled once the right is lost: somebody else may be at the lane.</summary>
    public CancellationToken Lost => lost.Token;

    private async Task RenewAsync(TimeSpan length, TimeSpan every, TimeProvider time)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, time, released.Token);
                if (!await connection.RunAsync(db => db.LockExtendAsync(key, holder, length), released.Token))
                    break;
            }
            await lost.CancelAsync();
        }
        catch (StoreUnavailableException)
        {
            await lost.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Released.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await released.CancelAsync();
        await renewal;
        try
        {
            await connection.RunAsync(db => db.LockReleaseAsync(key, holder), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself.
        }
        lost.Dispose();
        released.Dispose();
    }
}
