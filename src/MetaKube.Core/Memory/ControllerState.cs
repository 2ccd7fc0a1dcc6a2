using System.Text.Json.Serialization;

namespace MetaKube.Memory;

/// <summary>The threshold of the controller and its basis.</summary>
/// <param name="Threshold">τ of Eq 9.</param>
/// <param name="Outcomes">The number of outcomes to which it was adapted.</param>
/// <param name="Estimate">The errors and latencies of both pathways; null with too few outcomes.</param>
public sealed record ControllerState(double Threshold, int Outcomes, PathwayEstimate? Estimate)
{
    public static readonly ControllerState Initial = new(ThresholdAdaptation.Initial, 0, null);
}

/// <summary>
/// Mean costs of wrong answers and normalised latencies of both pathways near the threshold, all 0 to 1. The answer
/// "unknown" costs less than a wrong cause.
/// </summary>
public sealed record PathwayEstimate(
    double IntuitiveError,
    double AnalyticalError,
    double IntuitiveLatency,
    double AnalyticalLatency
)
{
    /// <summary>
    /// The threshold that minimises the loss of Eq 10 if confidence is calibrated: memory should answer if its risk, 1
    /// − C, is at most the error of the analytical pathway plus the cost of its extra latency. The adapted threshold
    /// should move towards it.
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
