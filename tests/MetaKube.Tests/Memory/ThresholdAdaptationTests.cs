using FsCheck;
using FsCheck.Xunit;
using MetaKube.Memory;
using MetaKube.Model;
using Outcome = MetaKube.Model.Outcome;

namespace MetaKube.Tests.Memory;

public sealed class ThresholdAdaptationTests
{
    private const string Right = "config.missing-secret",
        Other = "config.missing-key";

    /// <summary>Outcomes at the threshold: how often memory and the analysis were right.</summary>
    private static List<Episode> Outcomes(
        int count,
        Func<int, bool> memoryRight,
        Func<int, bool> analysisRight,
        double analyticalMs = 5,
        double propensity = 1
    ) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new Episode
                {
                    Id = $"e{i:0000}",
                    Question = "q",
                    Vector = [],
                    Keys = [],
                    Cluster = "c",
                    Answer = Right,
                    AnsweredCause = "r",
                    Fault = Right,
                    RootCause = "r",
                    Outcome = Outcome.Fixed,
                    Successes = 2,
                    At = DateTimeOffset.UnixEpoch.AddMinutes(i),
                    Prediction = new(
                        memoryRight(i) ? Right : Other,
                        new(0.75, 1, 1, 1, true),
                        0.75,
                        0.75,
                        Pathway.Analytical,
                        propensity,
                        analysisRight(i) ? Right : Other,
                        1,
                        analyticalMs
                    ),
                }),
        ];

    [Fact]
    public void It_stays_while_there_are_few_outcomes() =>
        ThresholdAdaptation
            .Replay(Outcomes(9, _ => false, _ => true), Calibration.Prior)
            .Threshold.ShouldBe(ThresholdAdaptation.Initial);

    [Fact]
    public void It_rises_where_memory_is_worse_and_falls_where_the_analysis_is()
    {
        ThresholdAdaptation
            .Replay(Outcomes(100, i => i % 2 == 0, _ => true), Calibration.Prior)
            .Threshold.ShouldBeGreaterThan(ThresholdAdaptation.Initial);
        ThresholdAdaptation
            .Replay(Outcomes(100, _ => true, i => i % 2 == 0), Calibration.Prior)
            .Threshold.ShouldBeLessThan(ThresholdAdaptation.Initial);
    }

    [Fact]
    public void A_slow_analysis_lowers_it_when_both_are_right() =>
        ThresholdAdaptation
            .Replay(Outcomes(100, _ => true, _ => true, analyticalMs: 20_000), Calibration.Prior)
            .Threshold.ShouldBeLessThan(ThresholdAdaptation.Initial);

    [Fact]
    public void It_stays_within_its_bounds() =>
        ThresholdAdaptation
            .Replay(Outcomes(3000, _ => false, _ => true), Calibration.Prior)
            .Threshold.ShouldBeInRange(ThresholdAdaptation.Lowest, ThresholdAdaptation.Highest);

    [Fact]
    public void A_withdrawn_outcome_takes_its_effect_with_it()
    {
        var outcomes = Outcomes(100, _ => false, _ => true);
        var before = ThresholdAdaptation.Replay(outcomes.Take(50), Calibration.Prior);
        var withdrawn = outcomes.Select(
            (episode, i) => i < 50 ? episode : episode with { Outcome = Outcome.Pending, Successes = 0 }
        );
        ThresholdAdaptation.Replay(withdrawn, Calibration.Prior).ShouldBe(before);
    }

    [Fact]
    public void The_order_in_which_episodes_are_given_does_not_matter()
    {
        var outcomes = Outcomes(60, i => i % 3 == 0, _ => true);
        ThresholdAdaptation
            .Replay(Enumerable.Reverse(outcomes), Calibration.Prior)
            .ShouldBe(ThresholdAdaptation.Replay(outcomes, Calibration.Prior));
    }

    [Property]
    public bool The_gradient_pushes_up_exactly_where_moving_cases_to_the_analysis_costs_less(
        NormalFloat a,
        NormalFloat b,
        NormalFloat c,
        NormalFloat d
    )
    {
        static double Share(NormalFloat value) => Math.Abs(value.Get % 1);
        var at = new PathwayEstimate(Share(a), Share(b), Share(c), Share(d));
        double Cost(double error, double latency) =>
            ThresholdAdaptation.ErrorShare * error + (1 - ThresholdAdaptation.ErrorShare) * latency;
        var saved = Cost(at.IntuitiveError, at.IntuitiveLatency) - Cost(at.AnalyticalError, at.AnalyticalLatency);
        return Math.Sign(Math.Round(-ThresholdAdaptation.Gradient(at, 1), 12)) == Math.Sign(Math.Round(saved, 12));
    }

    [Fact]
    public void The_closed_form_reproduces_the_papers_threshold() =>
        new PathwayEstimate(0.2, 0.1, 0, 0.2).BestThreshold.ShouldBe(0.767, 0.001);
}
