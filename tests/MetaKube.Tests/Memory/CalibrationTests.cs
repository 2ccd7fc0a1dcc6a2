using FsCheck;
using FsCheck.Xunit;
using MetaKube.Memory;

namespace MetaKube.Tests.Memory;

public sealed class CalibrationTests
{
    /// <summary>
    /// Answers that are right exactly as often as <paramref name="chance"/> says of their similarity.
    /// </summary>
    private static List<(ConfidenceFactors, bool)> Examples(int count, Func<double, double> chance)
    {
        var random = new System.Random(7);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var similarity = random.NextDouble();
                    return (
                        new ConfidenceFactors(similarity, 1, 0.75, 1, true),
                        random.NextDouble() < chance(similarity)
                    );
                }),
        ];
    }

    [Fact]
    public void With_few_examples_the_papers_figures_stay()
    {
        CalibrationFit.Fit(Examples(9, _ => 1)).ShouldBe(Calibrator.Prior);
        Calibrator.Prior.Of(new(1, 1, 0.75, 1, true)).ShouldBe(Math.Pow(0.75, 0.6), 1e-9);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(3000)]
    public void Said_becomes_what_is_right(int count)
    {
        static double Chance(double similarity) => similarity > 0.6 ? 0.95 : 0.1;
        var calibrator = CalibrationFit.Fit(Examples(count, Chance));
        var raw = Reliability.Of([.. Examples(2000, Chance).Select(e => (Calibrator.Prior.Of(e.Item1), e.Item2))]);
        var fitted = Reliability.Of([.. Examples(2000, Chance).Select(e => (calibrator.Of(e.Item1), e.Item2))]);
        fitted.Ece.ShouldBeLessThan(raw.Ece);
        fitted.Brier.ShouldBeLessThan(raw.Brier);
        fitted.Auroc!.Value.ShouldBeGreaterThan(0.85);
        (calibrator.Isotonic.Count > 0).ShouldBe(count >= CalibrationFit.FewestIsotonic);
    }

    [Fact]
    public void An_isotonic_map_never_falls()
    {
        var calibrator = CalibrationFit.Fit(Examples(2000, similarity => 0.5 + 0.4 * Math.Sin(9 * similarity)));
        var values = Enumerable.Range(1, 99).Select(i => calibrator.Of(new(i / 100.0, 1, 0.75, 1, true))).ToList();
        values.Zip(values.Skip(1)).All(pair => pair.Second >= pair.First - 1e-9).ShouldBeTrue();
    }

    [Property]
    public bool Confidence_stays_a_probability(NormalFloat a, NormalFloat b, NormalFloat c)
    {
        var calibrator = new Calibrator
        {
            A = Math.Abs(a.Get % 5),
            B = Math.Abs(b.Get % 5),
            C = c.Get % 5,
        };
        return calibrator.Of(new(Math.Abs(a.Get % 1), Math.Abs(b.Get % 1), 0.5, 1, true)) is >= 0 and <= 1;
    }

    [Fact]
    public void The_reliability_measures_calibration_error_and_ranking()
    {
        var quality = Reliability.Of([(0.95, true), (0.95, true), (0.95, false), (0.15, false)]);
        quality.Bins.Count.ShouldBe(2);
        quality.Ece.ShouldBe((3 * (0.95 - 2.0 / 3) + 0.15) / 4, 1e-9);
        quality.Auroc!.Value.ShouldBe((1 + 1 + 0.5 + 0.5) / 4, 1e-9);
        Reliability.Of([(0.5, true)]).Auroc.ShouldBeNull();
    }
}
