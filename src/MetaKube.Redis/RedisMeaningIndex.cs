using System.Runtime.InteropServices;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Vectors of embeddings in Redis: of each embedding a vector set that finds candidates, and a hash with the exact
/// vectors.
/// </summary>
public sealed class RedisMeaningIndex(IRedisConnection connection, RedisKeys keys) : IMeaningIndex
{
    private const int Batch = 500;

    public Task<IReadOnlyList<Episode>> MissingAsync(string embedding, int most, CancellationToken cancellationToken) =>
        connection.RunAsync<IReadOnlyList<Episode>>(
            async db =>
            {
                var vectors = keys.MeaningVectors(RedisEpisodeStore.Tag(embedding));
                var missing = new List<Episode>();
                for (
                    var from = 0L;
                    missing.Count < most
                        && await db.SortedSetRangeByRankAsync(keys.Timeline, from, from + Batch - 1, Order.Descending)
                            is { Length: > 0 } ids;
                    from += ids.Length
                )
                {
                    var known = await db.HashGetAsync(vectors, ids);
                    var lacking = ids.Where((_, i) => known[i].IsNull).Take(most - missing.Count).ToList();
                    if (lacking.Count == 0)
                        continue;
                    foreach (var json in await db.StringGetAsync([.. lacking.Select(id => keys.Episode(id!))]))
                        if (!json.IsNull)
                            missing.Add(EpisodeReader.Read(((ReadOnlyMemory<byte>)json).Span));
                }
                return missing;
            },
            cancellationToken
        );

    public Task AddAsync(string embedding, Episode episode, float[] vector, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var tag = RedisEpisodeStore.Tag(embedding);
                await db.SetAddAsync(keys.Embeddings, tag);
                // An element that is there keeps its old vector on some servers.
                await db.VectorSetRemoveAsync(keys.Meanings(tag), episode.Id);
                await db.VectorSetAddAsync(
                    keys.Meanings(tag),
                    VectorSetAddRequest.Member(
                        episode.Id,
                        vector,
                        $"{{\"cluster\":\"{RedisEpisodeStore.Tag(episode.Cluster)}\"}}"
                    )
                );
                // Last, since an episode counts as indexed by this.
                await db.HashSetAsync(
                    keys.MeaningVectors(tag),
                    episode.Id,
                    MemoryMarshal.AsBytes<float>(vector).ToArray()
                );
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<(Episode Episode, float[] Vector)>> NearAsync(
        string embedding,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<(Episode, float[])>>(
            async db =>
            {
                var tag = RedisEpisodeStore.Tag(embedding);
                var ids = await RedisEpisodeStore.SearchAsync(db, keys.Meanings(tag), vector, count, cluster);
                if (ids.Count == 0)
                    return [];
                var vectors = await db.HashGetAsync(keys.MeaningVectors(tag), [.. ids]);
                var episodes = await db.StringGetAsync([.. ids.Select(id => keys.Episode(id!))]);
                var near = new List<(Episode, float[])>();
                for (var i = 0; i < ids.Count; i++)
                {
                    if (!episodes[i].IsNull && !vectors[i].IsNull)
                    {
                        near.Add(
                            (
                                EpisodeReader.Read(((ReadOnlyMemory<byte>)episodes[i]).Span),
                                MemoryMarshal.Cast<byte, float>(((ReadOnlyMemory<byte>)vectors[i]).Span).ToArray()
                            )
                        );
                        continue;
                    }
                    // What was forgotten since leaves its vector behind.
                    await db.VectorSetRemoveAsync(keys.Meanings(tag), ids[i]);
                    await db.HashDeleteAsync(keys.MeaningVectors(tag), ids[i]);
                }
                return near;
            },
            cancellationToken
        );

    public Task KeepOnlyAsync(string embedding, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                foreach (
                    var tag in (await db.SetMembersAsync(keys.Embeddings)).Where(tag =>
                        tag != RedisEpisodeStore.Tag(embedding)
                    )
                )
                {
                    await db.KeyDeleteAsync([keys.Meanings(tag!), keys.MeaningVectors(tag!)]);
                    await db.SetRemoveAsync(keys.Embeddings, tag);
                }
                return true;
            },
            cancellationToken
        );
}
