using System;

namespace MetaKube.Memory;

/// <summary>
/// Exponents of Eq 15, then a beta calibration c(s) = 1 / (1 + 1 / (e^c · s^a / (1 − s)^b)), then from many examples an
/// isotonic map.
/// </summary>
public sealed record Calibrator
{
    public static readonly Calibrator Prior = new();

    /// <summary>The distance of a confidence from 0 and 1, which keeps logarithms finite.</summary>
    private const double Margin = 1e-3;

    public Exponents Exponents { get; init; } = Exponents.Paper;

    /// <summary>a of the beta calibration, 0 or more; 1 with b = 1 and c = 0 changes nothing.</summary>
    public double A { get; init; } = 1;

    public double B { get; init; } = 1;

    public double C { get; init; }

    /// <summary>The knots of a rising, piecewise linear map; empty with too few examples.</summary>
    public IReadOnlyList<Knot> Isotonic { get; init; } = [];

    /// <summary>The quality on the examples of the fit; null for the prior.</summary>
    public Reliability? Quality { get; init; }

    /// <summary>The calibrated confidence, 0 to 1; 0 if any factor is 0.</summary>
    public double Of(ConfidenceFactors factors)
    {
        var raw = Confidence.Of(factors, Exponents);
        if (raw <= 0)
            return 0;
        var beta = Beta(raw);
        return Isotonic.Count == 0 ? beta : Interpolate(beta);
    }

    internal double Beta(double raw)
    {
        if (A == 1 && B == 1 && C == 0)
            return raw;
        var s = Math.Clamp(raw, Margin, 1 - Margin);
        return 1 / (1 + Math.Exp(-(A * Math.Log(s) - B * Math.Log(1 - s) + C)));
    }

    private double Interpolate(double x)
    {
        if (x <= Isotonic[0].At)
            return Isotonic[0].Value;
        for (var i = 1; i < Isotonic.Count; i++)
        {
            var (left, right) = (Isotonic[i - 1], Isotonic[i]);
            if (x <= right.At)
                return left.Value
                    + (right.Value - left.Value) * (x - left.At) / Math.Max(right.At - left.At, double.Epsilon);
        }
        return Isotonic[^1].Value;
    }
}
