namespace MetaKube.Memory;

/// <summary>Ranks patterns and episodes together (paper, Eq 13-14).</summary>
public static class MixedRetrieval
{
    /// <summary>K of Eq 13: the number of memories that are returned.</summary>
    public const int Returned = 10;

    /// <summary>
    /// W_ψ of Eq 14, for which the paper gives no values. A known and clear case (both features 0) takes patterns and
    /// episodes equally; a new or ambiguous one prefers patterns, which hold what many cases have in common.
    /// </summary>
    private const double NoveltyWeight = 1.5,
        ComplexityWeight = 1;

    /// <summary>
    /// ψ = σ(W_ψ · [f_nov, f_comp]) of Eq 14, the share of patterns; 0.5 to below 1 for features of 0 to 1.
    /// </summary>
    public static double PatternShare(double novelty, double complexity) =>
        1 / (1 + Math.Exp(-(NoveltyWeight * novelty + ComplexityWeight * complexity)));

    /// <summary>
    /// The similarity of a case to a pattern on the scale of episodes: the cosine with the centroid, divided by the
    /// mean cosine of the pattern's own episodes, which is the square root of 1 − variance. A case as near as a member
    /// gets 1.
    /// </summary>
    public static double PatternSimilarity(double cosine, double variance) =>
        Math.Clamp(cosine / Math.Sqrt(Math.Max(1 - variance, 0.01)), 0, 1);

    /// <summary>
    /// f_comp: the entropy of the weights by fault over its largest possible value, 0 to 1; 0 for one fault or none.
    /// </summary>
    public static double Complexity(IEnumerable<(string Fault, double Weight)> memories)
    {
        var shares = memories
            .Where(memory => memory.Weight > 0)
            .GroupBy(memory => memory.Fault)
            .Select(group => group.Sum(memory => memory.Weight))
            .ToList();
        var total = shares.Sum();
        if (shares.Count < 2 || total <= 0)
            return 0;
        return -shares.Sum(share => share / total * Math.Log(share / total)) / Math.Log(shares.Count);
    }
}
