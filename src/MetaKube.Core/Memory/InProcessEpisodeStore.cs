using System.Collections.Concurrent;

namespace MetaKube.Memory;

/// <summary>Documents in the memory of this process.</summary>
public sealed class InProcessEpisodeStore : IEpisodeStore
{
    private const int MostAliases = 8;

    private readonly ConcurrentDictionary<string, Episode> episodes = new();
    private readonly ConcurrentDictionary<string, string> aliases = new();
    private readonly Lock patternGate = new();
    private readonly Dictionary<string, Pattern> patterns = [];

    public Task SaveAsync(Episode episode, CancellationToken cancellationToken)
    {
        episodes[episode.Id] = episode;
        return Task.CompletedTask;
    }

    public Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken)
    {
        id = Resolve(id);
        while (episodes.TryGetValue(id, out var before))
        {
            var after = change(before);
            if (episodes.TryUpdate(id, after, before))
                return Task.FromResult<Episode?>(after);
        }
        return Task.FromResult<Episode?>(null);
    }

    public Task AliasAsync(string id, string episode, CancellationToken cancellationToken)
    {
        aliases[id] = episode;
        return Task.CompletedTask;
    }

    public Task<Episode?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(episodes.GetValueOrDefault(Resolve(id)));

    public Task<IReadOnlyList<Episode>> LoadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>([
            .. ids.Select(id => episodes.GetValueOrDefault(id)).OfType<Episode>(),
        ]);

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>([.. episodes.Values.OrderByDescending(episode => episode.At)]);

    public async Task<IReadOnlyList<string>> ListIdsAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Select(episode => episode.Id)];

    public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult((long)episodes.Count);

    public Task<bool> DeleteAsync(
        string id,
        (Pattern Before, Pattern After)? absorbed,
        CancellationToken cancellationToken
    )
    {
        lock (patternGate)
        {
            if (absorbed is var (before, after))
            {
                if (!episodes.ContainsKey(id) || !before.Equals(patterns.GetValueOrDefault(before.Id)))
                    return Task.FromResult(false);
                patterns[after.Id] = after;
            }
            return Task.FromResult(episodes.TryRemove(id, out _));
        }
    }

    public Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken)
    {
        lock (patternGate)
            return Task.FromResult<IReadOnlyList<Pattern>>([.. patterns.Values]);
    }

    public Task<IReadOnlyList<Pattern>> LoadPatternsAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        lock (patternGate)
            return Task.FromResult<IReadOnlyList<Pattern>>([
                .. ids.Select(id => patterns.GetValueOrDefault(id)).OfType<Pattern>(),
            ]);
    }

    public Task SavePatternAsync(Pattern pattern, CancellationToken cancellationToken)
    {
        lock (patternGate)
            patterns[pattern.Id] = pattern;
        return Task.CompletedTask;
    }

    public Task DeletePatternAsync(string id, CancellationToken cancellationToken)
    {
        lock (patternGate)
            patterns.Remove(id);
        return Task.CompletedTask;
    }

    /// <summary>
    /// An episode that an alias names may itself have been merged into another; cycles end the search.
    /// </summary>
    private string Resolve(string id)
    {
        for (var i = 0; i < MostAliases && !episodes.ContainsKey(id) && aliases.TryGetValue(id, out var known); i++)
            id = known;
        return id;
    }
}
