using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// One log entry: a line, or a line with its stack trace.
/// </summary>
/// <param name="Lines">The lines as they were written.</param>
/// <param name="At">The timestamp at the start of the first line, or null.</param>
internal sealed partial record LogEntry(IReadOnlyList<string> Lines, DateTimeOffset? At)
{
    private const int LongestTrace = 60;

    private static readonly string[] JudgedFields =
    [
        "level",
        "severity",
        "lvl",
        "msg",
        "message",
        "error",
        "err",
        "exception",
        "reason",
        "stack",
        "stacktrace",
        "stack_trace",
    ];

    /// <summary>The lines to judge: the message and error fields of a JSON line, else the lines as they are.</summary>
    public IEnumerable<string> Texts => Lines is [var only] && only.StartsWith('{') ? [Message(only)] : Lines;

    /// <summary>The whole entry in one line.</summary>
    public string Quote => string.Join(' ', Lines.Select(line => line.Trim()));

    /// <summary>Splits lines into entries; stack traces and continued messages join the line before them.</summary>
    public static IReadOnlyList<LogEntry> Split(IReadOnlyList<string> lines)
    {
        var entries = new List<LogEntry>();
        var open = new List<string>();
        void Close()
        {
            if (open.Count > 0)
                entries.Add(new([.. open], TimeOf(open[0])));
            open.Clear();
        }
        foreach (var line in lines)
        {
            if (open.Count > 0 && open.Count < LongestTrace && Continues().IsMatch(line))
            {
                open.Add(line);
                continue;
            }
            Close();
            open.Add(line);
        }
        Close();
        return entries;
    }

    private static DateTimeOffset? TimeOf(string line) =>
        Timestamp().Match(line) is { Success: true } match
        && DateTimeOffset.TryParse(
            match.Groups[1].Value.Replace(',', '.'),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    private static string Message(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var fields = document
                .RootElement.EnumerateObject()
                .Where(field => JudgedFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                .ToList();
            return fields.Count == 0
                ? line
                : string.Join(
                    ' ',
                    fields.Select(field =>
                        field.Name is "level" or "severity" or "lvl" ? $"level={field.Value}" : field.Value.ToString()
                    )
                );
        }
        catch (JsonException)
        {
            return line;
        }
    }

    // Java's and Python's frames, causes, Go's goroutines and their frames, .NET's inner exceptions. Logs are read with
    // their indentation removed.
    [GeneratedRegex(
        @"^(?:at [\w.$<>]+[\w.$<>/]*\(|\.\.\. \d+ more|Caused by: |Suppressed: |File "".+"", line \d+"
            + @"|--- End of |goroutine \d+ \[|\S+\.go:\d+ \+0x|created by \S+|---> )"
    )]
    private static partial Regex Continues();

    [GeneratedRegex(@"^\[?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)")]
    private static partial Regex Timestamp();
}
