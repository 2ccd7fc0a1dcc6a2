using System;
using MetaKube.Faults;
using MetaKube.Model;

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
        if (candidates.Episodes.Count + candidates.BySignals.Count + candidates.Patterns.Count == 0)
            return Recollection.Empty;
        candidates = candidates.ByMeaning();
        var scoring = new MemoryScoring(
            new SymptomComparison(signature, vector, state.DocumentFrequency),
            candidates,
            state.Calibration,
            now
        );
        var neighbourhood = scoring.Neighbourhood;
        var bySignals = ScoringBySignals(signature, candidates, state.Calibration, now);
        var memories = (bySignals is null ? scoring.All : scoring.WithoutOpen.Concat(bySignals.Open))
            .OrderByDescending(memory => memory.Score)
            .ThenBy(memory => memory.Id, StringComparer.Ordinal)
            .Take(MixedRetrieval.Returned)
            .ToList();
        return new()
        {
            Novelty = 1 - memories.Max(memory => memory.Similarity),
            Complexity = neighbourhood.Complexity,
            Memories = memories,
            Contraindicated = ContraindicatedBy(signature, neighbourhood, bySignals?.Neighbourhood),
        };
    }

    /// <summary>
    /// Scores memories of open causes by the signals of the case; null if it is not compared by them, or none is known.
    /// </summary>
    private static MemoryScoring? ScoringBySignals(
        SymptomSignature signature,
        RecallCandidates candidates,
        Calibration calibration,
        DateTimeOffset now
    ) =>
        candidates.HaveOpenCauses && SignalComparison.Applies(signature.Keys, signature.Signals)
            ? new(
                new SignalComparison(signature),
                candidates with
                {
                    Episodes = candidates.BySignals,
                    EmbeddingSimilarities = null,
                },
                calibration,
                now
            )
            : null;

    private static HashSet<string> ContraindicatedBy(
        SymptomSignature signature,
        Neighbourhood neighbourhood,
        Neighbourhood? bySignals
    )
    {
        var failed = signature.IsGrounded ? Contraindicated(neighbourhood) : [];
        if (bySignals is not null)
            failed.UnionWith(Contraindicated(bySignals).Where(OpenCause.IsCode));
        return failed;
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
        ICaseComparison comparison,
        RecallCandidates candidates,
        Calibration calibration,
        DateTimeOffset now
    )
    {
        private readonly Neighbourhood neighbourhood = new(comparison, candidates, now);

        public Neighbourhood Neighbourhood => neighbourhood;

        private bool CanName(OpenCause? open) =>
            comparison.IsConclusive && (open is null || comparison.CanNameOpenCauses);

        private double PatternShare =>
            MixedRetrieval.PatternShare(1 - neighbourhood.NearestSimilarity, neighbourhood.Complexity);

        public IEnumerable<RecalledMemory> All =>
            neighbourhood
                .Neighbours.Select(neighbour => (RecalledMemory)Score(neighbour))
                .Concat(candidates.Patterns.Select(Score));

        /// <summary>The memories of open causes that are compared by their signals.</summary>
        public IEnumerable<RecalledMemory> Open => All.Where(IsBySignals);

        public IEnumerable<RecalledMemory> WithoutOpen => All.Where(memory => !IsBySignals(memory));

        private static bool IsBySignals(RecalledMemory memory) =>
            memory.Open is not null && SignalComparison.Applies(memory.Keys, memory.Signals);

        private RecalledEpisode Score(EpisodeNeighbour neighbour)
        {
            var episode = neighbour.Episode;
            var score = (1 - PatternShare) * MemoryScore.Of(neighbour.Similarity, now - episode.At);
            if (!FaultCatalogue.IsCause(episode.Fault) || !CanName(episode.Open))
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

        private RecalledPattern Score(Pattern pattern)
        {
            var (similarity, relevance) = comparison.With(pattern);
            var score = PatternShare * MemoryScore.Of(similarity, now - pattern.LastSeen);
            if (!CanName(pattern.Open))
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
