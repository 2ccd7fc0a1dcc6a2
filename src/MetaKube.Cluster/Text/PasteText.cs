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
        return Marks().IsMatch(plain) ? Lines(plain) : plain;
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
        foreach (var line in text.Split('\n'))
            plain.Append(Line(line)).Append('\n');
        plain.Length--;
        return plain.ToString();
    }

    private static string Line(string line)
    {
        if (ChatQuote().Match(line) is { Success: true } quote)
            line = line[quote.Length..];
        var trimmed = line.Trim();
        if (trimmed.Length < 2 || !IsBorder(trimmed[0]))
            return line;
        if (trimmed[0] is not ('│' or '┃' or '║'))
            return IsBorder(trimmed[^1]) ? "" : line;
        var inner = trimmed[1..];
        if (IsBorder(inner[^1]))
            inner = inner[..^1];
        // k9s puts a blank and a mark between the border and the first column.
        return inner.TrimEnd().TrimStart(' ');
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

    [GeneratedRegex(@"^[ \t]*(?:>|[│┃║┌└├╔╚])", RegexOptions.Multiline)]
    private static partial Regex Marks();

    [GeneratedRegex(@"^[ \t]{0,3}(?:> ?){1,4}(?=\S|\s|$)")]
    private static partial Regex ChatQuote();
}
