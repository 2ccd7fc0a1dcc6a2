namespace MetaKube.Memory;

/// <summary>How far one memory may be trusted for the case at hand (paper, Eq 15), before calibration.</summary>
public static class Confidence
{
    /// <summary>
    /// Beta prior of a reliability: one success and one failure, so 0.5 before anybody has said a word.
    /// </summary>
    private const double Prior = 1;

    /// <summary>C(m, Q) = Π f_j^ζ_j, 0 to 1.</summary>
    public static double Of(ConfidenceFactors factors, Exponents exponents) =>
        Math.Pow(Math.Clamp(factors.Similarity, 0, 1), exponents.Similarity)
        * Math.Pow(Math.Clamp(factors.Relevance, 0, 1), exponents.Relevance)
        * Math.Pow(Math.Clamp(factors.Reliability, 0, 1), exponents.Reliability)
        * Math.Pow(Math.Clamp(factors.Agreement, 0, 1), exponents.Agreement);

    /// <summary>ρ as the mean of a Beta posterior with a uniform prior, above 0 and below 1.</summary>
    public static double Reliability(double successes, double failures) =>
        (successes + Prior) / (successes + failures + 2 * Prior);

    /// <summary>
    /// How far the structural keys (fault at resource kind) of then and now agree, 0 to 1: half by their Jaccard
    /// agreement, half by whether the very key of the remembered fault is seen now.
    /// A fault that had no key then, because a person taught it, is judged by the agreement alone; no keys agree in
    /// nothing.
    /// </summary>
    public static double Relevance(IReadOnlyCollection<string> then, IReadOnlySet<string> now, string fault)
    {
        var both = then.Count(now.Contains);
        var either = then.Count + now.Count - both;
        var agreement = either == 0 ? 0 : (double)both / either;
        var own = then.FirstOrDefault(key => key.StartsWith($"{fault}@", StringComparison.Ordinal));
        return own is null ? agreement : (agreement + (now.Contains(own) ? 1 : 0)) / 2;
    }
}

/// <summary>ζ of Eq 15, none below 0.</summary>
/// <param name="Similarity">ζ of the similarity.</param>
/// <param name="Relevance">ζ of the relevance.</param>
/// <param name="Reliability">ζ of the reliability.</param>
/// <param name="Agreement">ζ of the agreement among memories, a factor that the paper names and gives no figure
/// for.</param>
public sealed record Exponents(double Similarity, double Relevance, double Reliability, double Agreement)
{
    /// <summary>The paper's figures (App. A.3); the last is ours.</summary>
    public static readonly Exponents Paper = new(1.0, 0.8, 0.6, 0.6);
}
