using System;

namespace MetaKube.Memory;

/// <summary>
/// Exponents of Eq 15, then a beta calibration c(s) = 1 / (1 + 1 / (e^c · s^a / (1 − s)^b)), then from many examples an
/// isotonic map.
/// </summary>
public sealed record Calibrator
{
    public static readonly Calibrator Prior = new();

    /// <summary>Nothing is ever certain; also keeps logarithms finite.</summary>
    private const double Margin = 1e-3;

    public Exponents Exponents { get; init; } = Exponents.Paper;

    /// <summary>a of the beta calibration, 0 or more; 1 with b = 1 and c = 0 changes nothing.</summary>
    public double A { get; init; } = 1;

    public double B { get; init; } = 1;

    public double C { get; init; }

    /// <summary>Points of a rising map, straight between them; empty where there are too few examples.</summary>
    public IReadOnlyList<Knot> Isotonic { get; init; } = [];

    /// <summary>How good it is on the examples that it was fitted to; null for the prior.</summary>
    public Reliability? Quality { get; init; }

    /// <summary>The calibrated confidence, 0 to 1; 0 where any factor is 0.</summary>
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

/// <summary>A point of a map from confidence to confidence.</summary>
public sealed record Knot(double At, double Value);
