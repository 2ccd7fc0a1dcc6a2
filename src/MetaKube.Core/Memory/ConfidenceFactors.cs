namespace MetaKube.Memory;

/// <summary>The factors f_j of Eq 15 for one memory and one case, all 0 to 1.</summary>
/// <param name="Similarity">How like the symptoms are.</param>
/// <param name="Relevance">Grounded: agreement of the structural keys. Else: how much there was to compare.</param>
/// <param name="Reliability">ρ: the share of successes among what became of this answer in cases like this.</param>
/// <param name="Agreement">The share of cases like this that had this fault.</param>
/// <param name="IsGrounded">Live evidence names a fault; without, symptoms alone were compared, which is judged by a
/// calibration of its own.</param>
public sealed record ConfidenceFactors(
    double Similarity,
    double Relevance,
    double Reliability,
    double Agreement,
    bool IsGrounded
);
