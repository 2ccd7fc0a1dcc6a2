using System;
using MetaKube.Faults;

namespace MetaKube.Memory;

/// <summary>The episodes near a case, weighted by nearness, and what they say about faults together.</summary>
internal sealed class Neighbourhood
{
    /// <summary>A neighbour weighs nothing from this share of the nearest neighbour's similarity down.</summary>
    private const double Edge = 0.8;

    /// <summary>The weight of an answer without feedback: it says little about the true cause.</summary>
    private const double UnjudgedWeight = 0.1;

    /// <summary>
    /// Without a named fault the agreement of neighbours is doubted by half of one neighbour: a single case agrees with
    /// itself and proves nothing.
    /// </summary>
    private const double LoneDoubt = 0.5;

    private readonly bool isGrounded;

    public Neighbourhood(ICaseComparison comparison, RecallCandidates candidates, DateTimeOffset now)
    {
        isGrounded = comparison.IsGrounded;
        var unweighted = candidates
            .Episodes.Select(episode =>
            {
                var embedded = candidates.EmbeddingSimilarities?.GetValueOrDefault(episode.Id) ?? 0;
                var (similarity, relevance) = comparison.With(episode, embedded);
                return new EpisodeNeighbour(episode, similarity, relevance, 0);
            })
            .ToList();
        double RecencyOf(EpisodeNeighbour neighbour) => MemoryScore.Recency(now - neighbour.Episode.At);
        NearestSimilarity = unweighted.Select(neighbour => neighbour.Similarity).DefaultIfEmpty(0).Max();
        var newest = unweighted.Select(RecencyOf).DefaultIfEmpty(1).Max();
        Neighbours =
        [
            .. unweighted.Select(neighbour =>
                // Newer cases outweigh older ones that are as similar: the meaning of a symptom drifts.
                neighbour with
                {
                    Weight = WeightOf(neighbour, RecencyOf(neighbour) / newest),
                }
            ),
        ];
        Complexity = MixedRetrieval.Complexity(
            Neighbours
                .Where(neighbour => neighbour.Episode.Truth is not null)
                .Select(neighbour => (neighbour.Episode.Fault, neighbour.Weight))
        );
    }

    public IReadOnlyList<EpisodeNeighbour> Neighbours { get; }

    /// <summary>The similarity of the nearest episode, 0 to 1; 0 without any.</summary>
    public double NearestSimilarity { get; }

    /// <summary>f_comp of Eq 14: the entropy of the neighbours' true faults, 0 to 1.</summary>
    public double Complexity { get; }

    /// <summary>Weighted observations for and against a fault.</summary>
    /// <param name="fault">The fault code.</param>
    /// <param name="excluded">Ids of episodes that are counted elsewhere.</param>
    public (double Successes, double Failures) Observed(string fault, IReadOnlyList<string> excluded)
    {
        double successes = 0,
            failures = 0;
        foreach (var (episode, _, _, weight) in Neighbours)
        {
            if (excluded.Contains(episode.Id))
                continue;
            if (episode.Fault == fault)
            {
                successes += weight * episode.Successes;
                failures += weight * episode.Failures;
            }
            else if (episode.FailedFaults.Contains(fault))
                failures += weight * FeedbackTally.TriedWeight;
        }
        return (successes, failures);
    }

    /// <summary>The weighted share of neighbours with this fault, 0 to 1; 1 if none has any weight.</summary>
    public double Agreement(string fault)
    {
        double all = 0,
            same = 0;
        foreach (var (episode, _, _, weight) in Neighbours)
        {
            if (!FaultCatalogue.IsCause(episode.Fault))
                continue;
            var confirmed = episode.Truth is null
                ? UnjudgedWeight
                : Math.Min(1, episode.Successes / (episode.Failures + 1));
            all += weight * confirmed;
            if (episode.Fault == fault)
                same += weight * confirmed;
        }
        if (!isGrounded)
            all += LoneDoubt;
        return all <= 0 ? 1 : same / all;
    }

    private double WeightOf(EpisodeNeighbour neighbour, double recency)
    {
        if (NearestSimilarity <= 0)
            return 0;
        // From 0 at the edge of the neighbourhood to 1 for the nearest.
        var nearness = Math.Clamp((neighbour.Similarity / NearestSimilarity - Edge) / (1 - Edge), 0, 1);
        // Other findings make another case, however similar its words.
        return nearness * recency * (isGrounded ? neighbour.Relevance : 1);
    }
}
