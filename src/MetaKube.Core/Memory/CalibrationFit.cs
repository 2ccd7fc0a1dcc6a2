using System;

namespace MetaKube.Memory;

/// <summary>
/// Fits a <see cref="Calibrator"/> to examples by cross-entropy (Eq 18), with a penalty that keeps it near the prior.
/// </summary>
public static class CalibrationFit
{
    /// <summary>The number of examples from which the prior is adapted.</summary>
    public const int Fewest = 10;

    /// <summary>The number of examples from which the isotonic map is fitted as well.</summary>
    public const int FewestIsotonic = 1000;

    /// <summary>The prior weighs as much as this number of examples.</summary>
    private const double PriorStrength = 2;

    private const double Margin = 1e-3,
        LargestExponent = 8;

    public static Calibrator Fit(IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> examples)
    {
        if (examples.Count < Fewest)
            return Calibrator.Prior;
        var zeta = FitExponents(examples);
        var calibrator = FitBeta(new Calibrator { Exponents = zeta }, examples);
        if (examples.Count >= FewestIsotonic)
            calibrator = calibrator with { Isotonic = FitIsotonic(calibrator, examples) };
        return calibrator with
        {
            Quality = Reliability.Of([
                .. examples.Select(example => (calibrator.Of(example.Factors), example.IsRight)),
            ]),
        };
    }

    private static Exponents FitExponents(IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> examples)
    {
        var logs = examples.Select(example => LogsOf(example.Factors)).ToList();
        var paper = Exponents.Paper;
        double[] prior = [paper.Similarity, paper.Relevance, paper.Reliability, paper.Agreement];
        var fitted = Minimise(
            prior,
            [0, 0, 0, 0],
            LargestExponent,
            zeta =>
            {
                var (loss, slope) = Penalty(zeta, prior, examples.Count);
                for (var i = 0; i < logs.Count; i++)
                {
                    var p = Math.Clamp(
                        Math.Exp(logs[i].Zip(zeta, (log, exponent) => log * exponent).Sum()),
                        Margin,
                        1 - Margin
                    );
                    var isRight = examples[i].IsRight;
                    loss -= Math.Log(isRight ? p : 1 - p) / logs.Count;
                    var byLogit = isRight ? -1 : p / (1 - p);
                    for (var j = 0; j < zeta.Length; j++)
                        slope[j] += byLogit * logs[i][j] / logs.Count;
                }
                return (loss, slope);
            }
        );
        return new(fitted[0], fitted[1], fitted[2], fitted[3]);
    }

    private static double[] LogsOf(ConfidenceFactors factors)
    {
        static double Log(double factor) => Math.Log(Math.Clamp(factor, Margin, 1));
        return [Log(factors.Similarity), Log(factors.Relevance), Log(factors.Reliability), Log(factors.Agreement)];
    }

    private static Calibrator FitBeta(
        Calibrator start,
        IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> examples
    )
    {
        var rows = examples
            .Select(example =>
            {
                var s = Math.Clamp(Confidence.Of(example.Factors, start.Exponents), Margin, 1 - Margin);
                return (Low: Math.Log(s), High: -Math.Log(1 - s), example.IsRight);
            })
            .ToList();
        double[] prior = [1, 1, 0];
        var fitted = Minimise(
            prior,
            [0, 0, double.NegativeInfinity],
            20,
            at =>
            {
                var (loss, slope) = Penalty(at, prior, rows.Count);
                foreach (var (low, high, isRight) in rows)
                {
                    var p = 1 / (1 + Math.Exp(-(at[0] * low + at[1] * high + at[2])));
                    p = Math.Clamp(p, 1e-9, 1 - 1e-9);
                    loss -= Math.Log(isRight ? p : 1 - p) / rows.Count;
                    var error = (p - (isRight ? 1 : 0)) / rows.Count;
                    slope[0] += error * low;
                    slope[1] += error * high;
                    slope[2] += error;
                }
                return (loss, slope);
            }
        );
        return start with { A = fitted[0], B = fitted[1], C = fitted[2] };
    }

    /// <summary>
    /// Isotonic regression by pooling adjacent violators. One example of its own confidence is added to each block, so
    /// that no value is 0 or 1.
    /// </summary>
    private static List<Knot> FitIsotonic(
        Calibrator calibrator,
        IReadOnlyList<(ConfidenceFactors Factors, bool IsRight)> examples
    )
    {
        var blocks = new List<(double Sum, double Right, double Count)>();
        foreach (
            var (at, isRight) in examples
                .Select(e => (calibrator.Beta(Confidence.Of(e.Factors, calibrator.Exponents)), e.IsRight))
                .OrderBy(e => e.Item1)
        )
        {
            blocks.Add((at, isRight ? 1 : 0, 1));
            while (blocks.Count > 1 && blocks[^2].Right / blocks[^2].Count >= blocks[^1].Right / blocks[^1].Count)
            {
                var (a, b) = (blocks[^2], blocks[^1]);
                blocks.RemoveRange(blocks.Count - 2, 2);
                blocks.Add((a.Sum + b.Sum, a.Right + b.Right, a.Count + b.Count));
            }
        }
        var knots = new List<Knot>();
        foreach (var (sum, right, count) in blocks)
        {
            var at = sum / count;
            var value = (right + at) / (count + 1);
            knots.Add(new(at, Math.Max(value, knots.Count == 0 ? 0 : knots[^1].Value)));
        }
        return knots;
    }

    private static (double Loss, double[] Slope) Penalty(double[] at, double[] prior, int examples)
    {
        var weight = PriorStrength / examples;
        return (
            weight * at.Zip(prior, (x, p) => (x - p) * (x - p)).Sum() / 2,
            [.. at.Zip(prior, (x, p) => weight * (x - p))]
        );
    }

    /// <summary>Bounded gradient descent with backtracking, for smooth losses of at most four variables.</summary>
    private static double[] Minimise(
        double[] start,
        double[] lowest,
        double highest,
        Func<double[], (double Loss, double[] Slope)> loss
    )
    {
        const int mostSteps = 300;
        const double smallestGain = 1e-9;
        var at = start;
        var (value, slope) = loss(at);
        var step = 1.0;
        for (var i = 0; i < mostSteps; i++)
        {
            var next = at.Select((x, j) => Math.Clamp(x - step * slope[j], lowest[j], highest)).ToArray();
            var (nextValue, nextSlope) = loss(next);
            if (nextValue < value)
            {
                var gain = value - nextValue;
                (at, value, slope) = (next, nextValue, nextSlope);
                if (gain < smallestGain)
                    break;
                step *= 1.5;
            }
            else if ((step /= 2) < 1e-12)
                break;
        }
        return at;
    }
}
