namespace MetaKube.Memory;

/// <summary>The factors f_j of Eq 15 for one memory and one case, all 0 to 1.</summary>
/// <param name="Similarity">The similarity of the symptoms.</param>
/// <param name="Relevance">Grounded: the agreement of the structural keys or signals. Otherwise: how much there was to
/// compare.</param>
/// <param name="Reliability">ρ: the share of successes of this fault in similar cases.</param>
/// <param name="Agreement">The share of similar cases with this fault.</param>
/// <param name="IsGrounded">Live evidence names a fault, or shows the signals of an open cause; without, symptoms alone
/// were compared, which is judged by a
/// calibration of its own.</param>
public sealed record ConfidenceFactors(
    double Similarity,
    double Relevance,
    double Reliability,
    double Agreement,
    bool IsGrounded
);
