using System;
using MetaKube.Model;
using Microsoft.Extensions.AI;

namespace MetaKube.Memory;

/// <summary>
/// An embedding model's sense of what symptoms mean, for cases that share a failure and no words. It adds to the
/// built-in signature, which is always there: while
/// an index is being filled, and where the model is away, memory is searched by the signature alone.
/// </summary>
public sealed class SymptomMeaning(
    string embedding,
    IEmbeddingGenerator<string, Embedding<float>> generator,
    IMeaningIndex index
)
{
    /// <summary>
    /// Likeness of meaning counts for so much of likeness itself: it is a hint, and alone never enough to answer at
    /// once.
    /// </summary>
    private const double Share = 0.8;

    /// <summary>
    /// From so many neighbours on, their median tells how alike any two texts are to this model; with fewer it is taken
    /// to be that.
    /// </summary>
    private const int FewestNeighbours = 20;

    private const double AssumedBackground = 0.5;

    private const int Batch = 16;

    /// <summary>Longer than an embedding takes, shorter than anybody waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private string? named;

    /// <summary>
    /// Episodes of a like meaning, each with how like it is, 0 to 1; none where the model does not answer.
    /// </summary>
    public async Task<IReadOnlyList<(Episode Episode, double Likeness)>> NearAsync(
        string text,
        string? cluster,
        CancellationToken cancellationToken
    )
    {
        if (text.Length == 0)
            return [];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var vector = (await generator.GenerateVectorAsync(text, cancellationToken: patience.Token)).ToArray();
            var near = await index.NearAsync(
                NameOf(vector.Length),
                vector,
                EpisodicMemory.Candidates,
                cluster,
                patience.Token
            );
            var likeness = Likeness([.. near.Select(one => SignatureEmbedding.Similarity(vector, one.Vector))]);
            return [.. near.Zip(likeness, (one, like) => (one.Episode, like))];
        }
#pragma warning disable CA1031 // The boundary of the embedding: memory remembers without it.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>
    /// Fills the index with episodes that it lacks, the newest first. It may be stopped anywhere, and goes on there.
    /// </summary>
    /// <returns>How many were added.</returns>
    public async Task<int> IndexAsync(int most, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var added = 0;
        var name = await NameAsync(cancellationToken);
        while (
            added < most
            && await index.MissingAsync(name, Math.Min(Batch, most - added), cancellationToken)
                is { Count: > 0 } episodes
        )
        {
            var vectors = await generator.GenerateAsync(episodes.Select(TextOf), cancellationToken: cancellationToken);
            // Without this an episode that gets no vector would be asked for again and again.
            if (vectors.Count != episodes.Count)
                throw new ModelUnavailableException(
                    $"{embedding} gave {vectors.Count} vectors for {episodes.Count} texts"
                );
            foreach (var (episode, vector) in episodes.Zip(vectors))
                await index.AddAsync(name, episode, vector.Vector.ToArray(), cancellationToken);
            progress.Report($"indexed {added += episodes.Count} episodes for {embedding}");
        }
        return added;
    }

    /// <summary>Drops what earlier embeddings have left.</summary>
    public async Task DropOthersAsync(CancellationToken cancellationToken) =>
        await index.KeepOnlyAsync(await NameAsync(cancellationToken), cancellationToken);

    private async Task<string> NameAsync(CancellationToken cancellationToken) =>
        named ??= NameOf((await generator.GenerateVectorAsync("why", cancellationToken: cancellationToken)).Length);

    /// <summary>
    /// A model that changed behind its name changed its length, most likely: then it is another embedding.
    /// </summary>
    private string NameOf(int dimensions) => $"{embedding}/{dimensions}";

    /// <summary>From cosines to likeness: what is no more alike than most neighbours are is not alike at all.</summary>
    internal static IReadOnlyList<double> Likeness(IReadOnlyList<double> cosines)
    {
        var background =
            cosines.Count >= FewestNeighbours ? cosines.Order().ElementAt(cosines.Count / 2) : AssumedBackground;
        return
        [
            .. cosines.Select(cosine =>
                background >= 1 ? 0 : Share * Math.Clamp((cosine - background) / (1 - background), 0, 1)
            ),
        ];
    }

    /// <summary>Episodes from before there was an embedding kept no symptoms in words, but the question.</summary>
    private static string TextOf(Episode episode) => episode.Text is { Length: > 0 } text ? text : episode.Question;
}
