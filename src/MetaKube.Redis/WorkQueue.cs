using System.Text.Json;
using MetaKube.Chat;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Work that was accepted and is stored until it is completed, even if the process that accepted it is killed. It
/// deduplicates by <see cref="WorkItem.Id"/>. Each lane is done in order and by one process at a time.
/// </summary>
public sealed class WorkQueue(IRedisConnection connection, RedisKeys keys, TimeProvider time)
{
    /// <summary>Slack redelivers an event for at most 24 hours.</summary>
    private static readonly TimeSpan SeenLife = TimeSpan.FromDays(2);

    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(10),
        LongestBackOff = TimeSpan.FromSeconds(8),
        FailuresLife = TimeSpan.FromDays(1);

    /// <summary>Bounds one answer of the server; the lanes that have been due for the longest come first.</summary>
    private const int MostDue = 5000;

    private readonly RedisLeaseStore leases = new(connection, keys, time);

    /// <summary>Raised when this process has added work to a lane that was empty.</summary>
    public event Action<WorkLane>? LaneAdded;

    /// <summary>Stores work. It is safe to acknowledge the event that caused it once this returns.</summary>
    /// <returns>False if work with the same id was accepted before.</returns>
    public async Task<bool> AddAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var (isNew, isLaneNew) = await connection.RunAsync(
            db => StoreAsync(db, work, cancellationToken),
            cancellationToken
        );
        // Else the lane is drained already, waits until it is due, or belongs to a process that died.
        if (isLaneNew)
            LaneAdded?.Invoke(work.Lane);
        return isNew;
    }

    /// <summary>Lanes whose next work is due, in one round trip. Some may be leased by another process.</summary>
    public Task<IReadOnlyList<WorkLane>> DueAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<WorkLane>>(
            async db =>
                [
                    .. (await db.SortedSetRangeByScoreAsync(keys.Lanes, stop: Now, take: MostDue)).Select(
                        lane => new WorkLane((string)lane!)
                    ),
                ],
            cancellationToken
        );

    /// <summary>The number of lanes with work, due or not.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.SortedSetLengthAsync(keys.Lanes), cancellationToken);

    /// <summary>Acquires the right to do a lane's work.</summary>
    /// <returns>Null while another process has it.</returns>
    public Task<RedisLease?> LeaseAsync(WorkLane lane, CancellationToken cancellationToken) =>
        leases.TryAcquireAsync(lane.Key, LeaseDuration, cancellationToken);

    /// <summary>
    /// Over the embedded server there is one service at a time: the lanes that are leased when it starts belonged to a
    /// process that died, and need not wait until the leases expire.
    /// </summary>
    public async Task ReleaseAbandonedAsync(CancellationToken cancellationToken)
    {
        if (connection is GarnetConnection { IsOwner: true })
            await connection.RunAsync(
                async db =>
                    await db.KeyDeleteAsync([
                        .. (await db.SortedSetRangeByRankAsync(keys.Lanes)).Select(lane => keys.Lease(lane!)),
                    ]),
                cancellationToken
            );
    }

    /// <summary>The lane's next work. It stays in the queue until it is completed.</summary>
    /// <returns>Null if the lane is empty: it is closed, and its lease is released.</returns>
    public Task<QueuedWork?> FirstAsync(WorkLane lane, RedisLease lease, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db => Read(await db.ListGetByIndexAsync(keys.Lane(lane.Key), 0)) ?? await CloseAsync(db, lane, lease),
            cancellationToken
        );

    /// <summary>Removes work that is done, with the notes on how it was done.</summary>
    /// <returns>The lane's next work, as by <see cref="FirstAsync"/>.</returns>
    public Task<QueuedWork?> CompleteAsync(
        WorkLane lane,
        RedisLease lease,
        QueuedWork work,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                // By its value: repeated after a broken connection it removes nothing else.
                _ = transaction.ListRemoveAsync(keys.Lane(lane.Key), work.Json, 1);
                _ = transaction.KeyDeleteAsync([keys.LaneFailures(lane.Key), .. keys.OfWork(work.Work.Id)]);
                var next = transaction.ListGetByIndexAsync(keys.Lane(lane.Key), 0);
                await transaction.ExecuteAsync();
                return Read(await next) ?? await CloseAsync(db, lane, lease);
            },
            cancellationToken
        );

    /// <summary>Backs off: the lane is due later, the later the more often its next work has failed.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="atLeast">The shortest delay, or null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The delay.</returns>
    public Task<TimeSpan> PostponeAsync(WorkLane lane, TimeSpan? atLeast, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var failures = keys.LaneFailures(lane.Key);
                var counted = db.StringIncrementAsync(failures);
                await db.KeyExpireAsync(failures, FailuresLife);
                var backOff = Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, await counted - 1));
                var delay = TimeSpan.FromSeconds(Math.Max(backOff, atLeast?.TotalSeconds ?? 0));
                await db.SortedSetAddAsync(keys.Lanes, lane.Key, Now + delay.TotalMilliseconds, SortedSetWhen.Exists);
                return delay;
            },
            cancellationToken
        );

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<(bool IsNew, bool IsLaneNew)> StoreAsync(
        IDatabase db,
        WorkItem work,
        CancellationToken cancellationToken
    )
    {
        var json = JsonSerializer.Serialize(work, ConversationJson.Default.WorkItem);
        var lane = work.Lane.Key;
        while (true)
        {
            var transaction = db.CreateTransaction();
            var isNew = transaction.AddCondition(Condition.KeyNotExists(keys.Seen(work.Id)));
            _ = transaction.StringSetAsync(keys.Seen(work.Id), 1, SeenLife);
            _ = transaction.ListRightPushAsync(keys.Lane(lane), json);
            var isLaneNew = transaction.SortedSetAddAsync(keys.Lanes, lane, Now, SortedSetWhen.NotExists);
            if (await transaction.ExecuteAsync())
                return (true, await isLaneNew);
            // Garnet also aborts a transaction when a neighbour of the watched key in its index was written to.
            if (!isNew.WasSatisfied)
                return (false, false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Closes a lane and releases its lease in one step: whoever adds the next work finds the lane free.
    /// </summary>
    /// <returns>Work that was added in the meantime, or null.</returns>
    private async Task<QueuedWork?> CloseAsync(IDatabase db, WorkLane lane, RedisLease lease)
    {
        while (true)
        {
            var transaction = db.CreateTransaction();
            var isEmpty = transaction.AddCondition(Condition.ListLengthEqual(keys.Lane(lane.Key), 0));
            var isHeld = transaction.AddCondition(lease.IsHeld);
            _ = transaction.SortedSetRemoveAsync(keys.Lanes, lane.Key);
            _ = transaction.KeyDeleteAsync(lease.Key);
            if (await transaction.ExecuteAsync())
            {
                lease.NoteReleased();
                return null;
            }
            if (!isHeld.WasSatisfied)
                return null;
            if (!isEmpty.WasSatisfied && Read(await db.ListGetByIndexAsync(keys.Lane(lane.Key), 0)) is { } added)
                return added;
        }
    }

    private static QueuedWork? Read(RedisValue json) =>
        json.IsNull
            ? null
            : new(
                JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, ConversationJson.Default.WorkItem)!,
                json
            );
}
