namespace MetaKube.Memory;

/// <summary>How far one memory may be trusted for the case at hand (paper, Eq 15).</summary>
public static class Confidence
{
    /// <summary>ζ of Eq 15 (App. A.3).</summary>
    public const double SimilarityExponent = 1.0, RelevanceExponent = 0.8, ReliabilityExponent = 0.6;

    /// <summary>A person's "this fixed it" weighs as two observations: it was checked on the real system.</summary>
    public const double FixedWeight = 2;

    /// <summary>C(m, Q) = sim^ζ1 · relevance^ζ2 · reliability^ζ3, all 0 to 1.</summary>
    public static double Of(double similarity, double relevance, double reliability) =>
        Math.Pow(Math.Clamp(similarity, 0, 1), SimilarityExponent)
        * Math.Pow(Math.Clamp(relevance, 0, 1), RelevanceExponent)
        * Math.Pow(Math.Clamp(reliability, 0, 1), ReliabilityExponent);

    /// <summary>ρ as the mean of a Beta posterior with a uniform prior: 0.5 before anybody has said a word.</summary>
    public static double Reliability(double successes, double failures) => (successes + 1) / (successes + failures + 2);

    /// <summary>Jaccard agreement of the structural keys (fault at resource kind, each once) of then and now, 0 to 1; no keys agree in nothing.</summary>
    public static double Relevance(IReadOnlyCollection<string> then, IReadOnlySet<string> now)
    {
        var both = then.Count(now.Contains);
        var either = then.Count + now.Count - both;
        return either == 0 ? 0 : (double)both / either;
    }
}
