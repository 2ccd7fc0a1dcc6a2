using System;
using MetaKube.Faults;

namespace MetaKube.Memory;

/// <summary>
/// From candidates to a recollection: exact similarity, factors, confidence, mixed rank. Pure; the store only finds the
/// candidates.
/// </summary>
public static class Recall
{
    /// <summary>
    /// A neighbour whose similarity is this share of the nearest one's, or less, says nothing of the case.
    /// </summary>
    private const double NeighbourhoodEdge = 0.8;

    /// <summary>Similarity from which an earlier failure counts as this very case.</summary>
    private const double SameCase = 0.9;

    /// <summary>An answer that nobody has judged says little of what the cause was.</summary>
    private const double UnjudgedWeight = 0.1;

    /// <summary>
    /// What is compared where no fault is named has to be so much before its likeness means anything: half at this
    /// weight.
    /// </summary>
    private const double HalfTelling = 4;

    /// <summary>
    /// Without live support the agreement of neighbours is doubted by as much as one of them is worth.
    /// </summary>
    private const double LoneDoubt = 0.5;

    /// <param name="signature">The case.</param>
    /// <param name="vector">Its signature's vector.</param>
    /// <param name="episodes">Candidates.</param>
    /// <param name="patterns">Candidates.</param>
    /// <param name="state">What memory has learnt of itself.</param>
    /// <param name="now">The time.</param>
    /// <param name="likeness">How like in meaning an episode's symptoms are, 0 to 1, by id; heard only where no finding
    /// names a fault.</param>
    public static Recollection Of(
        SymptomSignature signature,
        float[] vector,
        IReadOnlyList<Episode> episodes,
        IReadOnlyList<Pattern> patterns,
        MemoryState state,
        DateTimeOffset now,
        IReadOnlyDictionary<string, double>? likeness = null
    )
    {
        if (episodes.Count == 0 && patterns.Count == 0)
            return Recollection.Empty;
        // Without any sign of trouble a name is all that is left to compare, and a healthy workload would be accused of
        // its past.
        var isTelling = signature.IsGrounded || signature.Tells;
        var calibration = state.Calibration;
        IReadOnlyList<(uint Hash, double Weight)> weights = signature.IsGrounded
            ? []
            :
            [
                .. signature.Weights.Select(feature =>
                    (feature.Hash, feature.Weight * state.Commonness.Telling(feature.Hash))
                ),
            ];
        var neighbours = episodes.Select(episode => Near(episode)).ToList();
        var nearest = neighbours.Select(neighbour => neighbour.Similarity).DefaultIfEmpty(0).Max();
        var newest = neighbours
            .Select(neighbour => MemoryScore.Recency(now - neighbour.Episode.At))
            .DefaultIfEmpty(1)
            .Max();
        neighbours =
        [
            .. neighbours.Select(neighbour =>
                neighbour with
                {
                    // Among cases that are alike the newer ones outweigh the older: what a symptom means drifts.
                    Weight =
                        nearest <= 0
                            ? 0
                            : Math.Clamp(
                                (neighbour.Similarity / nearest - NeighbourhoodEdge) / (1 - NeighbourhoodEdge),
                                0,
                                1
                            )
                                * MemoryScore.Recency(now - neighbour.Episode.At)
                                / newest
                                // What had other findings was another case, however alike its words.
                                * (signature.IsGrounded ? neighbour.Relevance : 1),
                }
            ),
        ];
        var complexity = MixedRetrieval.Complexity(
            neighbours.Where(n => n.Episode.Truth is not null).Select(n => (n.Episode.Fault, n.Weight))
        );
        var share = MixedRetrieval.PatternShare(1 - nearest, complexity);

        var memories = neighbours
            .Select(neighbour => (RecalledMemory)OfEpisode(neighbour))
            .Concat(patterns.Select(OfPattern))
            .OrderByDescending(memory => memory.Score)
            .ThenBy(memory => memory.Id, StringComparer.Ordinal)
            .Take(MixedRetrieval.Returned)
            .ToList();
        return new()
        {
            Novelty = 1 - memories.Max(memory => memory.Similarity),
            Complexity = complexity,
            Memories = memories,
            Contraindicated = neighbours
                .Where(neighbour => neighbour.Similarity >= SameCase && signature.IsGrounded)
                .SelectMany(neighbour => neighbour.Episode.FailedFaults)
                .Distinct()
                .Where(IsContraindicated)
                .ToHashSet(),
        };

        Neighbour Near(Episode episode)
        {
            if (signature.IsGrounded)
                return new(
                    episode,
                    SignatureEmbedding.Similarity(vector, episode.Vector),
                    Confidence.Relevance(episode.Keys, signature.Keys, episode.Fault),
                    0
                );
            var (similarity, telling) = Contained(weights, episode.Features);
            if (likeness?.GetValueOrDefault(episode.Id) is { } like && like > similarity)
            {
                var amount = weights.Sum(feature => feature.Weight);
                (similarity, telling) = (like, Math.Max(telling, like * amount / (like * amount + HalfTelling)));
            }
            return new(episode, similarity, telling, 0);
        }

        RecalledEpisode OfEpisode(Neighbour near)
        {
            var score = (1 - share) * MemoryScore.Of(near.Similarity, now - near.Episode.At);
            if (FaultCatalogue.Find(near.Episode.Fault) is null || !isTelling)
                return new(near.Episode, near.Similarity, null, 0, score);
            var (successes, failures) = Observed(near.Episode.Fault, near.Episode.Id, []);
            var factors = new ConfidenceFactors(
                near.Similarity,
                near.Relevance,
                Confidence.Reliability(successes + near.Episode.Successes, failures + near.Episode.Failures),
                Agreement(near.Episode.Fault),
                signature.IsGrounded
            );
            return new(near.Episode, near.Similarity, factors, calibration.Of(factors), score);
        }

        RecalledPattern OfPattern(Pattern pattern)
        {
            var similarity = MixedRetrieval.PatternSimilarity(
                SignatureEmbedding.Similarity(vector, pattern.Vector),
                pattern.Variance
            );
            var relevance = Confidence.Relevance(pattern.Keys, signature.Keys, pattern.Fault);
            if (!signature.IsGrounded)
                (similarity, relevance) = Contained(weights, pattern.Features);
            if (!isTelling)
                return new(pattern, similarity, null, 0, share * MemoryScore.Of(similarity, now - pattern.LastSeen));
            // What has happened since the pattern was formed counts at once.
            var (successes, failures) = Observed(pattern.Fault, null, pattern.Members);
            var support = pattern.Supports[pattern.Fault];
            var factors = new ConfidenceFactors(
                similarity,
                relevance,
                Confidence.Reliability(support.For + successes, support.Against + failures),
                Math.Min(pattern.Purity, Agreement(pattern.Fault)),
                signature.IsGrounded
            );
            return new(
                pattern,
                similarity,
                factors,
                calibration.Of(factors),
                share * MemoryScore.Of(similarity, now - pattern.LastSeen)
            );
        }

        (double Successes, double Failures) Observed(string fault, string? self, IReadOnlyList<string> counted)
        {
            double successes = 0,
                failures = 0;
            foreach (
                var (episode, _, _, weight) in neighbours.Where(n =>
                    n.Episode.Id != self && !counted.Contains(n.Episode.Id)
                )
            )
            {
                if (episode.Fault == fault)
                    (successes, failures) = (
                        successes + weight * episode.Successes,
                        failures + weight * episode.Failures
                    );
                else if (episode.FailedFaults.Contains(fault))
                    failures += weight * FeedbackTally.TriedWeight;
            }
            return (successes, failures);
        }

        double Agreement(string fault)
        {
            double all = 0,
                same = 0;
            foreach (
                var (episode, _, _, weight) in neighbours.Where(n => FaultCatalogue.Find(n.Episode.Fault) is not null)
            )
            {
                var counts =
                    weight
                    * (
                        episode.Truth is null ? UnjudgedWeight : Math.Min(1, episode.Successes / (episode.Failures + 1))
                    );
                all += counts;
                if (episode.Fault == fault)
                    same += counts;
            }
            // By symptoms alone one case agrees with itself and proves nothing.
            if (!signature.IsGrounded)
                all += LoneDoubt;
            return all <= 0 ? 1 : same / all;
        }

        // What failed once and has worked more often since is not held against it.
        bool IsContraindicated(string fault)
        {
            var (successes, failures) = Observed(fault, null, []);
            return failures > successes;
        }
    }

    /// <summary>Which share of what is seen now the memory has as well, and how much that is.</summary>
    private static (double Similarity, double Telling) Contained(
        IReadOnlyList<(uint Hash, double Weight)> weights,
        IReadOnlyList<uint> features
    )
    {
        var known = features.ToHashSet();
        double all = 0,
            shared = 0;
        foreach (var (hash, weight) in weights)
        {
            all += weight;
            if (known.Contains(hash))
                shared += weight;
        }
        return all <= 0 ? (0, 0) : (shared / all, shared / (shared + HalfTelling));
    }

    private sealed record Neighbour(Episode Episode, double Similarity, double Relevance, double Weight);
}
