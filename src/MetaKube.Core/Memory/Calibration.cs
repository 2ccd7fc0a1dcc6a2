namespace MetaKube.Memory;

/// <summary>
/// From the factors of Eq 15 to the probability that memory's answer is right, as learnt from outcomes (Eq 18 and a
/// calibration map on top).
/// </summary>
public sealed record Calibration
{
    /// <summary>Nothing learnt yet: the paper's exponents as they are.</summary>
    public static readonly Calibration Prior = new() { Grounded = Calibrator.Prior, Symptomatic = Calibrator.Prior };

    /// <summary>For cases in which live evidence names a fault.</summary>
    public required Calibrator Grounded { get; init; }

    /// <summary>For cases in which symptoms alone can be compared.</summary>
    public required Calibrator Symptomatic { get; init; }

    /// <summary>When it was fitted; null for the prior.</summary>
    public DateTimeOffset? FittedAt { get; init; }

    public double Of(ConfidenceFactors factors) => (factors.IsGrounded ? Grounded : Symptomatic).Of(factors);

    /// <summary>Fits both to what is known. With few examples each stays near its prior.</summary>
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
    /// The labelled examples that these episodes are: the truth is known, or memory said what turned out wrong.
    /// </summary>
    public static IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> Examples(IEnumerable<Episode> episodes) =>
        [
            .. episodes
                .Where(episode =>
                    episode.Judgement is { Factors: not null } judgement
                    && (episode.Truth is not null || episode.FailedFaults.Contains(judgement.MemoryFault!))
                )
                .Select(episode => (episode.Judgement!.Factors!, episode.Judgement.MemoryFault == episode.Truth)),
        ];
}
