using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// The memory-biased priority of causal chains (paper, Eq 5): where memory has been, what the evidence says, and what
/// is new.
/// </summary>
public static class ChainSearch
{
    /// <summary>α1, α2, α3 of Eq 5.</summary>
    private const double PriorWeight = 0.5,
        PathWeight = 0.3,
        NoveltyWeight = 0.2;

    /// <summary>So many chains are kept, the first by priority.</summary>
    public const int Kept = 5;

    /// <summary>The chains of these hypotheses, the most promising first.</summary>
    /// <param name="candidates">Each with its path and its score, 0 to 1.</param>
    /// <param name="recollection">What memory returned; without any, the score alone decides.</param>
    public static IReadOnlyList<CausalChain> Rank(
        IEnumerable<(Hypothesis Hypothesis, IReadOnlyList<ResourceRef> Path, double Score)> candidates,
        Recollection recollection
    ) =>
        [
            .. candidates
                .Select(candidate =>
                {
                    var (prior, novelty) = Memory(candidate.Hypothesis, recollection);
                    return new CausalChain(
                        candidate.Hypothesis.Fault.Code,
                        candidate.Hypothesis.Resource,
                        candidate.Path,
                        candidate.Score,
                        Priority(prior, Math.Clamp(candidate.Score, 0, 1), novelty)
                    );
                })
                .OrderByDescending(chain => chain.Priority)
                .ThenByDescending(chain => chain.Score)
                .Take(Kept),
        ];

    /// <summary>Eq 5 from its three terms, each 0 to 1.</summary>
    public static double Priority(double prior, double score, double novelty) =>
        PriorWeight * prior + PathWeight * score + NoveltyWeight * novelty;

    /// <summary>
    /// prior(M*, p) is the largest overlap with the path of a memory, by the structural keys that both have and by how
    /// much the memory may be trusted;
    /// novelty is what no memory has.
    /// </summary>
    private static (double Prior, double Novelty) Memory(Hypothesis hypothesis, Recollection recollection)
    {
        var overlaps = recollection
            .Memories.Where(memory =>
                !recollection.Contraindicated.Contains(memory.Fault) && memory.Keys.Contains(hypothesis.Key)
            )
            .Select(memory => memory.Similarity * (memory.Fault == hypothesis.Fault.Code ? 1 : 0.5))
            .DefaultIfEmpty(0);
        var prior = overlaps.Max();
        return (prior, 1 - prior);
    }
}
