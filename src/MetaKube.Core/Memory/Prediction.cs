using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// The predictions of memory and controller before the outcome was known. They are stored with the episode. Once the
/// outcome is known they are a labelled example for the calibration (Eq 18) and the threshold (Eq 10-11); withdrawing
/// the feedback removes the example.
/// </summary>
/// <param name="MemoryFault">The fault that memory would have answered, or null if it knew nothing.</param>
/// <param name="Factors">The confidence factors of that memory, before calibration.</param>
/// <param name="Confidence">C(M*) at that time, 0 to 1.</param>
/// <param name="Threshold">τ at that time.</param>
/// <param name="Pathway">The pathway that answered.</param>
/// <param name="Propensity">The probability, above 0 to 1, that the analytical pathway ran.</param>
/// <param name="AnalyticalFault">The fault by the analytical pathway, as answer or as shadow; null if it did not
/// run.</param>
/// <param name="IntuitiveMs">Time of the intuitive pathway; null if it did not run.</param>
/// <param name="AnalyticalMs">Time of the analytical pathway; null if it did not run.</param>
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
