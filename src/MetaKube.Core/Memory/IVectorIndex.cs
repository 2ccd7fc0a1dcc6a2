namespace MetaKube.Memory;

/// <summary>
/// Finds the nearest neighbours of a vector by cosine. The search may be approximate: the caller scores what it
/// returns.
/// </summary>
public interface IVectorIndex
{
    /// <summary>Stores the vector of an id and replaces an earlier one.</summary>
    /// <param name="collection">Where; all vectors of a collection have one length.</param>
    /// <param name="id">The id of the episode or pattern.</param>
    /// <param name="vector">The vector; its length need not be 1.</param>
    /// <param name="cluster">The cluster by which a search can filter, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task SetAsync(
        VectorCollection collection,
        string id,
        float[] vector,
        string? cluster,
        CancellationToken cancellationToken
    );

    /// <summary>Removes a vector; an unknown id changes nothing.</summary>
    Task RemoveAsync(VectorCollection collection, string id, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="count"/> near neighbours, in no certain order.</summary>
    /// <param name="collection">Where to search; it may be empty.</param>
    /// <param name="vector">The vector to compare with.</param>
    /// <param name="count">The limit, 1 or more.</param>
    /// <param name="cluster">The only cluster to search, or null for all.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    Task<IReadOnlyList<Neighbour>> NearestAsync(
        VectorCollection collection,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    );

    /// <summary>Those of the ids that have no vector in the collection, in the given order.</summary>
    Task<IReadOnlyList<string>> MissingAsync(
        VectorCollection collection,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    );

    /// <summary>The number of vectors in a collection.</summary>
    Task<long> CountAsync(VectorCollection collection, CancellationToken cancellationToken);

    /// <summary>Drops the collections of all embeddings but one.</summary>
    Task DropOtherEmbeddingsAsync(VectorCollection kept, CancellationToken cancellationToken);
}
