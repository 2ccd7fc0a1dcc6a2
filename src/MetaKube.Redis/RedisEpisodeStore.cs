using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Episodes and patterns in Redis: JSON by id, and an index of episodes by time.</summary>
public sealed class RedisEpisodeStore(IRedisConnection connection, RedisKeys keys) : IEpisodeStore
{
    /// <summary>Keys of one request, so that no request blocks the server for long.</summary>
    private const int Batch = 500;

    /// <summary>Aliases that are followed before the search gives up.</summary>
    private const int MostAliases = 8;

    private static readonly TimeSpan AliasLife = TimeSpan.FromDays(180);

    public Task SaveAsync(Episode episode, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(keys.Episode(episode.Id), ToJson(episode));
                _ = transaction.SortedSetAddAsync(keys.Timeline, episode.Id, episode.At.ToUnixTimeMilliseconds());
                return transaction.ExecuteAsync();
            },
            cancellationToken
        );

    public Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var (key, before) = await ReadAsync(db, id);
                for (; !before.IsNull; before = await db.StringGetAsync(key))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var after = change(ToEpisode(before));
                    var transaction = db.CreateTransaction();
                    transaction.AddCondition(Condition.StringEqual(key, before));
                    _ = transaction.StringSetAsync(key, ToJson(after));
                    if (await transaction.ExecuteAsync())
                        return after;
                }
                return null;
            },
            cancellationToken
        );

    public Task AliasAsync(string id, string episode, CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.StringSetAsync(keys.Alias(id), episode, AliasLife), cancellationToken);

    public Task<Episode?> FindAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var (_, json) = await ReadAsync(db, id);
                return json.IsNull ? null : ToEpisode(json);
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Episode>> LoadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Episode>>(
            async db => [.. (await ReadAllAsync(db, ids, keys.Episode)).Select(ToEpisode)],
            cancellationToken
        );

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Episode>>(
            async db => [.. (await ReadAllAsync(db, await IdsAsync(db), keys.Episode)).Select(ToEpisode)],
            cancellationToken
        );

    public Task<IReadOnlyList<string>> ListIdsAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(IdsAsync, cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.SortedSetLengthAsync(keys.Timeline), cancellationToken);

    public Task<bool> DeleteAsync(
        string id,
        (Pattern Before, Pattern After)? absorbed,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            db =>
            {
                var transaction = db.CreateTransaction();
                transaction.AddCondition(Condition.KeyExists(keys.Episode(id)));
                if (absorbed is var (before, after))
                {
                    transaction.AddCondition(Condition.StringEqual(keys.Pattern(before.Id), ToJson(before)));
                    _ = transaction.StringSetAsync(keys.Pattern(after.Id), ToJson(after));
                }
                _ = transaction.KeyDeleteAsync(keys.Episode(id));
                _ = transaction.SortedSetRemoveAsync(keys.Timeline, id);
                return transaction.ExecuteAsync();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Pattern>>(
            async db =>
            {
                var ids = (await db.SetMembersAsync(keys.PatternIds)).Select(id => (string)id!);
                return [.. (await ReadAllAsync(db, [.. ids], keys.Pattern)).Select(ToPattern)];
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Pattern>> LoadPatternsAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<Pattern>>(
            async db => [.. (await ReadAllAsync(db, ids, keys.Pattern)).Select(ToPattern)],
            cancellationToken
        );

    public Task SavePatternAsync(Pattern pattern, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(keys.Pattern(pattern.Id), ToJson(pattern));
                _ = transaction.SetAddAsync(keys.PatternIds, pattern.Id);
                return transaction.ExecuteAsync();
            },
            cancellationToken
        );

    public Task DeletePatternAsync(string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.KeyDeleteAsync(keys.Pattern(id));
                _ = transaction.SetRemoveAsync(keys.PatternIds, id);
                return transaction.ExecuteAsync();
            },
            cancellationToken
        );

    /// <summary>
    /// An episode by its own id or an alias. The episode behind an alias may itself have been merged into another.
    /// </summary>
    private async Task<(RedisKey Key, RedisValue Json)> ReadAsync(IDatabase db, string id)
    {
        for (var aliases = 0; ; aliases++)
        {
            var key = keys.Episode(id);
            var json = await db.StringGetAsync(key);
            if (
                !json.IsNull
                || aliases == MostAliases
                || await db.StringGetAsync(keys.Alias(id)) is not { IsNull: false } known
            )
                return (key, json);
            id = known!;
        }
    }

    /// <summary>The JSON of these ids in order, without those that do not exist.</summary>
    private static async Task<IReadOnlyList<RedisValue>> ReadAllAsync(
        IDatabase db,
        IReadOnlyList<string> ids,
        Func<string, RedisKey> keyOf
    )
    {
        var found = new List<RedisValue>(ids.Count);
        foreach (var batch in ids.Chunk(Batch))
            found.AddRange((await db.StringGetAsync([.. batch.Select(id => keyOf(id))])).Where(json => !json.IsNull));
        return found;
    }

    private async Task<IReadOnlyList<string>> IdsAsync(IDatabase db) =>
        [.. (await db.SortedSetRangeByRankAsync(keys.Timeline, order: Order.Descending)).Select(id => (string)id!)];

    private static string ToJson(Episode episode) => ToJson(episode, MemoryJson.Default.Episode);

    private static string ToJson(Pattern pattern) => ToJson(pattern, MemoryJson.Default.Pattern);

    private static string ToJson<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static Episode ToEpisode(RedisValue json) => EpisodeReader.Read(((ReadOnlyMemory<byte>)json).Span);

    private static Pattern ToPattern(RedisValue json) =>
        JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, MemoryJson.Default.Pattern)!;
}
