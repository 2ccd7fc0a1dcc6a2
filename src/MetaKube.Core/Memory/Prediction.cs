using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// What memory and the controller thought before anybody knew the truth. Kept with the episode, it becomes a labelled
/// example for calibration (Eq 18) and
/// for the threshold (Eq 10-11) as soon as the outcome is known, and ceases to be one when the vote is withdrawn.
/// </summary>
/// <param name="MemoryFault">The fault that memory would have answered with, or null where it knew nothing.</param>
/// <param name="Factors">How far that memory could be trusted, before calibration.</param>
/// <param name="Confidence">C(M*) as it was then, 0 to 1.</param>
/// <param name="Threshold">τ as it was then.</param>
/// <param name="Pathway">Which pathway gave the answer.</param>
/// <param name="Propensity">The probability with which <paramref name="AnalyticalFault"/> came to be known, above 0 to
/// 1.</param>
/// <param name="AnalyticalFault">What the analytical pathway said, whether it answered or ran as a shadow; null where
/// it did not run.</param>
/// <param name="IntuitiveMs">What the intuitive pathway took, where it ran.</param>
/// <param name="AnalyticalMs">What the analytical pathway took, where it ran.</param>
public sealed record Prediction(
    string? MemoryFault,
    ConfidenceFactors? Factors,
    double Confidence,
    double Threshold,
    Pathway Pathway,
    double Propensity,
    string? AnalyticalFault,
    double? IntuitiveMs,
    double? AnalyticalMs
);
