namespace MetaKube.Memory;

/// <summary>
/// Maps the factors of Eq 15 to the probability that memory's answer is right, learnt from outcomes (Eq 18 and a
/// calibration map).
/// </summary>
public sealed record Calibration
{
    /// <summary>The calibration before any outcome: the paper's exponents.</summary>
    public static readonly Calibration Prior = new() { Grounded = Calibrator.Prior, Symptomatic = Calibrator.Prior };

    /// <summary>For cases whose live evidence names a fault.</summary>
    public required Calibrator Grounded { get; init; }

    /// <summary>For cases in which only symptoms can be compared.</summary>
    public required Calibrator Symptomatic { get; init; }

    /// <summary>The time of the fit; null for the prior.</summary>
    public DateTimeOffset? FittedAt { get; init; }

    public double Of(ConfidenceFactors factors) => (factors.IsGrounded ? Grounded : Symptomatic).Of(factors);

    /// <summary>Fits both calibrators. With few examples each stays near its prior.</summary>
    public static Calibration Fit(
        IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> examples,
        DateTimeOffset now
    ) =>
        new()
        {
            Grounded = CalibrationFit.Fit([.. examples.Where(example => example.Factors.IsGrounded)]),
            Symptomatic = CalibrationFit.Fit([.. examples.Where(example => !example.Factors.IsGrounded)]),
            FittedAt = now,
        };

    /// <summary>
    /// The labelled examples among these episodes: the true fault is known, or memory's answer was wrong.
    /// </summary>
    public static IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> Examples(IEnumerable<Episode> episodes) =>
        [
            .. episodes
                .Where(episode =>
                    episode.Prediction is { Factors: not null } judgement
                    && (episode.Truth is not null || episode.FailedFaults.Contains(judgement.MemoryFault!))
                )
                .Select(episode => (episode.Prediction!.Factors!, episode.Prediction.MemoryFault == episode.Truth)),
        ];
}
