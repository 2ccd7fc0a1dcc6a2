namespace MetaKube.Memory;

/// <summary>The confidence in one memory for the present case (paper, Eq 15), before calibration.</summary>
public static class Confidence
{
    /// <summary>The uniform Beta prior of a reliability, one success and one failure: 0.5 without feedback.</summary>
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
    /// The agreement of the structural keys (fault at resource kind) then and now, 0 to 1: half by their Jaccard index,
    /// half by whether the key of the remembered fault is present now. A fault without a key, because a person taught
    /// it, is judged by the Jaccard index alone. Without any keys the relevance is 0.
    /// </summary>
    public static double Relevance(IReadOnlyCollection<string> then, IReadOnlySet<string> now, string fault)
    {
        var both = then.Count(now.Contains);
        var either = then.Count + now.Count - both;
        var agreement = either == 0 ? 0 : (double)both / either;
        var own = then.FirstOrDefault(key => key.StartsWith($"{fault}@", StringComparison.Ordinal));
        if (own is null)
            return agreement;
        var isOwnPresent = now.Contains(own) ? 1 : 0;
        return (agreement + isOwnPresent) / 2;
    }
}
