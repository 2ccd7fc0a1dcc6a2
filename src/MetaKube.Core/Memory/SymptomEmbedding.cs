using System;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.Memory;

/// <summary>
/// Compares symptoms by an embedding model, for failures that are described in other words. It adds to the built-in
/// signature: while an index is being filled, or the model does not answer, memory is searched by the signature alone.
/// </summary>
/// <param name="model">The model's name; each model and number of dimensions has a collection of its own.</param>
/// <param name="generator">The model.</param>
/// <param name="storage">Where episodes and embeddings are stored.</param>
public sealed class SymptomEmbedding(
    string model,
    IEmbeddingGenerator<string, Embedding<float>> generator,
    MemoryStorage storage
)
{
    /// <summary>The largest similarity: an embedding is a hint and never enough to answer from memory.</summary>
    private const double MostSimilar = 0.8;

    /// <summary>
    /// From this number of neighbours on, their median cosine is the background similarity of any two texts.
    /// </summary>
    private const int FewestNeighbours = 20;

    /// <summary>The background similarity with fewer neighbours.</summary>
    private const double AssumedBackground = 0.5;

    private const int Batch = 16;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly EpisodeArchive archive = new(storage.Episodes, storage.Vectors);
    private VectorCollection? collection;

    /// <summary>
    /// Episodes with similar symptoms, each with its similarity, 0 to 1; none if the model does not answer in time.
    /// </summary>
    public async Task<IReadOnlyList<(Episode Episode, double Similarity)>> NearestAsync(
        string text,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        if (text.Length == 0)
            return [];
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var vector = (await generator.GenerateVectorAsync(text, cancellationToken: timeout.Token)).ToArray();
            var near = await archive.NearestEpisodesAsync(
                VectorCollection.OfEmbedding(model, vector.Length),
                vector,
                EpisodicMemory.Candidates,
                cluster,
                timeout.Token
            );
            var similarities = Similarities([
                .. near.Select(neighbour => SignatureEmbedding.Similarity(vector, neighbour.Vector)),
            ]);
            return [.. near.Zip(similarities, (neighbour, similarity) => (neighbour.Episode, similarity))];
        }
#pragma warning disable CA1031 // The boundary of the embedding: memory answers without it.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>
    /// Adds up to <paramref name="most"/> episodes that the index lacks, newest first. An interrupted run is continued
    /// by the next.
    /// </summary>
    /// <returns>The number of episodes added.</returns>
    /// <exception cref="ModelUnavailableException">The model gave a wrong number of vectors.</exception>
    public async Task<int> IndexAsync(int most, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var added = 0;
        var target = await CollectionAsync(cancellationToken);
        var ids = await storage.Episodes.ListIdsAsync(cancellationToken);
        var missing = await storage.Vectors.MissingAsync(target, ids, cancellationToken);
        foreach (var batch in missing.Take(most).Chunk(Batch))
        {
            var episodes = await storage.Episodes.LoadAsync(batch, cancellationToken);
            var vectors = await generator.GenerateAsync(episodes.Select(TextOf), cancellationToken: cancellationToken);
            if (vectors.Count != episodes.Count)
                throw new ModelUnavailableException($"{model} gave {vectors.Count} vectors for {episodes.Count} texts");
            foreach (var (episode, vector) in episodes.Zip(vectors))
                await storage.Vectors.SetAsync(
                    target,
                    episode.Id,
                    vector.Vector.ToArray(),
                    episode.Cluster,
                    cancellationToken
                );
            progress.Report($"indexed {added += episodes.Count} episodes for {model}");
        }
        return added;
    }

    /// <summary>Drops the indexes of other embeddings.</summary>
    public async Task DropOthersAsync(CancellationToken cancellationToken) =>
        await storage.Vectors.DropOtherEmbeddingsAsync(await CollectionAsync(cancellationToken), cancellationToken);

    /// <summary>The collection of this model, whose dimensions a first request tells.</summary>
    private async Task<VectorCollection> CollectionAsync(CancellationToken cancellationToken)
    {
        if (collection is null)
        {
            var vector = await generator.GenerateVectorAsync("why", cancellationToken: cancellationToken);
            collection = VectorCollection.OfEmbedding(model, vector.Length);
        }
        return collection;
    }

    /// <summary>Maps cosines to similarities: the background becomes 0 and the same text 0.8.</summary>
    internal static IReadOnlyList<double> Similarities(IReadOnlyList<double> cosines)
    {
        var background =
            cosines.Count >= FewestNeighbours ? cosines.Order().ElementAt(cosines.Count / 2) : AssumedBackground;
        return
        [
            .. cosines.Select(cosine =>
                background >= 1 ? 0 : MostSimilar * Math.Clamp((cosine - background) / (1 - background), 0, 1)
            ),
        ];
    }

    /// <summary>
    /// Episodes that were stored without an embedding have no symptoms as text: their question is used.
    /// </summary>
    private static string TextOf(Episode episode) => episode.Text is { Length: > 0 } text ? text : episode.Question;
}
