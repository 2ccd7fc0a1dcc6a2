using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Chat;
using MetaKube.Investigations;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Stores offered changes with their audit trail, longer than investigations, because people ask about them longer.
/// </summary>
public sealed class ChangeStore(IRedisConnection connection, RedisKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    private const int Listed = 200;

    public Task<ProposedChange?> FindAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
                await db.StringGetAsync(keys.Change(id)) is { IsNull: false } json
                    ? JsonSerializer.Deserialize((string)json!, ChangeJson.Default.ProposedChange)
                    : null,
            cancellationToken
        );

    /// <summary>Stores a change that an answer offers.</summary>
    public Task OfferAsync(ProposedChange change, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.StringSetAsync(keys.Change(change.Id), ToJson(change), Life), cancellationToken);

    /// <summary>
    /// Optimistic update; <paramref name="update"/> may run more than once.
    /// </summary>
    /// <returns>The change after the update, or null if it expired.</returns>
    public Task<ProposedChange?> UpdateAsync(
        string id,
        Func<ProposedChange, ProposedChange> update,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                while (await db.StringGetAsync(keys.Change(id)) is { IsNull: false } before)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var (now, after) = (
                        time.GetUtcNow(),
                        update(JsonSerializer.Deserialize((string)before!, ChangeJson.Default.ProposedChange)!)
                    );
                    var transaction = db.CreateTransaction();
                    transaction.AddCondition(Condition.StringEqual(keys.Change(id), before));
                    _ = transaction.StringSetAsync(keys.Change(id), ToJson(after), Life);
                    _ = transaction.SortedSetAddAsync(keys.Changes, id, now.ToUnixTimeSeconds());
                    _ = transaction.SortedSetRemoveRangeByScoreAsync(
                        keys.Changes,
                        double.NegativeInfinity,
                        (now - Life).ToUnixTimeSeconds()
                    );
                    if (await transaction.ExecuteAsync())
                        return after;
                }
                return null;
            },
            cancellationToken
        );

    /// <summary>The changes that were at least proposed, newest first.</summary>
    public Task<IReadOnlyList<ProposedChange>> ListAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<ProposedChange>>(
            async db =>
            {
                var ids = await db.SortedSetRangeByRankAsync(keys.Changes, 0, Listed - 1, Order.Descending);
                var found = await db.StringGetAsync([.. ids.Select(id => keys.Change(id!))]);
                return
                [
                    .. found
                        .Where(json => !json.IsNull)
                        .Select(json => JsonSerializer.Deserialize((string)json!, ChangeJson.Default.ProposedChange)!),
                ];
            },
            cancellationToken
        );

    /// <summary>The state of a change's target right before it was applied.</summary>
    public Task SaveWatchedAsync(string id, RecoveryBaseline watched, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync(
                    keys.ChangeBefore(id),
                    JsonSerializer.Serialize(StoredWatched.Of(watched), IncidentJson.Default.StoredWatched),
                    Life
                ),
            cancellationToken
        );

    public Task ForgetWatchedAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.KeyDeleteAsync(keys.ChangeBefore(id)), cancellationToken);

    public Task<RecoveryBaseline?> WatchedAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
                await db.StringGetAsync(keys.ChangeBefore(id)) is { IsNull: false } json
                    ? JsonSerializer.Deserialize((string)json!, IncidentJson.Default.StoredWatched)?.RecoveryBaseline
                    : null,
            cancellationToken
        );

    private static string ToJson(ProposedChange change) =>
        JsonSerializer.Serialize(change, ChangeJson.Default.ProposedChange);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProposedChange))]
public sealed partial class ChangeJson : JsonSerializerContext;
