using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.ChatOps.Redis;

/// <summary>Episodes in Redis: JSON by id, an index by time, and a vector set that finds candidates.</summary>
internal sealed class RedisMemoryStore(IMemoryConnection connection, MemoryKeys keys) : IMemoryStore
{
    /// <summary>Adds to the vector set what a crash between two commands, or a server that lost its preview index, left out.</summary>
    public Task RepairAsync(CancellationToken cancellationToken) => connection.RunAsync(async db =>
    {
        var stored = await db.SortedSetLengthAsync(keys.Timeline);
        if (stored == 0 || stored == await db.VectorSetLengthAsync(keys.Episodes)) return true;
        foreach (var episode in await LoadAsync(db, await db.SortedSetRangeByRankAsync(keys.Timeline)))
            if (!await db.VectorSetContainsAsync(keys.Episodes, episode.Id)) await AddVectorAsync(db, episode);
        return true;
    }, cancellationToken);

    public Task SaveAsync(Episode episode, CancellationToken cancellationToken) => connection.RunAsync(async db =>
    {
        var transaction = db.CreateTransaction();
        _ = transaction.StringSetAsync(keys.Episode(episode.Id), ToJson(episode));
        _ = transaction.SortedSetAddAsync(keys.Timeline, episode.Id, episode.At.ToUnixTimeMilliseconds());
        await transaction.ExecuteAsync();
        // Outside the transaction: a vector set is not allowed in one everywhere. What is lost between the two, RepairAsync puts back.
        await AddVectorAsync(db, episode);
        return true;
    }, cancellationToken);

    public Task<Episode?> UpdateAsync(
        string id, Func<Episode, Episode> change, CancellationToken cancellationToken) => connection.RunAsync(async db =>
    {
        while (await db.StringGetAsync(keys.Episode(id)) is { IsNull: false } before)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var after = change(FromJson(before)!);
            var transaction = db.CreateTransaction();
            transaction.AddCondition(Condition.StringEqual(keys.Episode(id), before));
            _ = transaction.StringSetAsync(keys.Episode(id), ToJson(after));
            if (await transaction.ExecuteAsync()) return after;
        }
        return null;
    }, cancellationToken);

    public Task<Episode?> FindAsync(string id, CancellationToken cancellationToken) => connection.RunAsync(
        async db => await db.StringGetAsync(keys.Episode(id)) is { IsNull: false } json ? FromJson(json) : null, cancellationToken);

    public Task<IReadOnlyList<Episode>> NearAsync(float[] vector, int count, CancellationToken cancellationToken) => connection.RunAsync(async db =>
    {
        if (!await db.KeyExistsAsync(keys.Episodes)) return [];
        var request = VectorSetSimilaritySearchRequest.ByVector(vector);
        request.Count = count;
        using var found = await db.VectorSetSimilaritySearchAsync(keys.Episodes, request);
        // Scores are not used: Garnet returns distances, Redis similarities, and both of quantized vectors.
        return found is null ? [] : await LoadAsync(db, [.. found.Span.ToArray().Select(result => result.Member)]);
    }, cancellationToken);

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) => connection.RunAsync(
        async db => await LoadAsync(db, await db.SortedSetRangeByRankAsync(keys.Timeline, order: Order.Descending)), cancellationToken);

    private async Task<IReadOnlyList<Episode>> LoadAsync(IDatabase db, IReadOnlyList<RedisValue> ids)
    {
        if (ids.Count == 0) return [];
        var values = await db.StringGetAsync([.. ids.Select(id => keys.Episode(id!))]);
        return [.. values.Where(value => !value.IsNull).Select(FromJson).OfType<Episode>()];
    }

    private Task<bool> AddVectorAsync(IDatabase db, Episode episode)
    {
        var attributes = new JsonObject { ["cluster"] = episode.Cluster }.ToJsonString();
        return db.VectorSetAddAsync(keys.Episodes, VectorSetAddRequest.Member(episode.Id, episode.Vector, attributes));
    }

    private static string ToJson(Episode episode) => JsonSerializer.Serialize(episode, EpisodeJson.Default.Episode);

    private static Episode? FromJson(RedisValue json) => JsonSerializer.Deserialize((string)json!, EpisodeJson.Default.Episode);
}
