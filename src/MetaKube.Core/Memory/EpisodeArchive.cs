namespace MetaKube.Memory;

/// <summary>
/// Keeps documents and vectors of episodes and patterns consistent. A document is written before its vector and deleted
/// before it, so a crash leaves at most a vector that is missing (<see cref="RepairAsync"/> adds it) or one without a
/// document (the next search that finds it removes it).
/// </summary>
public sealed class EpisodeArchive(IEpisodeStore documents, IVectorIndex vectors)
{
    /// <summary>Documents of one request while vectors are repaired.</summary>
    private const int Batch = 500;

    /// <summary>Stores an episode with the vector of its signature.</summary>
    public async Task SaveAsync(Episode episode, CancellationToken cancellationToken)
    {
        await documents.SaveAsync(episode, cancellationToken);
        await AddVectorAsync(episode, cancellationToken);
    }

    /// <summary>Deletes an episode with its vector; see <see cref="IEpisodeStore.DeleteAsync"/>.</summary>
    /// <returns>True if the episode was there and has been deleted.</returns>
    public async Task<bool> DeleteAsync(
        string id,
        (Pattern Before, Pattern After)? absorbed,
        CancellationToken cancellationToken
    )
    {
        if (!await documents.DeleteAsync(id, absorbed, cancellationToken))
            return false;
        await vectors.RemoveAsync(VectorCollection.Episodes, id, cancellationToken);
        await vectors.RemoveAsync(VectorCollection.Signals, id, cancellationToken);
        return true;
    }

    /// <summary>
    /// Makes <paramref name="patterns"/> the patterns of this memory. It is idempotent: after an interruption the next
    /// call completes it.
    /// </summary>
    public async Task ReplacePatternsAsync(IReadOnlyList<Pattern> patterns, CancellationToken cancellationToken)
    {
        var known = (await documents.ListPatternsAsync(cancellationToken)).ToDictionary(pattern => pattern.Id);
        foreach (var pattern in patterns.Where(pattern => !pattern.Equals(known.GetValueOrDefault(pattern.Id))))
        {
            // Removed first: after a crash a missing vector is noticed, an outdated one is not.
            await vectors.RemoveAsync(VectorCollection.Patterns, pattern.Id, cancellationToken);
            await documents.SavePatternAsync(pattern, cancellationToken);
            await AddVectorAsync(pattern, cancellationToken);
        }
        foreach (var id in known.Keys.Except(patterns.Select(pattern => pattern.Id)))
        {
            await documents.DeletePatternAsync(id, cancellationToken);
            await vectors.RemoveAsync(VectorCollection.Patterns, id, cancellationToken);
        }
    }

    /// <summary>Episodes with similar signatures, in no certain order.</summary>
    public Task<IReadOnlyList<Episode>> NearestEpisodesAsync(
        float[] signature,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) => NearestAsync(VectorCollection.Episodes, signature, count, cluster, cancellationToken);

    /// <summary>Episodes with similar signals, in no certain order.</summary>
    public Task<IReadOnlyList<Episode>> NearestBySignalsAsync(
        float[] signals,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) => NearestAsync(VectorCollection.Signals, signals, count, cluster, cancellationToken);

    private async Task<IReadOnlyList<Episode>> NearestAsync(
        VectorCollection collection,
        float[] signature,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        var near = await vectors.NearestAsync(collection, signature, count, cluster, cancellationToken);
        return await LoadAsync(collection, near, documents.LoadAsync, episode => episode.Id, cancellationToken);
    }

    /// <summary>Patterns with similar centroids, in no certain order.</summary>
    public async Task<IReadOnlyList<Pattern>> NearestPatternsAsync(
        float[] signature,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        var collection = VectorCollection.Patterns;
        var near = await vectors.NearestAsync(collection, signature, count, cluster, cancellationToken);
        return await LoadAsync(collection, near, documents.LoadPatternsAsync, pattern => pattern.Id, cancellationToken);
    }

    /// <summary>Episodes whose symptoms have similar embeddings, each with its exact embedding.</summary>
    public async Task<IReadOnlyList<(Episode Episode, float[] Vector)>> NearestEpisodesAsync(
        VectorCollection embedding,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        var near = await vectors.NearestAsync(embedding, vector, count, cluster, cancellationToken);
        var exact = near.Where(neighbour => neighbour.Vector is not null)
            .ToDictionary(neighbour => neighbour.Id, neighbour => neighbour.Vector!);
        var episodes = await LoadAsync(embedding, near, documents.LoadAsync, episode => episode.Id, cancellationToken);
        return
        [
            .. episodes.Where(episode => exact.ContainsKey(episode.Id)).Select(episode => (episode, exact[episode.Id])),
        ];
    }

    /// <summary>Adds the vectors that a crash left out, or that a server lost with its index.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        if (
            await documents.CountAsync(cancellationToken)
            > await vectors.CountAsync(VectorCollection.Episodes, cancellationToken)
        )
        {
            var ids = await documents.ListIdsAsync(cancellationToken);
            foreach (var batch in ids.Chunk(Batch))
            {
                var missing = await vectors.MissingAsync(VectorCollection.Episodes, batch, cancellationToken);
                foreach (var episode in await documents.LoadAsync(missing, cancellationToken))
                    await AddVectorAsync(episode, cancellationToken);
            }
        }
        var patterns = await documents.ListPatternsAsync(cancellationToken);
        if (patterns.Count > await vectors.CountAsync(VectorCollection.Patterns, cancellationToken))
        {
            var ids = patterns.Select(pattern => pattern.Id).ToList();
            var missing = await vectors.MissingAsync(VectorCollection.Patterns, ids, cancellationToken);
            foreach (var pattern in patterns.Where(pattern => missing.Contains(pattern.Id)))
                await AddVectorAsync(pattern, cancellationToken);
        }
    }

    private async Task AddVectorAsync(Episode episode, CancellationToken cancellationToken)
    {
        // The signature's vector comes last: an episode that lacks it is repaired with both.
        if (SignalEmbedding.Of(episode.Keys, episode.Signals) is { } signals)
            await vectors.SetAsync(VectorCollection.Signals, episode.Id, signals, episode.Cluster, cancellationToken);
        await vectors.SetAsync(
            VectorCollection.Episodes,
            episode.Id,
            episode.Vector,
            episode.Cluster,
            cancellationToken
        );
    }

    private Task AddVectorAsync(Pattern pattern, CancellationToken cancellationToken) =>
        vectors.SetAsync(VectorCollection.Patterns, pattern.Id, pattern.Vector, pattern.Cluster, cancellationToken);

    /// <summary>Loads the documents of neighbours, and removes the vectors of those that have none any more.</summary>
    private async Task<IReadOnlyList<T>> LoadAsync<T>(
        VectorCollection collection,
        IReadOnlyList<Neighbour> near,
        Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<T>>> load,
        Func<T, string> idOf,
        CancellationToken cancellationToken
    )
    {
        if (near.Count == 0)
            return [];
        var loaded = await load([.. near.Select(neighbour => neighbour.Id)], cancellationToken);
        foreach (var id in near.Select(neighbour => neighbour.Id).Except(loaded.Select(idOf)))
            await vectors.RemoveAsync(collection, id, cancellationToken);
        return loaded;
    }
}
