using System;
using System.Collections.Concurrent;

namespace MetaKube.Memory;

/// <summary>Memory that ends with the process: for <c>--no-memory</c> and for evaluations.</summary>
public sealed class InProcessMemoryStore : IMemoryStore, IMeaningIndex
{
    private readonly ConcurrentDictionary<string, Episode> episodes = new();
    private readonly ConcurrentDictionary<string, string> aliases = new();
    private readonly ConcurrentDictionary<string, bool> leases = new();
    private readonly ConcurrentDictionary<(string Embedding, string Id), float[]> meanings = new();
    private volatile IReadOnlyList<Pattern> patterns = [];
    private volatile MemoryState state = MemoryState.Initial;

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

    /// <summary>What an alias stands for may itself have been merged into another.</summary>
    private string Resolve(string id)
    {
        while (!episodes.ContainsKey(id) && aliases.TryGetValue(id, out var known))
            id = known;
        return id;
    }

    public Task<Candidates> NearAsync(float[] vector, int count, string? cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<T> Nearest<T>(IEnumerable<T> all, Func<T, float[]> of) =>
            [
                .. all.Select(one => (one, Similarity: SignatureEmbedding.Similarity(vector, of(one))))
                    .OrderByDescending(pair => pair.Similarity)
                    .Take(count)
                    .Select(pair => pair.one),
            ];
        return Task.FromResult(
            new Candidates(
                Nearest(
                    episodes.Values.Where(episode => cluster is null || episode.Cluster == cluster),
                    episode => episode.Vector
                ),
                Nearest(
                    patterns.Where(pattern => cluster is null || pattern.Cluster == cluster),
                    pattern => pattern.Vector
                ),
                state
            )
        );
    }

    public Task<IReadOnlyList<Episode>> MissingAsync(string embedding, int most, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>([
            .. episodes
                .Values.Where(episode => !meanings.ContainsKey((embedding, episode.Id)))
                .OrderByDescending(episode => episode.At)
                .Take(most),
        ]);

    public Task AddAsync(string embedding, Episode episode, float[] vector, CancellationToken cancellationToken)
    {
        meanings[(embedding, episode.Id)] = vector;
        return Task.CompletedTask;
    }

    Task<IReadOnlyList<(Episode Episode, float[] Vector)>> IMeaningIndex.NearAsync(
        string embedding,
        float[] vector,
        int count,
        string? cluster,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<(Episode, float[])>>([
            .. meanings
                .Where(entry =>
                    entry.Key.Embedding == embedding
                    && episodes.TryGetValue(entry.Key.Id, out var known)
                    && (cluster is null || known.Cluster == cluster)
                )
                .OrderByDescending(entry => SignatureEmbedding.Similarity(vector, entry.Value))
                .Take(count)
                .Select(entry => (episodes[entry.Key.Id], entry.Value)),
        ]);

    public Task KeepOnlyAsync(string embedding, CancellationToken cancellationToken)
    {
        foreach (var key in meanings.Keys.Where(key => key.Embedding != embedding))
            meanings.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>([.. episodes.Values.OrderByDescending(episode => episode.At)]);

    public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult((long)episodes.Count);

    public Task<IReadOnlyList<Pattern>> ListPatternsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(patterns);

    public Task ReplacePatternsAsync(IReadOnlyList<Pattern> patterns, CancellationToken cancellationToken)
    {
        this.patterns = patterns;
        return Task.CompletedTask;
    }

    public Task<bool> ForgetAsync(
        string id,
        (Pattern Before, Pattern After)? absorbed,
        CancellationToken cancellationToken
    )
    {
        if (absorbed is var (before, after))
        {
            if (!patterns.Contains(before))
                return Task.FromResult(false);
            patterns = [.. patterns.Select(pattern => pattern == before ? after : pattern)];
        }
        return Task.FromResult(episodes.TryRemove(id, out _));
    }

    public Task<IAsyncDisposable?> LeaseAsync(string name, TimeSpan longest, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(
            leases.TryAdd(name, true) ? new Lease(() => leases.TryRemove(name, out _)) : null
        );

    public Task<MemoryState> StateAsync(CancellationToken cancellationToken) => Task.FromResult(state);

    public Task SaveStateAsync(MemoryState state, CancellationToken cancellationToken)
    {
        this.state = state;
        return Task.CompletedTask;
    }

    private sealed class Lease(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
