namespace MetaKube.Memory;

/// <summary>The score by which memories are ranked (paper, Eq 2).</summary>
public static class MemoryScore
{
    /// <summary>λ of Eq 2: the share of similarity against recency.</summary>
    public const double SimilarityShare = 0.7;

    /// <summary>τ_r of Eq 2.</summary>
    public static readonly TimeSpan RecencyScale = TimeSpan.FromDays(30);

    /// <summary>
    /// The lower bound of recency. The paper has none: with plain exponential decay an exact match of last quarter
    /// ranks below a vague one of yesterday.
    /// </summary>
    public const double RecencyFloor = 0.2;

    /// <summary>rec(m) of Eq 2, from <see cref="RecencyFloor"/> to 1; an age below zero counts as zero.</summary>
    public static double Recency(TimeSpan age) => Math.Max(RecencyFloor, Math.Exp(-Math.Max(0, age / RecencyScale)));

    /// <summary>
    /// score(m) of Eq 2, 0 to 1, for a similarity of 0 to 1. Recency affects the rank and not the confidence.
    /// </summary>
    public static double Of(double similarity, TimeSpan age) =>
        SimilarityShare * Math.Clamp(similarity, 0, 1) + (1 - SimilarityShare) * Recency(age);
}
