using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>Memory in Redis: JSON by id, an index by time, and vector sets that find candidates.</summary>
public sealed class RedisEpisodeStore(IRedisConnection connection, RedisKeys keys) : IMemoryStore
{
    /// <summary>Patterns are few and each stands for many episodes.</summary>
    private const int PatternCandidates = 10;

    /// <summary>
    /// Nodes of the index that a search looks at: with so many the ten nearest of 100,000 are found all but always
    /// (measured by the evaluation's memory verb).
    /// </summary>
    private const int Exploration = 100;

    /// <summary>Keys of one request, so that no single one holds the server up.</summary>
    private const int Batch = 500;

    private const int MostAliases = 8;

    private static readonly TimeSpan AliasLife = TimeSpan.FromDays(180);

    /// <summary>
    /// Adds to the vector sets what a crash between two commands, or a server that lost its preview index, left out.
    /// </summary>
    public Task RepairAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var stored = await db.SortedSetLengthAsync(keys.Timeline);
                if (stored > await db.VectorSetLengthAsync(keys.Episodes))
                    await foreach (
                        var episode in ReadAsync(
                            db,
                            await db.SortedSetRangeByRankAsync(keys.Timeline),
                            keys.Episode,
                            MemoryJson.Default.Episode
                        )
                    )
                        if (!await db.VectorSetContainsAsync(keys.Episodes, episode.Id))
                            await AddVectorAsync(db, episode);
                if (await db.SetLengthAsync(keys.PatternIds) > await db.VectorSetLengthAsync(keys.Patterns))
                    foreach (var pattern in await PatternsAsync(db))
                        if (!await db.VectorSetContainsAsync(keys.Patterns, pattern.Id))
                            await AddVectorAsync(db, pattern);
                return true;
            },
            cancellationToken
        );

    public Task SaveAsync(Episode episode, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                _ = transaction.StringSetAsync(keys.Episode(episode.Id), ToJson(episode, MemoryJson.Default.Episode));
                _ = transaction.SortedSetAddAsync(keys.Timeline, episode.Id, episode.At.ToUnixTimeMilliseconds());
                // Outside the transaction: a vector set is not allowed in one everywhere. What is lost between the two,
                // RepairAsync puts back.
                await Task.WhenAll(transaction.ExecuteAsync(), AddVectorAsync(db, episode));
                return true;
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
                    var after = change(FromJson(before, MemoryJson.Default.Episode)!);
                    var transaction = db.CreateTransaction();
                    transaction.AddCondition(Condition.StringEqual(key, before));
                    _ = transaction.StringSetAsync(key, ToJson(after, MemoryJson.Default.Episode));
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
                return json.IsNull ? null : FromJson(json, MemoryJson.Default.Episode);
            },
            cancellationToken
        );

    /// <summary>
    /// An episode by its own id or an alias; what an alias stands for may itself have been merged into another.
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

    public Task<Candidates> NearAsync(
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var episodes = SearchAsync(db, keys.Episodes, vector, count, cluster);
                var patterns = SearchAsync(db, keys.Patterns, vector, PatternCandidates, cluster);
                var state = ReadStateAsync(db);
                return new Candidates(
                    await LoadAsync(db, keys.Episodes, await episodes, keys.Episode, MemoryJson.Default.Episode),
                    await LoadAsync(db, keys.Patterns, await patterns, keys.Pattern, MemoryJson.Default.Pattern),
                    await state
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Episode>>(
            async db =>
            {
                var episodes = new List<Episode>();
                await foreach (
                    var episode in ReadAsync(
                        db,
                        await db.SortedSetRangeByRankAsync(keys.Timeline, order: Order.Descending),
                        keys.Episode,
                        MemoryJson.Default.Episode
                    )
                )
                    episodes.Add(episode);
                return episodes;
            },
            cancellationToken
        );

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(db => db.SortedSetLengthAsync(keys.Timeline), cancellationToken);

    public Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Pattern>>(async db => await PatternsAsync(db), cancellationToken);

    public Task ReplacePatternsAsync(IReadOnlyList<Pattern> patterns, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var before = await PatternsAsync(db);
                var known = before.ToDictionary(
                    pattern => pattern.Id,
                    pattern => ToJson(pattern, MemoryJson.Default.Pattern)
                );
                foreach (var pattern in patterns)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var json = ToJson(pattern, MemoryJson.Default.Pattern);
                    if (known.GetValueOrDefault(pattern.Id) is { } same && same == json)
                        continue;
                    // An element that is there keeps its old vector on some servers.
                    await db.VectorSetRemoveAsync(keys.Patterns, pattern.Id);
                    var transaction = db.CreateTransaction();
                    _ = transaction.StringSetAsync(keys.Pattern(pattern.Id), json);
                    _ = transaction.SetAddAsync(keys.PatternIds, pattern.Id);
                    await transaction.ExecuteAsync();
                    await AddVectorAsync(db, pattern);
                }
                foreach (var id in known.Keys.Except(patterns.Select(pattern => pattern.Id)))
                {
                    var transaction = db.CreateTransaction();
                    _ = transaction.KeyDeleteAsync(keys.Pattern(id));
                    _ = transaction.SetRemoveAsync(keys.PatternIds, id);
                    await transaction.ExecuteAsync();
                    await db.VectorSetRemoveAsync(keys.Patterns, id);
                }
                return true;
            },
            cancellationToken
        );

    public Task<bool> ForgetAsync(
        string id,
        (Pattern Before, Pattern After)? absorbed,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var transaction = db.CreateTransaction();
                transaction.AddCondition(Condition.KeyExists(keys.Episode(id)));
                if (absorbed is var (before, after))
                {
                    transaction.AddCondition(
                        Condition.StringEqual(keys.Pattern(before.Id), ToJson(before, MemoryJson.Default.Pattern))
                    );
                    _ = transaction.StringSetAsync(keys.Pattern(after.Id), ToJson(after, MemoryJson.Default.Pattern));
                }
                _ = transaction.KeyDeleteAsync(keys.Episode(id));
                _ = transaction.SortedSetRemoveAsync(keys.Timeline, id);
                var isDone = await transaction.ExecuteAsync();
                if (isDone)
                    await db.VectorSetRemoveAsync(keys.Episodes, id);
                return isDone;
            },
            cancellationToken
        );

    public Task<IAsyncDisposable?> LeaseAsync(string name, TimeSpan longest, CancellationToken cancellationToken) =>
        connection.RunAsync<IAsyncDisposable?>(
            async db =>
            {
                RedisValue holder = Guid.NewGuid().ToString("N");
                return await db.LockTakeAsync(keys.Lease(name), holder, longest)
                    ? new Lease(connection, keys.Lease(name), holder)
                    : null;
            },
            cancellationToken
        );

    public Task<MemoryState> StateAsync(CancellationToken cancellationToken) =>
        connection.RunAsync(ReadStateAsync, cancellationToken);

    public Task SaveStateAsync(MemoryState state, CancellationToken cancellationToken) =>
        connection.RunAsync(
            db =>
                db.StringSetAsync([
                    new(keys.Calibration, ToJson(state.Calibration, MemoryJson.Default.Calibration)),
                    new(
                        keys.Controller,
                        ToJson(
                            new(state.Controller, state.Commonness, state.Consolidated),
                            MemoryJson.Default.StoredController
                        )
                    ),
                ]),
            cancellationToken
        );

    private async Task<MemoryState> ReadStateAsync(IDatabase db)
    {
        var values = await db.StringGetAsync([keys.Calibration, keys.Controller]);
        var controller = values[1].IsNull ? null : FromJson(values[1], MemoryJson.Default.StoredController);
        return new(
            (values[0].IsNull ? null : FromJson(values[0], MemoryJson.Default.Calibration)) ?? Calibration.Prior,
            controller?.State ?? ControllerState.Initial,
            controller?.Commonness ?? DocumentFrequency.None,
            controller?.Consolidated
        );
    }

    internal static async Task<IReadOnlyList<RedisValue>> SearchAsync(
        IDatabase db,
        RedisKey set,
        float[] vector,
        int count,
        string? cluster
    )
    {
        var request = VectorSetSimilaritySearchRequest.ByVector(vector);
        request.Count = count;
        request.SearchExplorationFactor = Exploration;
        // A search is shorter than handing it to a thread of the server.
        request.DisableThreading = true;
        if (cluster is not null)
            request.FilterExpression = $".cluster == \"{Tag(cluster)}\"";
        try
        {
            using var found = await db.VectorSetSimilaritySearchAsync(set, request);
            // Scores are not used: Garnet returns distances, Redis similarities, and both of quantized vectors.
            return found is null ? [] : [.. found.Span.ToArray().Select(result => result.Member)];
        }
        catch (RedisServerException)
        {
            // Garnet refuses where Redis finds nothing.
            if (await db.KeyExistsAsync(set))
                throw;
            return [];
        }
    }

    private static async Task<IReadOnlyList<T>> LoadAsync<T>(
        IDatabase db,
        RedisKey set,
        IReadOnlyList<RedisValue> ids,
        Func<string, RedisKey> key,
        JsonTypeInfo<T> type
    )
        where T : class
    {
        if (ids.Count == 0)
            return [];
        var values = await db.StringGetAsync([.. ids.Select(id => key(id!))]);
        var loaded = new List<T>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            // A crash while forgetting leaves the vector behind.
            if (values[i].IsNull)
                await db.VectorSetRemoveAsync(set, ids[i]);
            else
                loaded.Add(FromJson(values[i], type)!);
        }
        return loaded;
    }

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        IDatabase db,
        RedisValue[] ids,
        Func<string, RedisKey> key,
        JsonTypeInfo<T> type
    )
        where T : class
    {
        foreach (var batch in ids.Chunk(Batch))
        foreach (var value in await db.StringGetAsync([.. batch.Select(id => key(id!))]))
            if (!value.IsNull)
                yield return FromJson(value, type)!;
    }

    private async Task<List<Pattern>> PatternsAsync(IDatabase db)
    {
        var patterns = new List<Pattern>();
        await foreach (
            var pattern in ReadAsync(
                db,
                await db.SetMembersAsync(keys.PatternIds),
                keys.Pattern,
                MemoryJson.Default.Pattern
            )
        )
            patterns.Add(pattern);
        return patterns;
    }

    private Task<bool> AddVectorAsync(IDatabase db, Episode episode) =>
        AddVectorAsync(db, keys.Episodes, episode.Id, episode.Vector, episode.Cluster);

    private Task<bool> AddVectorAsync(IDatabase db, Pattern pattern) =>
        AddVectorAsync(db, keys.Patterns, pattern.Id, pattern.Vector, pattern.Cluster);

    private static Task<bool> AddVectorAsync(IDatabase db, RedisKey set, string id, float[] vector, string? cluster) =>
        db.VectorSetAddAsync(set, VectorSetAddRequest.Member(id, vector, $"{{\"cluster\":\"{Tag(cluster)}\"}}"));

    /// <summary>A name of any characters as one of letters and digits: a filter knows no escapes.</summary>
    internal static string Tag(string? cluster) =>
        cluster is null
            ? ""
            : Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(cluster))
            )[..16];

    private static string ToJson<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T? FromJson<T>(RedisValue json, JsonTypeInfo<T> type)
    {
        var text = ((ReadOnlyMemory<byte>)json).Span;
        return typeof(T) == typeof(Episode)
            ? (T)(object)EpisodeReader.Read(text)
            : JsonSerializer.Deserialize(text, type);
    }

    private sealed class Lease(IRedisConnection connection, RedisKey key, RedisValue holder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.RunAsync(db => db.LockReleaseAsync(key, holder), default);
            }
            catch (StoreUnavailableException)
            {
                // It ends by itself.
            }
        }
    }
}
