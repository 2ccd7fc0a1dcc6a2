using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// The threshold's gradient descent (paper, Eq 10-11), replayed over the outcomes that memory holds: a vote that is
/// withdrawn takes its effect with it, and
/// nothing is counted twice.
/// </summary>
public static class ThresholdAdaptation
{
    /// <summary>τ0 of Eq 9.</summary>
    public const double Initial = 0.75;

    /// <summary>η of Eq 11.</summary>
    public const double Rate = 0.01;

    /// <summary>ξ of Eq 10: the share of errors against latency.</summary>
    public const double ErrorShare = 0.6;

    /// <summary>τ stays within these; a memory that is right less often than not never answers.</summary>
    public const double Lowest = 0.5,
        Highest = 0.95;

    /// <summary>An honest "unknown" costs this share of a wrong cause: it sends nobody the wrong way.</summary>
    public const double CostOfUnknown = 0.25;

    /// <summary>An answer that takes so long counts as latency 1.</summary>
    public static readonly TimeSpan LatencyBudget = TimeSpan.FromSeconds(30);

    /// <summary>Outcomes that are looked back on, and how near to the threshold one has to be to count half.</summary>
    private const int Window = 200;

    private const double Bandwidth = 0.1;

    /// <summary>So many outcomes of each pathway have to be near the threshold before it moves.</summary>
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
    /// pathway, so it costs what the analytical pathway
    /// does worse there and gains what it does better.
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
            // Only some of the cases that memory answered were analysed as well: those stand for the others.
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
    /// The mean as a share of the budget, at most 1; 0 where it is not known, so that it never speaks against a pathway
    /// that did not run.
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
            answer == truth ? 0
            : answer is Diagnosis.Unknown ? CostOfUnknown
            : 1;

        public static Sample? Of(Episode episode, Calibration calibration)
        {
            if (
                episode.Judgement is not { Factors: { } factors, MemoryFault: { } memory } judgement
                || episode.Truth is not { } truth
            )
                return null;
            // A forced pathway has no propensity worth the name; division needs some.
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
