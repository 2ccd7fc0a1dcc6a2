using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Joins lines that a terminal of fixed width has broken. Such a text has several lines of exactly that width and none
/// that is longer, and what follows these has no form of a beginning.
/// </summary>
internal static partial class WrappedLines
{
    private const int Narrowest = 60,
        Widest = 400,
        Enough = 2;

    /// <summary>The text with whole lines; the same text where nothing shows that lines were broken.</summary>
    public static string Join(string text)
    {
        if (Widths(text) is not ( >= Narrowest and <= Widest and var width, >= Enough))
            return text;
        var lines = text.Split('\n');
        var broken = Enumerable
            .Range(0, lines.Length - 1)
            .Where(i => lines[i].Length == width && IsRest(lines[i + 1]))
            .ToHashSet();
        // Where most full lines are followed by a beginning, their length is an accident.
        if (broken.Count < Enough || broken.Count * 2 < lines.Count(line => line.Length == width))
            return text;
        var whole = new StringBuilder(text.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            whole.Append(lines[i]);
            if (!broken.Contains(i) && i < lines.Length - 1)
                whole.Append('\n');
        }
        return whole.ToString();
    }

    /// <summary>The length of the longest line, and the number of lines that have it.</summary>
    private static (int Width, int Count) Widths(string text)
    {
        var (width, count) = (0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > Widest)
                return (0, 0);
            if (line.Length > width)
                (width, count) = (line.Length, 1);
            else if (line.Length == width)
                count++;
        }
        return (width, count);
    }

    /// <summary>The line may be the rest of the one before it: it does not begin as any line of output does.</summary>
    private static bool IsRest(string line) =>
        line.Trim().Length > 0
        && !Beginning().IsMatch(line)
        && !PastedColumns.IsHeader(line)
        && !PastedEventLine.IsEvent(line)
        && !PastedRow.IsRow(line, null)
        && PastedCommand.Parse(line) is null;

    // A time, a level, a field, an element of a list, a bracket, indentation, a frame of a stack trace.
    [GeneratedRegex(
        @"^(?:\s{2,}|\W?\d{2,4}[-/:]\d{2}|[A-Z][a-z]{2} [ \d]\d |[IWEF]\d{4} |\[|\{"
            + @"|[\w ./-]{1,60}[:=](?:\s|$)|- |#|at |\w+\("
            + @"|\s*(?:level|time|ts)=|INFO|WARN|ERROR|DEBUG|FATAL|TRACE|\S+\s{2,}\S)"
    )]
    private static partial Regex Beginning();
}
