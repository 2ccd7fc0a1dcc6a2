using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// Gradient descent of the threshold (paper, Eq 10-11), replayed over all stored outcomes. Withdrawn feedback so loses
/// its effect, and nothing counts twice.
/// </summary>
public static class ThresholdAdaptation
{
    /// <summary>τ0 of Eq 9.</summary>
    public const double Initial = 0.75;

    /// <summary>η of Eq 11.</summary>
    public const double Rate = 0.01;

    /// <summary>ξ of Eq 10: the share of errors against latency.</summary>
    public const double ErrorShare = 0.6;

    /// <summary>The bounds of τ: a memory that is wrong in most cases never answers.</summary>
    public const double Lowest = 0.5,
        Highest = 0.95;

    /// <summary>The cost of "unknown" relative to a wrong cause: it misleads nobody.</summary>
    public const double CostOfUnknown = 0.25;

    /// <summary>The time that counts as latency 1.</summary>
    public static readonly TimeSpan LatencyBudget = TimeSpan.FromSeconds(30);

    /// <summary>The number of latest outcomes that an estimate uses.</summary>
    private const int Window = 200;

    /// <summary>The standard deviation of the kernel around the threshold.</summary>
    private const double Bandwidth = 0.1;

    /// <summary>The weight of outcomes near the threshold, for each pathway, from which it moves.</summary>
    private const double Fewest = 10;

    public static ControllerState Replay(IEnumerable<Episode> episodes, Calibration calibration)
    {
        var outcomes = episodes
            .OrderBy(episode => episode.At)
            .ThenBy(episode => episode.Id, StringComparer.Ordinal)
            .Select(episode => Sample.Of(episode, calibration))
            .OfType<Sample>()
            .ToList();
        var threshold = Initial;
        PathwayEstimate? estimate = null;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var window = outcomes[Math.Max(0, i + 1 - Window)..(i + 1)];
            if (At(threshold, window) is not var (seen, density))
                continue;
            estimate = seen;
            threshold = Math.Clamp(threshold - Rate * Gradient(seen, density), Lowest, Highest);
        }
        return new(threshold, outcomes.Count, estimate);
    }

    /// <summary>
    /// ∂L/∂τ: raising the threshold moves the cases at it, of density g(τ), from the intuitive to the analytical
    /// pathway. The loss changes by the difference of the two pathways there.
    /// </summary>
    public static double Gradient(PathwayEstimate at, double density) =>
        density
        * (
            ErrorShare * (at.AnalyticalError - at.IntuitiveError)
            + (1 - ErrorShare) * (at.AnalyticalLatency - at.IntuitiveLatency)
        );

    private static (PathwayEstimate Estimate, double Density)? At(double threshold, List<Sample> window)
    {
        double all = 0,
            intuitiveWrong = 0,
            analytical = 0,
            analyticalWrong = 0;
        foreach (var sample in window)
        {
            var kernel = Math.Exp(-0.5 * Math.Pow((sample.Confidence - threshold) / Bandwidth, 2));
            all += kernel;
            if (sample.IsMemoryWrong)
                intuitiveWrong += kernel;
            if (sample.AnalysisCost is not { } cost)
                continue;
            // Only some of the cases that memory answered were analysed as well, so these count for the others.
            analytical += kernel / sample.Propensity;
            analyticalWrong += cost * kernel / sample.Propensity;
        }
        if (all < Fewest || analytical < Fewest)
            return null;
        return (
            new(
                intuitiveWrong / all,
                analyticalWrong / analytical,
                Latency(window.Select(sample => sample.IntuitiveMs)),
                Latency(window.Select(sample => sample.AnalyticalMs))
            ),
            all / (window.Count * Bandwidth * Math.Sqrt(2 * Math.PI))
        );
    }

    /// <summary>
    /// The mean latency as a share of the budget, at most 1; 0 if it is unknown, so that a pathway that did not run is
    /// not charged.
    /// </summary>
    private static double Latency(IEnumerable<double?> milliseconds) =>
        milliseconds
            .OfType<double>()
            .Select(ms => Math.Min(1, ms / LatencyBudget.TotalMilliseconds))
            .DefaultIfEmpty(0)
            .Average();

    private sealed record Sample(
        double Confidence,
        bool IsMemoryWrong,
        double? AnalysisCost,
        double Propensity,
        double? IntuitiveMs,
        double? AnalyticalMs
    )
    {
        private static double CostOf(string answer, string truth) =>
            answer switch
            {
                _ when answer == truth => 0,
                Diagnosis.Unknown => CostOfUnknown,
                _ => 1,
            };

        public static Sample? Of(Episode episode, Calibration calibration)
        {
            if (
                episode.Prediction is not { Factors: { } factors, MemoryFault: { } memory } judgement
                || episode.Truth is not { } truth
            )
                return null;
            // A forced pathway has no meaningful propensity; the bound avoids a division by zero.
            return new(
                calibration.Of(factors),
                memory != truth,
                judgement.AnalyticalFault is { } analysed ? CostOf(analysed, truth) : null,
                Math.Max(judgement.Propensity, 0.01),
                judgement.IntuitiveMs,
                judgement.AnalyticalMs
            );
        }
    }
}
