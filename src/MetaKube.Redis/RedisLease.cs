using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// A lease that this process holds. It is renewed until it is disposed, and expires by itself if the process dies.
/// </summary>
public sealed class RedisLease : IAsyncDisposable
{
    /// <summary>Renewals within one duration: one may fail without the lease being lost.</summary>
    private const int RenewalsPerDuration = 3;

    private readonly IRedisConnection connection;
    private readonly RedisValue holder;
    private readonly TimeSpan duration;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource released = new();
    private readonly Task renewal;
    private bool isOver;

    internal RedisLease(
        IRedisConnection connection,
        RedisKey key,
        RedisValue holder,
        TimeSpan duration,
        long since,
        TimeProvider time
    )
    {
        (this.connection, Key, this.holder, this.duration, this.time) = (connection, key, holder, duration, time);
        renewal = RenewAsync(since);
    }

    /// <summary>Cancelled when the lease could not be renewed in time: another process may hold it now.</summary>
    public CancellationToken Lost => lost.Token;

    internal RedisKey Key { get; }

    public async ValueTask DisposeAsync()
    {
        await released.CancelAsync();
        await renewal;
        try
        {
            if (!isOver && !lost.IsCancellationRequested)
                await connection
                    .RunAsync(
                        db => IfHeldAsync(db, transaction => _ = transaction.KeyDeleteAsync(Key)),
                        CancellationToken.None
                    )
                    .WaitAsync(duration, time);
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException)
        {
            // The lease expires by itself.
        }
        lost.Dispose();
        released.Dispose();
    }

    /// <summary>The condition of a transaction that only the holder may run.</summary>
    internal Condition IsHeld => Condition.StringEqual(Key, holder);

    /// <summary>Notes that a transaction has deleted the lease's key.</summary>
    internal void NoteReleased() => isOver = true;

    private async Task RenewAsync(long since)
    {
        try
        {
            while (true)
            {
                await Task.Delay(duration / RenewalsPerDuration, time, released.Token);
                var left = duration - time.GetElapsedTime(since);
                if (left <= TimeSpan.Zero)
                    break;
                var sent = time.GetTimestamp();
                if (await TryExtendAsync(left) is not { } isExtended)
                    continue;
                if (!isExtended)
                    break;
                since = sent;
            }
            await lost.CancelAsync();
        }
        catch (OperationCanceledException) when (released.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    /// <returns>Null if the store did not answer: the lease may still be held.</returns>
    private async Task<bool?> TryExtendAsync(TimeSpan timeout)
    {
        try
        {
            return await connection
                .RunAsync(
                    db => IfHeldAsync(db, transaction => _ = transaction.KeyExpireAsync(Key, duration)),
                    released.Token
                )
                .WaitAsync(timeout, time, released.Token);
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException)
        {
            return null;
        }
    }

    private async Task<bool> IfHeldAsync(IDatabase db, Action<ITransaction> command)
    {
        while (true)
        {
            var transaction = db.CreateTransaction();
            var isHeld = transaction.AddCondition(IsHeld);
            command(transaction);
            if (await transaction.ExecuteAsync())
                return true;
            // Garnet also aborts a transaction when a neighbour of the watched key in its index was written to.
            if (!isHeld.WasSatisfied)
                return false;
        }
    }
}
