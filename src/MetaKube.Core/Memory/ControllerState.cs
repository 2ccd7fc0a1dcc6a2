using System.Text.Json.Serialization;

namespace MetaKube.Memory;

/// <summary>The threshold and what it follows from.</summary>
/// <param name="Threshold">τ of Eq 9.</param>
/// <param name="Outcomes">Outcomes that it was adapted to.</param>
/// <param name="Estimate">What the last outcomes say of both pathways; null while there are too few.</param>
public sealed record ControllerState(double Threshold, int Outcomes, PathwayEstimate? Estimate)
{
    public static readonly ControllerState Initial = new(ThresholdAdaptation.Initial, 0, null);
}

/// <summary>
/// Both pathways near the threshold: mean costs of wrong answers (an "unknown" is cheaper than a wrong cause) and
/// normalised latencies, all 0 to 1.
/// </summary>
public sealed record PathwayEstimate(
    double IntuitiveError,
    double AnalyticalError,
    double IntuitiveLatency,
    double AnalyticalLatency
)
{
    /// <summary>
    /// Where the loss of Eq 10 is smallest if confidence is calibrated: memory should answer from the confidence on at
    /// which its risk, 1 − C, is no more than the other pathway's
    /// error and its extra latency cost together. The adapted threshold should move towards it.
    /// </summary>
    [JsonIgnore]
    public double BestThreshold =>
        Math.Clamp(
            1
                - AnalyticalError
                - (1 - ThresholdAdaptation.ErrorShare)
                    / ThresholdAdaptation.ErrorShare
                    * (AnalyticalLatency - IntuitiveLatency),
            ThresholdAdaptation.Lowest,
            ThresholdAdaptation.Highest
        );
}
