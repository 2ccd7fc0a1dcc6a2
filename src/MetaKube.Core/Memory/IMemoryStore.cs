namespace MetaKube.Memory;

/// <summary>Where memory is kept: Redis (vector sets), or this process for runs that must leave no trace.</summary>
public interface IMemoryStore
{
    /// <summary>
    /// Stores an episode, replacing one with the same id; when the task ends it survives a crash of this process.
    /// </summary>
    Task SaveAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>
    /// Changes one episode, with nothing lost when several processes do so at once: <paramref name="change"/> may run
    /// again on a newer version.
    /// </summary>
    /// <returns>The changed episode, or null where there is none of that id or alias.</returns>
    Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken);

    /// <summary>Lets an investigation's id stand for the episode of an earlier one about the same trouble.</summary>
    Task AliasAsync(string id, string episode, CancellationToken cancellationToken);

    /// <summary>The episode of an investigation, by its own id or an alias; null where there is none.</summary>
    Task<Episode?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>What may bear on a case.</summary>
    /// <param name="vector">The case's signature.</param>
    /// <param name="count">The most episodes to return; they come in no certain order, and the caller scores them
    /// exactly.</param>
    /// <param name="cluster">The only cluster to look at, or null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Candidates> NearAsync(float[] vector, int count, string? cluster, CancellationToken cancellationToken);

    /// <summary>All episodes, newest first.</summary>
    Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken);

    Task<long> CountAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes <paramref name="patterns"/> the patterns there are; stopped halfway, the next call completes it.
    /// </summary>
    Task ReplacePatternsAsync(IReadOnlyList<Pattern> patterns, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets an episode; where <paramref name="absorbed"/> is given, only if the pattern is still the first, and
    /// together with replacing it by the second.
    /// </summary>
    /// <returns>Whether the episode was there and is gone.</returns>
    Task<bool> ForgetAsync(string id, (Pattern Before, Pattern After)? absorbed, CancellationToken cancellationToken);

    /// <summary>Makes sure that of all processes only one does this for a while.</summary>
    /// <returns>What ends it, or null where another process is at it.</returns>
    Task<IAsyncDisposable?> LeaseAsync(string name, TimeSpan longest, CancellationToken cancellationToken);

    Task<MemoryState> StateAsync(CancellationToken cancellationToken);

    Task SaveStateAsync(MemoryState state, CancellationToken cancellationToken);
}

/// <summary>Episodes and patterns near a case, with what was learnt of how far to trust them.</summary>
public sealed record Candidates(IReadOnlyList<Episode> Episodes, IReadOnlyList<Pattern> Patterns, MemoryState State);

/// <summary>What memory has learnt about itself.</summary>
/// <param name="Calibration">How far to trust what it recalls.</param>
/// <param name="Controller">When to trust it with the answer.</param>
/// <param name="Commonness">Which features tell little, since many faults show them.</param>
/// <param name="Consolidated">What was there when this was worked out, or null for never.</param>
public sealed record MemoryState(
    Calibration Calibration,
    ControllerState Controller,
    DocumentFrequency Commonness,
    Consolidated? Consolidated
)
{
    public static readonly MemoryState Initial = new(
        Calibration.Prior,
        ControllerState.Initial,
        DocumentFrequency.None,
        null
    );
}

/// <summary>A consolidation: when, over how many episodes, and how many of them had an outcome.</summary>
public sealed record Consolidated(DateTimeOffset At, int Episodes, int Outcomes);
