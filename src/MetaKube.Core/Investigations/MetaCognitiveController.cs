using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>Decides whether memory is to be trusted with the answer (paper, section 3.3).</summary>
/// <param name="explorationRate">How often the analytical pathway also runs where memory answers, 0 to 1: without it
/// nobody would ever know whether it was needed.</param>
/// <param name="draw">Random numbers of 0 to below 1.</param>
public sealed class MetaCognitiveController(double explorationRate, Func<double> draw)
{
    /// <summary>One opinion of memory has to be trusted so much more than the next.</summary>
    public const double SmallestMargin = 0.1;

    /// <summary>
    /// Where live evidence names no fault that could bear memory out, it has to be surer than anywhere else.
    /// </summary>
    public const double SymptomaticThreshold = 0.9;

    /// <summary>And at least half of what is seen or quoted has to have been there before.</summary>
    public const double SymptomaticSimilarity = 0.5;

    /// <summary>
    /// Intuitive if and only if C(M*) > τ (Eq 9, strict) and no gate is shut; a pathway that the asker chose is taken
    /// as it is.
    /// </summary>
    public Routing Choose(Recollection recollection, Pathway? chosen)
    {
        if (chosen == Pathway.Analytical)
            return new(Pathway.Analytical, false, 1, "as asked");
        var shut =
            recollection.Confidence <= recollection.Threshold
                ? $"confidence {recollection.Confidence:0.00} does not exceed {recollection.Threshold:0.00}"
                : Gate(recollection);
        if (shut is not null && chosen is null)
            return new(Pathway.Analytical, false, 1, shut);
        return draw() < explorationRate
            ? new(Pathway.Intuitive, true, explorationRate, "memory is sure; the analytical pathway runs as a shadow")
            : new(Pathway.Intuitive, false, 1, chosen is null ? "memory is sure" : "as asked");
    }

    /// <summary>Why a confident memory must not answer all the same, or null.</summary>
    private static string? Gate(Recollection recollection) =>
        recollection.Best switch
        {
            null => "memory knows nothing",
            { Factors.IsGrounded: false, Confidence: <= SymptomaticThreshold } =>
                $"no live evidence bears memory out, and its confidence does not exceed {SymptomaticThreshold:0.00}",
            { Factors: { IsGrounded: false, Similarity: < SymptomaticSimilarity } } => "most of these symptoms are new",
            { Successes: <= 0 } => "nobody has confirmed what memory knows",
            { } best when recollection.Contraindicated.Contains(best.Fault) =>
                $"{best.Fault} was wrong in this very case",
            _ when recollection.Margin < SmallestMargin => "memories disagree",
            _ => null,
        };
}

/// <summary>A choice of pathway.</summary>
/// <param name="Pathway">Who answers.</param>
/// <param name="IsShadowed">Whether the analytical pathway runs as well, to compare.</param>
/// <param name="Propensity">The probability with which what the analytical pathway says comes to be known in such a
/// case, above 0 to 1; kept for learning without bias.</param>
/// <param name="Why">In words, for the log.</param>
public sealed record Routing(Pathway Pathway, bool IsShadowed, double Propensity, string Why);
