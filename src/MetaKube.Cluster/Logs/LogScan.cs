using System.Text;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Logs;

/// <summary>
/// Reads a log of any length once, in bounded memory: keeps its tail, and of the lines before it those that look like
/// errors, the first and the last of each template.
/// </summary>
internal sealed class LogScan
{
    /// <summary>Lines and bytes from the end of a log that are read.</summary>
    public const int Lines = 100_000,
        Bytes = 10 * 1024 * 1024;

    /// <summary>Lines and bytes of the tail that is kept whole.</summary>
    public const int TailLines = 200,
        TailBytes = 64 * 1024;

    /// <summary>
    /// Templates that are judged. A log of more lets pass the templates that come after these; its tail is judged in
    /// any case.
    /// </summary>
    private const int MostTemplates = 5000;

    private const int MostKept = 40,
        MostContinued = 12,
        LongestLine = 4000,
        LongestText = 2000;

    private sealed class Template(double strength)
    {
        public double Strength => strength;
        public int Count { get; set; }
        public (string Text, int Index) First { get; set; }
        public (string Text, int Index) Last { get; set; }
    }

    private readonly Dictionary<ulong, Template> templates = [];
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] line = new char[LongestLine];
    private int length;
    private int index;
    private Template? open;
    private int continued;

    /// <summary>Reads a stream to its end; one that can seek from its last <see cref="Bytes"/> on.</summary>
    /// <param name="stream">The log.</param>
    /// <param name="lines">The number of lines of the tail.</param>
    /// <param name="bytes">The number of bytes of the tail.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<LogRead> ReadAsync(
        Stream stream,
        int lines,
        int bytes,
        CancellationToken cancellationToken
    )
    {
        var isCut = stream.CanSeek && stream.Length > Bytes;
        if (isCut)
            stream.Seek(-Bytes, SeekOrigin.End);
        var tail = new LogTail(bytes);
        var scan = new LogScan();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            tail.Append(buffer.AsSpan(0, read));
            scan.Append(buffer.AsSpan(0, read));
        }
        var text = LastLines(tail.Text(isCut), lines);
        return new(text) { Earlier = scan.Before(text.AsSpan().Count('\n')) };
    }

    private static string LastLines(string text, int lines)
    {
        // The last line ends with a line break of its own.
        var at = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        for (var left = lines; left > 0 && at > 0; left--)
            at = text.LastIndexOf('\n', at - 1);
        return at <= 0 ? text : text[(at + 1)..];
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = stackalloc char[4096];
        while (bytes.Length > 0)
        {
            decoder.Convert(bytes, chars, flush: false, out var used, out var made, out _);
            bytes = bytes[used..];
            Append(chars[..made]);
        }
    }

    private void Append(ReadOnlySpan<char> chars)
    {
        while (true)
        {
            var end = chars.IndexOf('\n');
            var part = end < 0 ? chars : chars[..end];
            part = part[..Math.Min(part.Length, LongestLine - length)];
            part.CopyTo(line.AsSpan(length));
            length += part.Length;
            if (end < 0)
                return;
            Judge(line.AsSpan(0, length).TrimEnd());
            length = 0;
            index++;
            chars = chars[(end + 1)..];
        }
    }

    private void Judge(ReadOnlySpan<char> text)
    {
        if (Continue(text) || !LineJudge.MayComplain(text))
            return;
        var key = KeyOf(text);
        if (!templates.TryGetValue(key, out var template))
        {
            if (templates.Count >= MostTemplates)
                return;
            templates[key] = template = new(LineJudge.StrengthOf(text.ToString()));
        }
        if (template.Strength <= 0)
            return;
        template.Last = (text[..Math.Min(text.Length, LongestText)].ToString(), index);
        if (template.Count++ == 0)
            template.First = template.Last;
        (open, continued) = (template, 0);
    }

    /// <summary>Adds a line of a stack trace to the line that it belongs to.</summary>
    private bool Continue(ReadOnlySpan<char> text)
    {
        if (open is null)
            return false;
        if (text.Length == 0 || !char.IsWhiteSpace(text[0]) && !text.StartsWith("Caused by: "))
        {
            open = null;
            return false;
        }
        if (++continued > MostContinued || open.Last.Text.Length + text.Length > LongestText)
            return true;
        open.Last = ($"{open.Last.Text}\n{text}", open.Last.Index);
        if (open.Count == 1)
            open.First = open.Last;
        return true;
    }

    /// <summary>The strongest lines before the tail, in the order of the log.</summary>
    private List<EarlierLine> Before(int tailLines)
    {
        var end = index - tailLines;
        return
        [
            .. templates
                .Values.Where(template => template.Strength > 0 && template.First.Index < end)
                .OrderByDescending(template => template.Strength)
                .ThenBy(template => template.Count)
                .ThenByDescending(template => template.Last.Index)
                .Take(MostKept)
                .SelectMany(template =>
                    ((string Text, int Index)[])[template.First, template.Last],
                    (template, at) => (at.Text, template.Count, at.Index)
                )
                .Where(at => at.Index < end)
                .Distinct()
                .OrderBy(at => at.Index)
                .Select(at => new EarlierLine(at.Text, at.Count, index - 1 - at.Index)),
        ];
    }

    /// <summary>A hash of the words that hold no digit, as in <see cref="MessageTemplate"/>.</summary>
    private static ulong KeyOf(ReadOnlySpan<char> text)
    {
        const ulong Start = 14695981039346656037,
            Prime = 1099511628211;
        var key = Start;
        var word = Start;
        var varies = false;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_' or '.')
            {
                varies |= char.IsDigit(c);
                word = (word ^ c) * Prime;
                continue;
            }
            if (!varies && word != Start)
                key = (key ^ word) * Prime;
            (word, varies) = (Start, false);
        }
        return varies ? key : (key ^ word) * Prime;
    }
}
