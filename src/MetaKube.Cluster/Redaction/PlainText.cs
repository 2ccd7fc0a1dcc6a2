using System.Buffers;
using System.Text;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Text without the characters that nobody sees: colours of terminals, zero-width and direction marks, control
/// characters. They could hide a secret from the search, or command the reader's terminal.
/// </summary>
internal static class PlainText
{
    private const char Escape = '\u001b',
        Sequence = '\u009b';

    private static readonly SearchValues<char> Hidden = SearchValues.Create([
        .. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => IsUnseen(c) || IsControl(c)),
    ]);

    /// <summary>An escape character as JSON and shells write it, at the start of a colour.</summary>
    private static readonly SearchValues<string> WrittenEscape = SearchValues.Create(
        ["\\u001b[", "\\x1b[", "\\033[", "\\e[", "\\u200b", "\\u200d", "\\ufeff"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>The text; line breaks and tabs stay, any other run of control characters is one blank.</summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAny(WrittenEscape) >= 0)
            text = WithoutWrittenEscapes(text);
        var first = text.AsSpan().IndexOfAny(Hidden);
        if (first < 0)
            return text;
        var plain = new StringBuilder(text.Length).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (c is Escape or Sequence && EndOfSequence(text, i) is var end and >= 0)
                i = end;
            else if (IsControl(c))
            {
                while (i + 1 < text.Length && IsControl(text[i + 1]) && text[i + 1] is not (Escape or Sequence))
                    i++;
                plain.Append(' ');
            }
            else if (!IsUnseen(c))
                plain.Append(c);
        }
        return plain.ToString();
    }

    private static bool IsControl(char c) => c is < ' ' and not ('\t' or '\n' or '\r') or >= '\u007f' and <= '\u009f';

    private static bool IsUnseen(char c) =>
        c
            is '\u00ad'
                or '\u061c'
                or '\u180e'
                or >= '\u200b'
                and <= '\u200f'
                or >= '\u202a'
                and <= '\u202e'
                or >= '\u2060'
                and <= '\u206f'
                or '\ufeff';

    /// <summary>The last character of a control sequence or of a terminal's title (ECMA-48); -1 for neither.</summary>
    private static int EndOfSequence(string text, int start)
    {
        var i = start + 1;
        if (text[start] == Escape)
        {
            if (i >= text.Length)
                return -1;
            if (text[i] == ']')
                return EndOfTitle(text, i);
            if (text[i] != '[')
                return -1;
            i++;
        }
        while (i < text.Length && text[i] is >= ' ' and <= '?')
            i++;
        return i < text.Length && text[i] is >= '@' and <= '~' ? i : -1;
    }

    private static int EndOfTitle(string text, int i)
    {
        const int longest = 300;
        var last = Math.Min(text.Length, i + longest);
        for (; i < last; i++)
            if (text[i] == '\a')
                return i;
            else if (text[i] == Escape)
                return i + 1 < text.Length && text[i + 1] == '\\' ? i + 1 : i - 1;
            else if (text[i] == '\n')
                return -1;
        return -1;
    }

    private static string WithoutWrittenEscapes(string text)
    {
        var plain = new StringBuilder(text.Length);
        var from = 0;
        while (text.AsSpan(from).IndexOfAny(WrittenEscape) is var at and >= 0)
        {
            plain.Append(text, from, at);
            var i = text.AsSpan(from + at);
            var isColour = i[.."\\u200b".Length].Contains('[') || i.Length > 6 && i[6] == '[';
            from += at + (isColour ? LengthOfColour(i) : "\\u200b".Length);
        }
        return plain.Append(text, from, text.Length - from).ToString();
    }

    private static int LengthOfColour(ReadOnlySpan<char> colour)
    {
        var i = colour.IndexOf('[') + 1;
        while (i < colour.Length && (char.IsAsciiDigit(colour[i]) || colour[i] is ';' or '?'))
            i++;
        return Math.Min(colour.Length, i + 1);
    }
}
