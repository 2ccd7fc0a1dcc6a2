namespace MetaKube.Memory;

/// <summary>Where episodes are kept: Redis (vector sets), or this process for runs that must leave no trace.</summary>
public interface IMemoryStore
{
    /// <summary>Stores an episode, replacing one with the same id; when the task ends it survives a crash of this process.</summary>
    Task SaveAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>
    /// Changes one episode, with nothing lost when several processes do so at once: <paramref name="change"/> may run again on a newer version.
    /// </summary>
    /// <returns>The changed episode, or null where there is none of that id.</returns>
    Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken);

    Task<Episode?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> episodes near the vector, in no certain order: the caller scores them exactly.</summary>
    Task<IReadOnlyList<Episode>> NearAsync(float[] vector, int count, CancellationToken cancellationToken);

    /// <summary>All episodes, newest first.</summary>
    Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken);
}
