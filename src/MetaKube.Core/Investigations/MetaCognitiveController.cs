using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>Chooses the pathway by the confidence of memory (paper, section 3.3).</summary>
/// <param name="explorationRate">The probability, 0 to 1, that the analytical pathway runs in the shadow of an answer
/// from memory. Without it the error of the analytical pathway could not be estimated there.</param>
/// <param name="draw">Draws random numbers from 0 to below 1.</param>
public sealed class MetaCognitiveController(double explorationRate, Func<double> draw)
{
    /// <summary>The smallest lead in confidence over a memory with another fault.</summary>
    public const double SmallestMargin = 0.1;

    /// <summary>The threshold if live evidence names no fault, and so cannot support memory.</summary>
    public const double SymptomaticThreshold = 0.9;

    /// <summary>The smallest share of the present symptoms that the memory must have, in that case.</summary>
    public const double SymptomaticSimilarity = 0.5;

    /// <summary>
    /// Intuitive if and only if C(M*) > τ (Eq 9, strict) and no gate rejects it. A pathway that the asker chose is used
    /// without these conditions.
    /// </summary>
    public Routing Choose(Recollection recollection, Pathway? chosen)
    {
        if (chosen == Pathway.Analytical)
            return new(Pathway.Analytical, false, 1, "as asked");
        var shut = recollection.Confidence <= recollection.Threshold ? Unsure(recollection) : Gate(recollection);
        if (shut is not null && chosen is null)
            return new(Pathway.Analytical, false, 1, shut);
        if (draw() < explorationRate)
            return new(
                Pathway.Intuitive,
                true,
                explorationRate,
                "memory is sure; the analytical pathway runs as a shadow"
            );
        return new(Pathway.Intuitive, false, 1, chosen is null ? "memory is sure" : "as asked");
    }

    private static string Unsure(Recollection recollection) =>
        recollection.Confidence <= 0
            ? "memory holds no case like it with a known cause"
            : FormattableString.Invariant(
                $"memory is {recollection.Confidence:P0} sure, and answers by itself above {recollection.Threshold:P0}"
            );

    /// <summary>The reason why a confident memory must not answer, or null.</summary>
    private static string? Gate(Recollection recollection) =>
        recollection.Best switch
        {
            null => "memory knows nothing",
            { Factors.IsGrounded: false, Confidence: <= SymptomaticThreshold } =>
                "no live evidence supports memory, and it is not sure enough to answer without",
            { Factors: { IsGrounded: false, Similarity: < SymptomaticSimilarity } } => "most of these symptoms are new",
            { Successes: <= 0 } => "nobody has confirmed what memory knows",
            { } best when recollection.Contraindicated.Contains(best.Fault) =>
                $"{best.Fault} was wrong in this very case",
            _ when recollection.Margin < SmallestMargin => "memories disagree",
            _ => null,
        };
}

/// <summary>A choice of pathway.</summary>
/// <param name="Pathway">The pathway that answers.</param>
/// <param name="IsShadowed">True if the analytical pathway runs as well, for comparison.</param>
/// <param name="Propensity">The probability, above 0 to 1, that the analytical pathway runs in such a case; stored for
/// unbiased estimates.</param>
/// <param name="Why">The reason, for people.</param>
public sealed record Routing(Pathway Pathway, bool IsShadowed, double Propensity, string Why);
