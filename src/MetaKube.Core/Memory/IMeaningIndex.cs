namespace MetaKube.Memory;

/// <summary>
/// Where vectors of an embedding are kept, beside the episodes that they are of: as many indexes as embeddings, each of
/// its own length.
/// </summary>
public interface IMeaningIndex
{
    /// <summary>Episodes that the embedding has no vector of yet, the newest first.</summary>
    Task<IReadOnlyList<Episode>> MissingAsync(string embedding, int most, CancellationToken cancellationToken);

    /// <summary>Adds an episode's vector, or replaces it.</summary>
    Task AddAsync(string embedding, Episode episode, float[] vector, CancellationToken cancellationToken);

    /// <summary>Episodes whose vectors are near, with those vectors; in no certain order.</summary>
    Task<IReadOnlyList<(Episode Episode, float[] Vector)>> NearAsync(
        string embedding,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    );

    /// <summary>Drops the indexes of all other embeddings.</summary>
    Task KeepOnlyAsync(string embedding, CancellationToken cancellationToken);
}
