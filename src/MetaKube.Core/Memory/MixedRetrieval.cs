namespace MetaKube.Memory;

/// <summary>How patterns and episodes are ranked together (paper, Eq 13-14).</summary>
public static class MixedRetrieval
{
    /// <summary>K of Eq 13: memories that are returned.</summary>
    public const int Returned = 10;

    /// <summary>
    /// W_ψ of Eq 14, which the paper does not give; chosen so that a known and clear case (both features 0) takes both
    /// alike, and a new or ambiguous one leans
    /// on patterns, which say what many cases had in common.
    /// </summary>
    private const double NoveltyWeight = 1.5,
        ComplexityWeight = 1;

    /// <summary>
    /// ψ = σ(W_ψ · [f_nov, f_comp]) of Eq 14, the share of patterns; 0.5 to below 1 for features of 0 to 1.
    /// </summary>
    public static double PatternShare(double novelty, double complexity) =>
        1 / (1 + Math.Exp(-(NoveltyWeight * novelty + ComplexityWeight * complexity)));

    /// <summary>
    /// How like a case is to a pattern, on the scale of episodes: its cosine with the centroid against that of the
    /// pattern's own episodes, which is the square root of
    /// 1 − variance. What is as near as a member is counts as the same.
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
