using System.Text.Json;
using MetaKube.Chat;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>A piece of work, and as what it is kept.</summary>
public sealed record QueuedWork(WorkItem Work, RedisValue Json);

/// <summary>
/// Work that was taken on, kept until it is done, whatever becomes of the process. Within a lane (a thread, an answer
/// that is voted on) it is done in order, by
/// one process at a time.
/// </summary>
public sealed class WorkQueue(IRedisConnection connection, RedisKeys keys, TimeProvider time)
{
    /// <summary>Slack delivers for at most 24 hours.</summary>
    private static readonly TimeSpan Seen = TimeSpan.FromDays(2),
        LeaseLength = TimeSpan.FromSeconds(10),
        LeaseRenewal = TimeSpan.FromSeconds(3),
        LongestPause = TimeSpan.FromSeconds(8);

    private const int MostAtOnce = 500;

    /// <summary>Raised when this process has added work.</summary>
    public event Action<WorkItem>? Added;

    /// <summary>Takes work on; when this returns it is kept.</summary>
    /// <returns>False where it was taken on before.</returns>
    public async Task<bool> AddAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var isNew = await StoreAsync(work, cancellationToken);
        if (isNew)
            Added?.Invoke(work);
        return isNew;
    }

    private Task<bool> StoreAsync(WorkItem work, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var json = JsonSerializer.Serialize(work, ConversationJson.Default.WorkItem);
                while (true)
                {
                    var transaction = db.CreateTransaction();
                    var isNew = transaction.AddCondition(Condition.KeyNotExists(keys.Seen(work.Id)));
                    _ = transaction.StringSetAsync(keys.Seen(work.Id), 1, Seen);
                    _ = transaction.ListRightPushAsync(keys.Lane(work.Lane), json);
                    _ = transaction.SortedSetAddAsync(keys.Lanes, work.Lane, Now, SortedSetWhen.NotExists);
                    if (await transaction.ExecuteAsync())
                        return true;
                    // Garnet also gives up where a neighbour of the key in its index was written to: that says nothing
                    // of this work.
                    if (!isNew.WasSatisfied)
                        return false;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            cancellationToken
        );

    /// <summary>Lanes with work that is due and that nobody is at.</summary>
    public Task<IReadOnlyList<(string Lane, WorkPriority Priority)>> DueAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<(string, WorkPriority)>>(
            async db =>
            {
                var due = new List<(string, WorkPriority)>();
                foreach (var lane in await db.SortedSetRangeByScoreAsync(keys.Lanes, stop: Now, take: MostAtOnce))
                {
                    if (await db.KeyExistsAsync(keys.Lease(lane!)))
                        continue;
                    if (await FirstAsync(db, lane!) is { } item)
                        due.Add((lane!, item.Work.Priority));
                    else
                        await CloseAsync(db, lane!);
                }
                return due;
            },
            cancellationToken
        );

    /// <summary>Lanes with work, due or not.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.SortedSetLengthAsync(keys.Lanes), cancellationToken);

    /// <summary>The right to do a lane's work, or null while somebody else has it.</summary>
    public Task<LaneLease?> LeaseAsync(string lane, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                RedisValue holder = Guid.NewGuid().ToString("N");
                return await db.LockTakeAsync(keys.Lease(lane), holder, LeaseLength)
                    ? new LaneLease(connection, keys.Lease(lane), holder, LeaseLength, LeaseRenewal, time)
                    : null;
            },
            cancellationToken
        );

    /// <summary>
    /// Ends leases that nobody can hold: those of a process before this one, where there is only ever one.
    /// </summary>
    public Task ReleaseAllAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                foreach (var lane in await db.SortedSetRangeByRankAsync(keys.Lanes))
                    await db.KeyDeleteAsync(keys.Lease(lane!));
                return true;
            },
            cancellationToken
        );

    /// <summary>The work that comes next, or null. It stays until <see cref="DoneAsync"/>.</summary>
    public Task<QueuedWork?> FirstAsync(string lane, CancellationToken cancellationToken) =>
        connection.RunAsync(db => FirstAsync(db, lane), cancellationToken);

    public Task DoneAsync(string lane, QueuedWork item, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                // By its value: done twice after a broken connection, it takes nothing else.
                _ = transaction.ListRemoveAsync(keys.Lane(lane), item.Json, 1);
                _ = transaction.KeyDeleteAsync(keys.LaneFailures(lane));
                await transaction.ExecuteAsync();
                await CloseAsync(db, lane);
                return true;
            },
            cancellationToken
        );

    /// <summary>Leaves the lane's work for later; the more often it failed, the later.</summary>
    public Task<TimeSpan> PostponeAsync(string lane, TimeSpan? atLeast, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var failures = await db.StringIncrementAsync(keys.LaneFailures(lane));
                await db.KeyExpireAsync(keys.LaneFailures(lane), TimeSpan.FromDays(1));
                var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures - 1)));
                if (atLeast > pause)
                    pause = atLeast.Value;
                await db.SortedSetAddAsync(keys.Lanes, lane, Now + pause.TotalMilliseconds);
                return pause;
            },
            cancellationToken
        );

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<QueuedWork?> FirstAsync(IDatabase db, string lane) =>
        await db.ListGetByIndexAsync(keys.Lane(lane), 0) is { IsNull: false } json
            ? new(
                JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, ConversationJson.Default.WorkItem)!,
                json
            )
            : null;

    private async Task CloseAsync(IDatabase db, string lane)
    {
        var transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.ListLengthEqual(keys.Lane(lane), 0));
        _ = transaction.SortedSetRemoveAsync(keys.Lanes, lane);
        await transaction.ExecuteAsync();
    }
}
