using System.Runtime.InteropServices;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Vector sets of Redis 8 or Garnet. A vector set is quantized, so the exact vectors of embeddings are kept beside it
/// in a hash.
/// </summary>
public sealed class RedisVectorIndex(IRedisConnection connection, RedisKeys keys) : IVectorIndex
{
    /// <summary>
    /// Nodes of the index that a search visits. With this number the ten nearest of 100,000 are found nearly always
    /// (measured by the evaluation's memory verb).
    /// </summary>
    private const int Exploration = 100;

    /// <summary>Commands that are pipelined at once.</summary>
    private const int Batch = 500;

    /// <summary>Checks that the server knows the commands of vector sets.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public async Task EnsureSupportedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CountAsync(VectorCollection.Episodes, cancellationToken);
        }
        catch (StoreUnavailableException e)
            when (e.InnerException is RedisServerException
                && e.InnerException.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase)
            )
        {
            throw new StoreUnavailableException(
                "The Redis server has no vector sets: Redis 8.0 or newer is needed.",
                e
            );
        }
    }

    public Task SetAsync(
        VectorCollection collection,
        string id,
        float[] vector,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync(
            async db =>
            {
                var set = keys.Vectors(collection);
                if (collection.IsEmbedding)
                    await db.SetAddAsync(keys.Embeddings, RedisKeys.Tag(collection.Name));
                // Some servers keep the old vector of an element that exists. Both commands leave together.
                var removed = db.VectorSetRemoveAsync(set, id);
                await db.VectorSetAddAsync(
                    set,
                    VectorSetAddRequest.Member(id, vector, $"{{\"cluster\":\"{TagOf(cluster)}\"}}")
                );
                await removed;
                // Written last, because an episode counts as indexed by this.
                if (collection.IsEmbedding)
                    await db.HashSetAsync(
                        keys.ExactVectors(collection),
                        id,
                        MemoryMarshal.AsBytes<float>(vector).ToArray()
                    );
                return true;
            },
            cancellationToken
        );

    public Task RemoveAsync(VectorCollection collection, string id, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                await db.VectorSetRemoveAsync(keys.Vectors(collection), id);
                if (collection.IsEmbedding)
                    await db.HashDeleteAsync(keys.ExactVectors(collection), id);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Neighbour>> NearestAsync(
        VectorCollection collection,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<Neighbour>>(
            async db =>
            {
                var ids = await SearchAsync(db, keys.Vectors(collection), vector, count, cluster);
                if (!collection.IsEmbedding || ids.Count == 0)
                    return [.. ids.Select(id => new Neighbour(id!))];
                var exact = await db.HashGetAsync(keys.ExactVectors(collection), [.. ids]);
                return [.. ids.Select((id, i) => new Neighbour(id!, ToVector(exact[i])))];
            },
            cancellationToken
        );

    public Task<IReadOnlyList<string>> MissingAsync(
        VectorCollection collection,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) =>
        connection.RunAsync<IReadOnlyList<string>>(
            async db =>
            {
                var missing = new List<string>();
                foreach (var batch in ids.Chunk(Batch))
                {
                    var isKnown = await Task.WhenAll(batch.Select(id => ContainsAsync(db, collection, id)));
                    missing.AddRange(batch.Where((_, i) => !isKnown[i]));
                }
                return missing;
            },
            cancellationToken
        );

    public Task<long> CountAsync(VectorCollection collection, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db => (long)await db.VectorSetLengthAsync(keys.Vectors(collection)),
            cancellationToken
        );

    public Task DropOtherEmbeddingsAsync(VectorCollection kept, CancellationToken cancellationToken) =>
        connection.RunAsync(
            async db =>
            {
                var tags = await db.SetMembersAsync(keys.Embeddings);
                foreach (var tag in tags.Where(tag => tag != RedisKeys.Tag(kept.Name)))
                {
                    await db.KeyDeleteAsync([keys.EmbeddingVectors(tag!), keys.ExactVectors(tag!)]);
                    await db.SetRemoveAsync(keys.Embeddings, tag);
                }
                return true;
            },
            cancellationToken
        );

    private Task<bool> ContainsAsync(IDatabase db, VectorCollection collection, string id) =>
        collection.IsEmbedding
            ? db.HashExistsAsync(keys.ExactVectors(collection), id)
            : db.VectorSetContainsAsync(keys.Vectors(collection), id);

    private static async Task<IReadOnlyList<RedisValue>> SearchAsync(
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
        // A search takes less time than the switch to another thread of the server.
        request.DisableThreading = true;
        if (cluster is not null)
            request.FilterExpression = $".cluster == \"{TagOf(cluster)}\"";
        try
        {
            using var found = await db.VectorSetSimilaritySearchAsync(set, request);
            // Scores are ignored: Garnet returns distances and Redis similarities, both of quantized vectors.
            return found is null ? [] : [.. found.Span.ToArray().Select(result => result.Member)];
        }
        catch (RedisServerException)
        {
            // Garnet reports an error for a vector set that does not exist, Redis returns nothing.
            if (await db.KeyExistsAsync(set))
                throw;
            return [];
        }
    }

    private static float[]? ToVector(RedisValue bytes) =>
        bytes.IsNull ? null : MemoryMarshal.Cast<byte, float>(((ReadOnlyMemory<byte>)bytes).Span).ToArray();

    /// <summary>Filter expressions have no escapes, and a cluster's name may hold any character.</summary>
    private static string TagOf(string? cluster) => cluster is null ? "" : RedisKeys.Tag(cluster);
}
