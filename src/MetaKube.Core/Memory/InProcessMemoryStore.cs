using System.Collections.Concurrent;

namespace MetaKube.Memory;

/// <summary>Memory that ends with the process: for <c>--no-memory</c> and for evaluations.</summary>
public sealed class InProcessMemoryStore : IMemoryStore
{
    private readonly ConcurrentDictionary<string, Episode> episodes = new();

    public Task SaveAsync(Episode episode, CancellationToken cancellationToken)
    {
        episodes[episode.Id] = episode;
        return Task.CompletedTask;
    }

    public Task<Episode?> UpdateAsync(string id, Func<Episode, Episode> change, CancellationToken cancellationToken)
    {
        while (episodes.TryGetValue(id, out var before))
        {
            var after = change(before);
            if (episodes.TryUpdate(id, after, before)) return Task.FromResult<Episode?>(after);
        }
        return Task.FromResult<Episode?>(null);
    }

    public Task<Episode?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(episodes.GetValueOrDefault(id));

    public Task<IReadOnlyList<Episode>> NearAsync(float[] vector, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>(
            [.. episodes.Values.OrderByDescending(episode => SignatureEmbedding.Similarity(vector, episode.Vector)).Take(count)]);

    public Task<IReadOnlyList<Episode>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Episode>>([.. episodes.Values.OrderByDescending(episode => episode.At)]);
}
