using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// One log entry: a line, or a line with its stack trace.
/// </summary>
/// <param name="Lines">The lines as they were written, without indentation.</param>
/// <param name="At">The timestamp at the start of the first line, or null.</param>
internal sealed partial record LogEntry(IReadOnlyList<string> Lines, DateTimeOffset? At)
{
    private const int LongestTrace = 200;

    private const string Traceback = "Traceback (most recent call last)";

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

    /// <summary>
    /// The lines to judge, without timestamps: the message and error fields of a JSON line, else the lines as they are.
    /// </summary>
    public IEnumerable<string> Texts => Lines.Select(line => Message(WithoutTime(line).TrimStart()));

    /// <summary>
    /// The line that says what went wrong: the innermost exception of a chain, the last line of Python's traceback,
    /// else the first line.
    /// </summary>
    public string Root
    {
        get
        {
            var texts = Texts.ToList();
            var inner = texts.FindLastIndex(text => InnerException().IsMatch(text));
            if (inner >= 0)
                return texts[inner];
            var traceback = texts.FindIndex(text => text.Contains(Traceback, StringComparison.Ordinal));
            return traceback < 0 ? texts[0] : texts[^1];
        }
    }

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
            if (open.Count > 0 && (open.Count >= LongestTrace || !Continues(open, line)))
                Close();
            open.Add(line.Trim());
        }
        Close();
        return entries;
    }

    /// <summary>True if a line belongs to the entry that the lines before it began.</summary>
    private static bool Continues(List<string> open, string line)
    {
        var text = WithoutTime(line);
        if (text.Length > 0 && char.IsWhiteSpace(text[0]) || Frame().IsMatch(text))
            return true;
        var before = WithoutTime(open[^1]);
        // Redis quotes the directive that it refuses, and says why below it.
        if (before.StartsWith(">>> '", StringComparison.Ordinal))
            return true;
        // Below a frame of Python stands its source line, and below the frames the exception itself.
        if (PythonFrame().IsMatch(before))
            return true;
        return WithoutTime(open[0]).Contains(Traceback, StringComparison.Ordinal)
            && open.Count > 1
            && !PythonException().IsMatch(before)
            && PythonException().IsMatch(text);
    }

    /// <summary>A line without the timestamp that kubectl or the program put in front, its indentation kept.</summary>
    private static string WithoutTime(string line) => LeadingTime().Replace(line, "", 1);

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
        if (!line.StartsWith('{'))
            return line;
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

    // Java's and Python's frames, causes, Go's goroutines and their frames, .NET's inner exceptions. Pasted logs have
    // often lost their indentation.
    [GeneratedRegex(
        @"^(?:at [\w.$<>]+[\w.$<>/]*\(|\.\.\. \d+ more|Caused by: |Suppressed: |File "".+"", line \d+"
            + @"|--- End of |Reading the configuration file, at line \d+|>>> '"
            + @"|goroutine \d+ \[|\S+\.go:\d+ \+0x|created by \S+|---> "
            + @"|[\w./*]{1,200}\.[\w.*()]{1,200}\((?:0x|\.\.\.|\)$))"
    )]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s*File "".+"", line \d+")]
    private static partial Regex PythonFrame();

    [GeneratedRegex(
        @"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Iteration)\b(?::|$)|^[a-z_][\w.]*\.[A-Z]\w+: "
    )]
    private static partial Regex PythonException();

    [GeneratedRegex("^(?:Caused by: |---> )")]
    private static partial Regex InnerException();

    [GeneratedRegex(
        @"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?"
            + "(?: (?:stdout|stderr) [FP])?(?: |$)"
    )]
    private static partial Regex LeadingTime();

    [GeneratedRegex(@"^\[?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)")]
    private static partial Regex Timestamp();
}
