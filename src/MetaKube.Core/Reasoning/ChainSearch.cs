using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// Ranks causal chains by the memory-biased priority of Eq 5: the prior from memory, the support by the evidence, and
/// novelty.
/// </summary>
public static class ChainSearch
{
    /// <summary>α1, α2, α3 of Eq 5.</summary>
    private const double PriorWeight = 0.5,
        PathWeight = 0.3,
        NoveltyWeight = 0.2;

    /// <summary>The number of chains that are kept, highest priority first.</summary>
    public const int Kept = 5;

    /// <summary>The chains of these hypotheses, highest priority first.</summary>
    /// <param name="candidates">Each with its path and its score, 0 to 1.</param>
    /// <param name="memory">The prior from memory; without any, the score alone decides.</param>
    public static IReadOnlyList<CausalChain> Rank(
        IEnumerable<(Hypothesis Hypothesis, IReadOnlyList<ResourceRef> Path, double Score)> candidates,
        MemoryPrior memory
    ) =>
        [
            .. candidates
                .Select(candidate =>
                {
                    var prior = memory.Of(candidate.Hypothesis);
                    return new CausalChain(
                        candidate.Hypothesis.Fault.Code,
                        candidate.Hypothesis.Resource,
                        candidate.Path,
                        candidate.Score,
                        // A chain is new as far as no memory has it.
                        Priority(prior, Math.Clamp(candidate.Score, 0, 1), 1 - prior)
                    );
                })
                .OrderByDescending(chain => chain.Priority)
                .ThenByDescending(chain => chain.Score)
                .Take(Kept),
        ];

    /// <summary>Eq 5 from its three terms, each 0 to 1.</summary>
    public static double Priority(double prior, double score, double novelty) =>
        PriorWeight * prior + PathWeight * score + NoveltyWeight * novelty;
}
