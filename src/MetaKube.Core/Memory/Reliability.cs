namespace MetaKube.Memory;

/// <summary>The agreement of confidences with outcomes.</summary>
/// <param name="Examples">The number of examples.</param>
/// <param name="Ece">Expected calibration error over ten bins of equal width, 0 (perfect) to 1.</param>
/// <param name="Brier">Mean squared error, 0 to 1.</param>
/// <param name="Auroc">The probability that a right answer has a higher confidence than a wrong one, 0.5 (chance) to 1;
/// null without both kinds.</param>
/// <param name="Bins">The non-empty bins by rising confidence.</param>
public sealed record Reliability(
    int Examples,
    double Ece,
    double Brier,
    double? Auroc,
    IReadOnlyList<ReliabilityBin> Bins
)
{
    private const int BinCount = 10;

    public static Reliability Of(IReadOnlyList<(double Confidence, bool IsRight)> examples)
    {
        if (examples.Count == 0)
            return new(0, 0, 0, null, []);
        var bins = examples
            .GroupBy(example => Math.Min(BinCount - 1, (int)(example.Confidence * BinCount)))
            .OrderBy(group => group.Key)
            .Select(group => new ReliabilityBin(
                group.Count(),
                group.Average(e => e.Confidence),
                group.Average(e => e.IsRight ? 1.0 : 0.0)
            ))
            .ToList();
        return new(
            examples.Count,
            bins.Sum(bin => bin.Examples * Math.Abs(bin.Confidence - bin.Right)) / examples.Count,
            examples.Average(e => Math.Pow(e.Confidence - (e.IsRight ? 1 : 0), 2)),
            AreaUnderCurve(examples),
            bins
        );
    }

    /// <summary>Computed from ranks; equal confidences share a rank.</summary>
    private static double? AreaUnderCurve(IReadOnlyList<(double Confidence, bool IsRight)> examples)
    {
        double right = examples.Count(example => example.IsRight),
            wrong = examples.Count - right;
        if (right == 0 || wrong == 0)
            return null;
        double rank = 0,
            sum = 0;
        foreach (var tie in examples.GroupBy(example => example.Confidence).OrderBy(group => group.Key))
        {
            var count = tie.Count();
            sum += tie.Count(example => example.IsRight) * (rank + (count + 1) / 2.0);
            rank += count;
        }
        return (sum - right * (right + 1) / 2) / (right * wrong);
    }
}
