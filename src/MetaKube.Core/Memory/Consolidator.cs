namespace MetaKube.Memory;

/// <summary>
/// Derives patterns, calibration and threshold from all episodes, then forgets the episodes that exceed the capacity
/// (paper, Alg. 1). Every result is a function of what is stored, so a run can be interrupted and repeated.
/// </summary>
internal sealed class Consolidator(
    MemoryStorage storage,
    EpisodeArchive archive,
    MemorySettings settings,
    TimeProvider time
)
{
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromMinutes(10);

    /// <summary>Up to this number of episodes a consolidation takes only a moment.</summary>
    private const int Quick = 500;

    /// <summary>The shortest interval between consolidations of more episodes than that.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>The capacity may be exceeded by this factor, so that not every new episode consolidates.</summary>
    private const double Tolerance = 1.05;

    /// <returns>The result, or null while another process consolidates.</returns>
    public async Task<Consolidation?> RunAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var lease = await storage.Leases.TryAcquireAsync("consolidation", LeaseDuration, cancellationToken);
        if (lease is null)
            return null;
        progress.Report("reading episodes");
        var episodes = await storage.Episodes.ListAsync(cancellationToken);
        progress.Report($"forming patterns from {episodes.Count} episodes");
        var before = await storage.Episodes.ListPatternsAsync(cancellationToken);
        var patterns = PatternFormation.Form(episodes, before, settings.IsShared);
        await archive.ReplacePatternsAsync(patterns, cancellationToken);

        progress.Report("calibrating");
        var meanings = CauseMeanings.Of(episodes, patterns);
        IReadOnlyList<Episode> compared = meanings.IsEmpty ? episodes : [.. episodes.Select(meanings.Apply)];
        var examples = Calibration.Examples(compared);
        var calibration = Calibration.Fit(examples, time.GetUtcNow());
        var state = new MemoryState(
            calibration,
            ThresholdAdaptation.Replay(compared, calibration),
            DocumentFrequency.Of(compared),
            new(time.GetUtcNow(), episodes.Count, episodes.Count(episode => episode.IsSettled))
        );
        await storage.State.SaveAsync(state, cancellationToken);

        var forgotten = await ForgetLeastAsync(episodes, patterns, progress, cancellationToken);
        return new(patterns.Count, examples.Count, forgotten, state);
    }

    /// <summary>True if a consolidation is quick, or the last one is long enough ago.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken)
    {
        var last = (await storage.State.LoadAsync(cancellationToken)).Consolidated;
        return last is null || last.Episodes <= Quick || time.GetUtcNow() - last.At >= Interval;
    }

    /// <summary>True if the number of episodes exceeds the capacity by more than the tolerance.</summary>
    public async Task<bool> IsOverfullAsync(CancellationToken cancellationToken) =>
        await storage.Episodes.CountAsync(cancellationToken) > settings.Capacity * Tolerance;

    private async Task<int> ForgetLeastAsync(
        IReadOnlyList<Episode> episodes,
        IReadOnlyList<Pattern> patterns,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var excess = episodes.Count - settings.Capacity;
        if (excess <= 0)
            return 0;
        progress.Report($"forgetting {excess} episodes");
        var now = time.GetUtcNow();
        var current = patterns.ToDictionary(pattern => pattern.Id);
        var patternOf = patterns
            .SelectMany(pattern => pattern.Members.Select(member => (member, pattern.Id)))
            .ToDictionary(pair => pair.member, pair => pair.Id);
        var leastValuable = episodes
            .OrderBy(episode => episode.AdaptiveValue * MemoryScore.Recency(now - episode.At))
            .ThenBy(episode => episode.At)
            .Take(excess);
        var forgotten = 0;
        foreach (var episode in leastValuable)
        {
            // The episode's share of its pattern moves into the pattern's sum of retired episodes.
            (Pattern Before, Pattern After)? absorbed = patternOf.TryGetValue(episode.Id, out var id)
                ? (current[id], PatternFormation.Retire(current[id], episode))
                : null;
            if (!await archive.DeleteAsync(episode.Id, absorbed, cancellationToken))
                continue;
            if (absorbed is { After: var after })
                current[after.Id] = after;
            forgotten++;
        }
        return forgotten;
    }
}
