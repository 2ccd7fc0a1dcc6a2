using System;
using System.Collections.Concurrent;

namespace MetaKube.Memory;

/// <summary>Compares with every vector: exact, and fast enough for some ten thousand vectors.</summary>
public sealed class InProcessVectorIndex : IVectorIndex
{
    private readonly ConcurrentDictionary<(VectorCollection Collection, string Id), Entry> entries = new();

    public Task SetAsync(
        VectorCollection collection,
        string id,
        float[] vector,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        entries[(collection, id)] = new(vector, cluster);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(VectorCollection collection, string id, CancellationToken cancellationToken)
    {
        entries.TryRemove((collection, id), out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Neighbour>> NearestAsync(
        VectorCollection collection,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<Neighbour>>([
            .. entries
                .Where(entry =>
                    entry.Key.Collection == collection && (cluster is null || entry.Value.Cluster == cluster)
                )
                .OrderByDescending(entry => SignatureEmbedding.Similarity(vector, entry.Value.Vector))
                .Take(count)
                .Select(entry => new Neighbour(entry.Key.Id, collection.IsEmbedding ? entry.Value.Vector : null)),
        ]);

    public Task<IReadOnlyList<string>> MissingAsync(
        VectorCollection collection,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<string>>([.. ids.Where(id => !entries.ContainsKey((collection, id)))]);

    public Task<long> CountAsync(VectorCollection collection, CancellationToken cancellationToken) =>
        Task.FromResult((long)entries.Keys.Count(key => key.Collection == collection));

    public Task DropOtherEmbeddingsAsync(VectorCollection kept, CancellationToken cancellationToken)
    {
        foreach (var key in entries.Keys.Where(key => key.Collection.IsEmbedding && key.Collection != kept))
            entries.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private sealed record Entry(float[] Vector, string? Cluster);
}
