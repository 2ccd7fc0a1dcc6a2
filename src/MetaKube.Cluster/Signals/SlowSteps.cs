using System.Globalization;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>
/// Durations that stand out in a log: a step that takes seconds each time, or far longer than it usually does.
/// </summary>
internal static class SlowSteps
{
    /// <summary>Seconds from which a step is slow, if it is so each time.</summary>
    private const double Slow = 3;

    /// <summary>Seconds, and the multiple of the median, from which one of many is slow.</summary>
    private const double Outlier = 1,
        Multiple = 10;

    private const int Repeats = 3,
        MostLines = 20_000;

    private const double Strength = 0.56;

    public static IEnumerable<Signal> Of(LogSource source, string[] lines, Redactor redaction)
    {
        var steps = new Dictionary<string, List<(double Seconds, int Index)>>();
        for (var i = Math.Max(0, lines.Length - MostLines); i < lines.Length; i++)
            if (StepOf(lines[i]) is var (name, seconds))
            {
                if (!steps.TryGetValue(name, out var step))
                    steps[name] = step = [];
                step.Add((seconds, i));
            }
        foreach (var step in steps.Values.Where(step => step.Count >= Repeats))
        {
            var sorted = step.Select(one => one.Seconds).Order().ToList();
            var median = sorted[sorted.Count / 2];
            var longest = step.MaxBy(one => one.Seconds);
            var isSlow = median >= Slow;
            if (!isSlow && (longest.Seconds < Outlier || longest.Seconds < Multiple * median))
                continue;
            yield return SignalText.Quoting(lines[longest.Index], redaction) with
            {
                Kind = SignalKind.Duration,
                Resource = source.Resource,
                Source = source.Source,
                Summary = isSlow ? "a step that takes seconds each time" : "a step that took far longer than usual",
                Strength = Strength * source.Factor,
                Count = isSlow ? step.Count : 1,
                At = MessageTemplate.TimeOf(lines[longest.Index]),
            };
        }
    }

    /// <summary>The step that a line reports, by the words before its duration; null for any other line.</summary>
    private static (string Name, double Seconds)? StepOf(string line)
    {
        if (Duration.Match(line) is not { Success: true } match)
            return null;
        var number = double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        var isThousandth = match.Groups["unit"].ValueSpan.StartsWith("m", StringComparison.OrdinalIgnoreCase);
        return (MessageTemplate.Of(line[..match.Groups["number"].Index]), isThousandth ? number / 1000 : number);
    }

    // A duration of something that was done. "retry in 5s", "timeout 30s" and "every 60 seconds" are settings.
    private static readonly Regex Duration = new(
        @"\b(?:complete[sd]?|finished|rendered|done|returned|responded|executed|processed|served|loaded|took|taken"
            + @"|elapsed|duration|latency|response time|query time)\b[^\d\n]{0,40}"
            + @"(?<number>\d{1,9}(?:\.\d{1,9})?) ?(?<unit>ms|milliseconds?|s|secs?|seconds?)\b",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );
}
