namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Values that begin on the line after their name: YAML's block scalars and folded values, and the data of a
/// ConfigMap in kubectl describe, below a line of dashes.
/// </summary>
internal static class YamlBlock
{
    /// <summary>The first line below the name's; 0 where the value is on the name's line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The position after the colon.</param>
    public static int StartsAt(ReadOnlySpan<char> text, int at)
    {
        var i = ValueReader.SkipBlanks(text, at);
        var last = Math.Min(text.Length, i + 8);
        if (i < last && text[i] is '|' or '>')
            while (i < last && text[i] is '|' or '>' or '-' or '+' or ' ' or >= '1' and <= '9')
                i++;
        if (i < last && text[i] == '\r')
            i++;
        return i < text.Length && text[i] == '\n' ? i + 1 : 0;
    }

    /// <summary>The start and end of the value below a name; null where none is there.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The position of the name.</param>
    /// <param name="line">The first line below the name's.</param>
    public static (int Start, int End)? Read(ReadOnlySpan<char> text, int name, int line)
    {
        var indentation = IndentationOf(text, name);
        if (text[line..].StartsWith("----", StringComparison.Ordinal))
            return Described(text, line);
        if (text[..(line - 1)].TrimEnd("\r -+123456789") is [.., '|' or '>'])
            return Deeper(text, line, indentation);
        var end = EndOfLine(text, line);
        var value = text[line..end].Trim();
        if (
            value.IsEmpty
            || Indentation(text, line) <= indentation
            || IsField(value)
            || value[0] is '-' or '#' or '{' or '['
        )
            return null;
        return (line + Indentation(text, line), line + text[line..end].TrimEnd().Length);
    }

    /// <summary>True if nothing but indentation, a dash, "export" or a quotation mark is before the name.</summary>
    public static bool IsFirstOnLine(ReadOnlySpan<char> text, int name)
    {
        var i = name;
        while (i > 0 && name - i < 100 && text[i - 1] != '\n')
            i--;
        var before = text[i..name].Trim(" \t-\"'>|+");
        return before.IsEmpty || before is "export" or "set" or "ENV" or "env";
    }

    private static (int Start, int End)? Described(ReadOnlySpan<char> text, int start)
    {
        var value = EndOfLine(text, start) + 1;
        if (value >= text.Length)
            return null;
        var end = text[value..].IndexOf("\n\n", StringComparison.Ordinal);
        return (value, end < 0 ? text.Length : value + end);
    }

    private static (int Start, int End) Deeper(ReadOnlySpan<char> text, int start, int indentation)
    {
        var end = start;
        for (var line = start; line < text.Length;)
        {
            var last = EndOfLine(text, line);
            if (!text[line..last].IsWhiteSpace())
            {
                if (Indentation(text, line) <= indentation)
                    break;
                end = last;
            }
            line = last + 1;
        }
        return (start + Indentation(text, start), Math.Max(end, start));
    }

    private static bool IsField(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        return colon > 0 && (colon == line.Length - 1 || line[colon + 1] is ' ');
    }

    private static int IndentationOf(ReadOnlySpan<char> text, int at)
    {
        var i = at;
        while (i > 0 && at - i < 400 && text[i - 1] != '\n')
            i--;
        return Indentation(text, i);
    }

    private static int Indentation(ReadOnlySpan<char> text, int line)
    {
        var i = line;
        while (i < text.Length && i - line < 400 && text[i] is ' ' or '\t')
            i++;
        return i - line;
    }

    private static int EndOfLine(ReadOnlySpan<char> text, int at)
    {
        var end = text[at..].IndexOf('\n');
        return end < 0 ? text.Length : at + end;
    }
}
