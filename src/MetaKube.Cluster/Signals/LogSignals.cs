using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>The lines of a text that look like errors, each template once, in time linear in the text.</summary>
internal static class LogSignals
{
    private const int MostOfAText = 40,
        Last = 10,
        Rare = 2,
        Routine = 5,
        Continued = 2;

    private const double NearTheEnd = 0.06,
        LastError = 0.06,
        LastLine = 0.5,
        GotOver = 0.6,
        Rarity = 0.03,
        OverAndOver = 0.08,
        Strongest = 0.95;

    /// <summary>A line that was found, with the latest of its kind.</summary>
    private sealed class Match
    {
        public required double Strength { get; set; }
        public required int Index { get; set; }
        public int Count { get; set; }
    }

    public static IEnumerable<Signal> Of(LogSource source, Redactor redaction)
    {
        var lines = source.Text.Split('\n', StringSplitOptions.TrimEntries);
        var end = lines.Length;
        while (end > 0 && lines[end - 1].Length == 0)
            end--;
        var matches = Matches(source.Text.Split('\n'), end);
        var lastError = matches.Values.Select(match => match.Index).DefaultIfEmpty(-1).Max();
        var up = source.IsWell ? Array.FindLastIndex(lines, Math.Max(0, end - 1), LineJudge.SaysUp) : -1;
        foreach (var match in matches.Values)
            match.Strength = Weighed(match, end, lastError, source.IsWell, up);
        if (source.HasFailed && end > 0 && lastError != end - 1)
            matches["the end of the run"] = new()
            {
                Strength = LastLine,
                Index = end - 1,
                Count = 1,
            };
        return matches
            .Values.OrderByDescending(match => match.Strength)
            .Take(MostOfAText)
            .Select(match => Signal(source, lines, match, end, redaction))
            .Concat(SlowSteps.Of(source, lines, redaction))
            .Concat(source.Earlier.Select(line => Signal(source, line, redaction)));
    }

    private static Signal Signal(LogSource source, EarlierLine earlier, Redactor redaction)
    {
        var first = earlier.Text.Split('\n')[0];
        var strength =
            LineJudge.StrengthOf(first) * (source.IsWell ? GotOver : 1) + (earlier.Count <= Rare ? Rarity : 0);
        return SignalText.Quoting(first, redaction) with
        {
            Kind = SignalKind.Log,
            Resource = source.Resource,
            Source = source.Source,
            Summary = $"an error in the log, {earlier.LinesToEnd} lines before its end",
            Strength = strength * source.Factor,
            Count = earlier.Count,
            At = MessageTemplate.TimeOf(first),
        };
    }

    private static Dictionary<string, Match> Matches(string[] lines, int end)
    {
        var matches = new Dictionary<string, Match>();
        for (var i = 0; i < end; i++)
        {
            var line = lines[i].TrimEnd();
            var strength = LineJudge.StrengthOf(line);
            if (strength <= 0)
                continue;
            var template = MessageTemplate.Of(line);
            if (!matches.TryGetValue(template, out var match))
                matches[template] = match = new() { Strength = strength, Index = i };
            // The latest line of a template is quoted.
            match.Strength = Math.Max(match.Strength, strength);
            match.Index = i;
            match.Count++;
        }
        return matches;
    }

    /// <param name="up">The last line of a run that goes well by which the program says that it serves, or -1.</param>
    private static double Weighed(Match match, int end, int lastError, bool isWell, int up)
    {
        var strength = match.Strength;
        var isLate = match.Index >= end - Last;
        if (isWell && (!isLate || match.Index < up))
            return strength * GotOver;
        if (isLate)
            strength += NearTheEnd;
        if (match.Index == lastError)
            strength += LastError;
        if (match.Count <= Rare)
            strength += Rarity;
        // A line that repeats until the end of the run names the failure that the program retries.
        else if (match.Count >= Routine && isLate)
            strength += OverAndOver;
        return Math.Min(strength, Strongest);
    }

    private static Signal Signal(LogSource source, string[] lines, Match match, int end, Redactor redaction)
    {
        var quote = QuoteAt(lines, match.Index, end);
        return SignalText.Quoting(quote, redaction) with
        {
            Kind = source.Resource is null && IsOfACommand(quote) ? SignalKind.Command : SignalKind.Log,
            Resource = source.Resource,
            Source = source.Source,
            Summary = SummaryOf(quote, match, end),
            Strength = match.Strength * source.Factor,
            Count = match.Count,
            At = MessageTemplate.TimeOf(quote),
        };
    }

    private static string SummaryOf(string quote, Match match, int end)
    {
        var severity = LineJudge.SeverityOf(quote);
        if (severity == LogSeverity.Warning)
            return "a warning in the log";
        return match.Index == end - 1 ? "the last line of the log" : "an error in the log";
    }

    /// <summary>The line, with the lines that it announces by a colon at its end.</summary>
    private static string QuoteAt(string[] lines, int index, int end)
    {
        var quote = lines[index];
        for (var next = index + 1; next < end && next <= index + Continued && quote.EndsWith(':'); next++)
            quote = $"{quote} {lines[next]}";
        return quote;
    }

    private static bool IsOfACommand(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal)
        || line.StartsWith("error:", StringComparison.Ordinal)
        || line.StartsWith("Unable to connect to the server", StringComparison.Ordinal)
        || line.StartsWith("The connection to the server", StringComparison.Ordinal);
}
