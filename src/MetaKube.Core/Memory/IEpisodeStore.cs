namespace MetaKube.Memory;

/// <summary>
/// Stores episodes, patterns and aliases as documents. Vectors belong to an <see cref="IVectorIndex"/>.
/// </summary>
public interface IEpisodeStore
{
    /// <summary>
    /// Stores an episode and replaces one with the same id. After the returned task the episode survives a crash of
    /// this process.
    /// </summary>
    Task SaveAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>
    /// Updates one episode optimistically: concurrent updates of several processes are all kept, so <paramref
    /// name="change"/> may run again on a newer version.
    /// </summary>
    /// <returns>The updated episode, or null if there is none with that id or alias.</returns>
    Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken);

    /// <summary>Makes an investigation's id an alias of the episode of an earlier one about the same trouble.</summary>
    Task AliasAsync(string id, string episode, CancellationToken cancellationToken);

    /// <summary>The episode of an investigation by its own id or an alias; null if there is none.</summary>
    Task<Episode?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The episodes with these ids, without resolving aliases; unknown ids are left out.</summary>
    Task<IReadOnlyList<Episode>> LoadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>All episodes, newest first.</summary>
    Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The ids of all episodes, newest first.</summary>
    Task<IReadOnlyList<string>> ListIdsAsync(CancellationToken cancellationToken);

    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Deletes an episode. With <paramref name="absorbed"/> the pattern is replaced in the same transaction, and
    /// nothing happens unless the stored pattern still equals the first of the two.
    /// </summary>
    /// <returns>True if the episode was there and has been deleted.</returns>
    Task<bool> DeleteAsync(string id, (Pattern Before, Pattern After)? absorbed, CancellationToken cancellationToken);

    /// <summary>All patterns, in no certain order.</summary>
    Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken);

    /// <summary>The patterns with these ids; unknown ids are left out.</summary>
    Task<IReadOnlyList<Pattern>> LoadPatternsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Stores a pattern and replaces one with the same id.</summary>
    Task SavePatternAsync(Pattern pattern, CancellationToken cancellationToken);

    Task DeletePatternAsync(string id, CancellationToken cancellationToken);
}
