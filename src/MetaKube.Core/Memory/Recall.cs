using System;
using MetaKube.Faults;

namespace MetaKube.Memory;

/// <summary>
/// Turns candidates into a recollection: exact similarities, factors, confidences and the mixed rank (paper, Eq 2,
/// 13-15). Pure: the stores only find the candidates.
/// </summary>
public static class Recall
{
    /// <summary>The similarity from which an earlier failed answer counts as one of this very case.</summary>
    private const double SameCase = 0.9;

    /// <param name="signature">The case.</param>
    /// <param name="vector">The vector of the signature.</param>
    /// <param name="candidates">Episodes and patterns to score.</param>
    /// <param name="state">Calibration and document frequency.</param>
    /// <param name="now">The time, for recency.</param>
    public static Recollection Of(
        SymptomSignature signature,
        float[] vector,
        RecallCandidates candidates,
        MemoryState state,
        DateTimeOffset now
    )
    {
        if (candidates.Episodes.Count == 0 && candidates.Patterns.Count == 0)
            return Recollection.Empty;
        var comparison = new SymptomComparison(signature, vector, state.DocumentFrequency);
        var neighbourhood = new Neighbourhood(signature.IsGrounded, comparison, candidates, now);
        var share = MixedRetrieval.PatternShare(1 - neighbourhood.NearestSimilarity, neighbourhood.Complexity);
        var scoring = new MemoryScoring(comparison, neighbourhood, state.Calibration, share, now);
        var memories = neighbourhood
            .Neighbours.Select(neighbour => (RecalledMemory)scoring.Score(neighbour))
            .Concat(candidates.Patterns.Select(scoring.Score))
            .OrderByDescending(memory => memory.Score)
            .ThenBy(memory => memory.Id, StringComparer.Ordinal)
            .Take(MixedRetrieval.Returned)
            .ToList();
        return new()
        {
            Novelty = 1 - memories.Max(memory => memory.Similarity),
            Complexity = neighbourhood.Complexity,
            Memories = memories,
            Contraindicated = signature.IsGrounded ? Contraindicated(neighbourhood) : new HashSet<string>(),
        };
    }

    /// <summary>
    /// Faults that failed in this very case, unless they have been right more often in similar cases.
    /// </summary>
    private static HashSet<string> Contraindicated(Neighbourhood neighbourhood) =>
        neighbourhood
            .Neighbours.Where(neighbour => neighbour.Similarity >= SameCase)
            .SelectMany(neighbour => neighbour.Episode.FailedFaults)
            .Distinct()
            .Where(fault => neighbourhood.Observed(fault, []) is var (successes, failures) && failures > successes)
            .ToHashSet();

    /// <summary>Scores single memories in their neighbourhood.</summary>
    private sealed class MemoryScoring(
        SymptomComparison comparison,
        Neighbourhood neighbourhood,
        Calibration calibration,
        double patternShare,
        DateTimeOffset now
    )
    {
        public RecalledEpisode Score(EpisodeNeighbour neighbour)
        {
            var episode = neighbour.Episode;
            var score = (1 - patternShare) * MemoryScore.Of(neighbour.Similarity, now - episode.At);
            if (FaultCatalogue.Find(episode.Fault) is null || !comparison.IsConclusive)
                return new(episode, neighbour.Similarity, null, 0, score);
            var (successes, failures) = neighbourhood.Observed(episode.Fault, [episode.Id]);
            var factors = new ConfidenceFactors(
                neighbour.Similarity,
                neighbour.Relevance,
                Confidence.Reliability(successes + episode.Successes, failures + episode.Failures),
                neighbourhood.Agreement(episode.Fault),
                comparison.IsGrounded
            );
            return new(episode, neighbour.Similarity, factors, calibration.Of(factors), score);
        }

        public RecalledPattern Score(Pattern pattern)
        {
            var (similarity, relevance) = comparison.With(pattern);
            var score = patternShare * MemoryScore.Of(similarity, now - pattern.LastSeen);
            if (!comparison.IsConclusive)
                return new(pattern, similarity, null, 0, score);
            // Outcomes since the pattern was formed count at once; those of its members are in its supports already.
            var (successes, failures) = neighbourhood.Observed(pattern.Fault, pattern.Members);
            var support = pattern.Supports[pattern.Fault];
            var factors = new ConfidenceFactors(
                similarity,
                relevance,
                Confidence.Reliability(support.For + successes, support.Against + failures),
                Math.Min(pattern.Purity, neighbourhood.Agreement(pattern.Fault)),
                comparison.IsGrounded
            );
            return new(pattern, similarity, factors, calibration.Of(factors), score);
        }
    }
}
