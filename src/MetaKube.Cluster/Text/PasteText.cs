using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Removes from pasted text the traces of terminals and chats: colours, carriage returns, blanks that do not break,
/// typographic quotes, quotation marks of chats, and the borders of k9s.
/// </summary>
internal static partial class PasteText
{
    /// <summary>Characters at the start of a text that tell whether it is one.</summary>
    private const int Sample = 16 * 1024;

    /// <summary>The share of characters that no text has, above which it is none.</summary>
    private const double Binary = 0.05;

    private const char Escape = '\u001b';

    /// <summary>The text with plain lines; null where it is no text.</summary>
    public static string? Normalise(string text)
    {
        if (IsBinary(text))
            return null;
        var plain = Characters(text);
        return WrappedLines.Join(Marks().IsMatch(plain) ? Lines(plain) : plain);
    }

    private static bool IsBinary(string text)
    {
        var sample = text.AsSpan(0, Math.Min(Sample, text.Length));
        var odd = 0;
        foreach (var c in sample)
            if (c == '\uFFFD' || c < ' ' && c is not ('\t' or '\n' or '\r' or '\f' or '\b' or Escape))
                odd++;
        return odd > sample.Length * Binary;
    }

    private static string Characters(string text)
    {
        // In a text with line feeds a line separator is part of a string, where JSON allows it.
        var hasLines = text.Contains('\n', StringComparison.Ordinal);
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == Escape)
                i = EndOfSequence(text, i);
            else if (c == '\r')
            {
                if (i + 1 >= text.Length || text[i + 1] != '\n')
                    plain.Append('\n');
            }
            else if (hasLines && c is '\u2028' or '\u2029' or '\u0085')
                plain.Append(' ');
            else if (Replacement(c) is { } replaced)
                plain.Append(replaced);
        }
        return plain.ToString();
    }

    /// <summary>The character that stands for <paramref name="c"/>; null for one that nobody sees.</summary>
    private static char? Replacement(char c) =>
        c switch
        {
            '\u00a0' or '\u202f' or '\u2007' or '\u3000' => ' ',
            '\u2028' or '\u2029' or '\u0085' => '\n',
            '\u201c' or '\u201d' or '\u201e' => '"',
            '\u2018' or '\u2019' => '\'',
            '\ufeff' or '\u200b' or '\u200c' or '\u200d' or '\u2060' or '\0' => null,
            < ' ' and not ('\t' or '\n') => null,
            _ => c,
        };

    /// <summary>The last character of a terminal's control sequence (ECMA-48).</summary>
    private static int EndOfSequence(string text, int start)
    {
        var i = start + 1;
        if (i >= text.Length)
            return start;
        if (text[i] == ']')
        {
            // A title or link ends with BEL or ESC \.
            for (; i < text.Length && text[i] is not ('\a' or Escape or '\n'); i++) { }
            return i < text.Length && text[i] == Escape ? i + 1 : i;
        }
        if (text[i] != '[')
            return i;
        for (i++; i < text.Length && text[i] is >= ' ' and < '@'; i++) { }
        return i;
    }

    private static string Lines(string text)
    {
        var plain = new StringBuilder(text.Length);
        var goesOn = false;
        foreach (var line in text.Split('\n'))
        {
            var unquoted = ChatQuote().Match(line) is { Success: true } quote ? line[quote.Length..] : line;
            if (RuleOfATable().IsMatch(unquoted))
                continue;
            var inner = Inner(unquoted);
            // k9s breaks a line where its box ends.
            if (goesOn && inner is not null && !Columns().IsMatch(inner))
                plain.Length--;
            plain.Append((inner ?? RowOfATable(unquoted)).TrimEnd()).Append('\n');
            goesOn = inner is { Length: > 1 } && !char.IsWhiteSpace(inner[^1]);
        }
        plain.Length--;
        return plain.ToString();
    }

    /// <summary>
    /// The text between the borders of a box, with its indentation; empty for a line of the border itself, and null for
    /// a line without borders.
    /// </summary>
    private static string? Inner(string line)
    {
        var trimmed = line.Trim();
        if (trimmed.Length < 2 || !IsBorder(trimmed[0]))
            return null;
        if (trimmed[0] is not ('│' or '┃' or '║'))
            return IsBorder(trimmed[^1]) ? "" : null;
        var isClosed = IsBorder(trimmed[^1]);
        var inner = isClosed ? trimmed[1..^1] : trimmed[1..];
        // One blank stands between the border and the text, on both sides.
        if (inner.StartsWith(' '))
            inner = inner[1..];
        if (isClosed && inner.EndsWith(' '))
            return inner[..^1];
        return isClosed ? inner : $"{inner.TrimEnd()} ";
    }

    /// <summary>"| web | 0/1 |" of a Markdown table as columns; any other line as it is.</summary>
    private static string RowOfATable(string line)
    {
        var trimmed = line.Trim();
        if (trimmed is not ['|', .., '|'] || trimmed.Length < 5)
            return line;
        var cells = trimmed[1..^1].Split('|').Select(cell => cell.Trim()).ToList();
        return cells.Count < 2 ? line : string.Join("   ", cells.Select(cell => cell.Length == 0 ? "<none>" : cell));
    }

    private static bool IsBorder(char c) =>
        c
            is '│'
                or '┃'
                or '║'
                or '─'
                or '━'
                or '═'
                or '┌'
                or '┐'
                or '└'
                or '┘'
                or '├'
                or '┤'
                or '╔'
                or '╗'
                or '╚'
                or '╝';

    [GeneratedRegex(@"^[ \t]*(?:[>|]|[│┃║┌└├╔╚])", RegexOptions.Multiline)]
    private static partial Regex Marks();

    /// <summary>The line between the header of a Markdown table and its rows.</summary>
    [GeneratedRegex(@"^\s*\|(?:\s*:?-{3,}:?\s*\|)+\s*$")]
    private static partial Regex RuleOfATable();

    /// <summary>Text in columns, or a field of a description: a line of its own.</summary>
    [GeneratedRegex(@"\S {2,}\S|^\s*[A-Z][\w /-]{1,40}:")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^[ \t]{0,3}(?:> ?){1,4}(?=\S|\s|$)")]
    private static partial Regex ChatQuote();
}
