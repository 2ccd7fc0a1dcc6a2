namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Reads what stands beside a name: the tie between them, and the extent of the value. Each method looks at a bounded
/// part of the text, or only at the value that it returns.
/// </summary>
internal static class ValueReader
{
    /// <summary>Blanks and line breaks between a name and its value.</summary>
    private const int MostBlanks = 200;

    private static readonly string[] Signs = ["\\u003d", "%3d", "&#61;"];

    private static readonly string[] Colons = ["\\u003a", "%3a"];

    private static readonly string[] ValueWords = ["value", "val", "stringvalue", "defaultvalue", "content"];

    /// <summary>The tie after a name, and the position where its value may begin.</summary>
    public static (ValueTie Tie, int At) After(ReadOnlySpan<char> text, int start, int end)
    {
        var quote = QuoteMark.At(text, end);
        var i = end + quote.Length;
        if (i < text.Length && text[i] is ']' or ')' && quote.IsThere)
            i++;
        else if (i + 1 < text.Length && text[i] == ']' && text[i + 1] is '=' or ':')
            i++;
        var j = SkipBlanks(text, i);
        if (j >= text.Length)
            return default;
        if (PairValue(text, start, i) is var pair and > 0)
            return (ValueTie.Pair, pair);
        if (Sign(text, j) is { Tie: not ValueTie.None } sign)
            return sign.Tie == ValueTie.Colon && !IsField(text, start, quote.IsThere, j > i, sign.At) ? default : sign;
        var isFlag = text[start] == '-';
        if (text[j] == '>' && (quote.IsThere ? IsValueItself(text, start) : start > 0 && text[start - 1] is '<' or ':'))
            return (ValueTie.Element, j + 1);
        if (text[j] == ',' && quote.IsThere)
            return List(text, start, j, isFlag);
        if (text[j] == '(' && QuoteMark.At(text, j + 1).IsThere)
            return (ValueTie.Call, j + 1);
        if (text[j] is '\n' or '\r')
            return isFlag ? NextLine(text, j) : default;
        if (j == i)
            return default;
        return (isFlag ? ValueTie.Flag : ValueTie.Blank, j);
    }

    /// <summary>
    /// False for the name of an object in a sentence (<c>volume "web-token" : secret …</c>), of an image before its
    /// tag,
    /// of a file before a line number.
    /// </summary>
    private static bool IsField(ReadOnlySpan<char> text, int start, bool isQuoted, bool hasBlank, int at)
    {
        var isTight =
            at < text.Length && text[at] is not (' ' or '\t' or '\n' or '\r') && !QuoteMark.At(text, at).IsThere;
        if (start > 0 && text[start - 1] is '/' && isTight)
            return false;
        return !isQuoted || !hasBlank || QuoteMark.At(text, SkipBlanks(text, at)).IsThere;
    }

    private static (ValueTie Tie, int At) Sign(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (rest[0] == '=')
        {
            if (rest is ['=', '=', ..])
                return default;
            return (ValueTie.Assignment, rest is ['=', '>', ..] ? at + 2 : at + 1);
        }
        if (rest[0] == ':')
        {
            if (rest is [':', ':', ..] or [':', '/', '/', ..])
                return default;
            return rest is [':', '=', ..] ? (ValueTie.Assignment, at + 2) : (ValueTie.Colon, at + 1);
        }
        if (rest is ['-', '>', ..])
            return (ValueTie.Assignment, at + 2);
        foreach (var written in Signs)
            if (rest.StartsWith(written, StringComparison.OrdinalIgnoreCase))
                return (ValueTie.Assignment, at + written.Length);
        foreach (var written in Colons)
            if (rest.StartsWith(written, StringComparison.OrdinalIgnoreCase))
                return (ValueTie.Colon, at + written.Length);
        return default;
    }

    /// <summary>After <c>"--password",</c> or <c>("password",</c> the next string.</summary>
    private static (ValueTie Tie, int At) List(ReadOnlySpan<char> text, int start, int comma, bool isFlag)
    {
        var i = SkipSpace(text, comma + 1);
        if (!QuoteMark.At(text, i).IsThere)
            return default;
        var open = start - 1;
        while (open > 0 && open > start - 8 && text[open] is '"' or '\'' or '\\' or ' ')
            open--;
        if (isFlag)
            return (ValueTie.Flag, i);
        return open >= 0 && text[open] == '(' ? (ValueTie.Call, i) : default;
    }

    /// <summary>The arguments of a container, one a line, as kubectl describe and YAML write them.</summary>
    private static (ValueTie Tie, int At) NextLine(ReadOnlySpan<char> text, int at)
    {
        var i = SkipSpace(text, at);
        if (i >= text.Length || i == at || text[i - 1] == '\n')
            return default;
        if (text[i] == '-' && i + 1 < text.Length && text[i + 1] == ' ')
            i = SkipBlanks(text, i + 1);
        return i < text.Length && text[i] != '-' ? (ValueTie.Flag, i) : default;
    }

    /// <summary>
    /// The value of <c>name: DB_PASSWORD, value: x</c> in JSON, YAML, XML attributes; 0 where the name is no value
    /// itself, or no value follows.
    /// </summary>
    private static int PairValue(ReadOnlySpan<char> text, int start, int at)
    {
        var i = SkipSpace(text, at);
        if (i < text.Length && text[i] is ',' or ';')
            i = SkipSpace(text, i + 1);
        if (i == at)
            return 0;
        i += QuoteMark.At(text, i).Length;
        foreach (var word in ValueWords)
        {
            if (!text[Math.Min(i, text.Length)..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
                continue;
            var j = i + word.Length;
            j = SkipBlanks(text, j + QuoteMark.At(text, j).Length);
            if (j < text.Length && text[j] is ':' or '=' && IsValueItself(text, start))
                return j + 1;
        }
        return 0;
    }

    private static bool IsValueItself(ReadOnlySpan<char> text, int start)
    {
        var i = start - 1;
        while (i >= 0 && start - i < 12 && text[i] is ' ' or '\t' or '"' or '\'' or '\\' or ':' or '=')
            i--;
        var before = text[Math.Max(0, i - 7)..(i + 1)];
        foreach (var word in (ReadOnlySpan<string>)["name", "key", "field", "id", "property"])
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>The start and end of the value at a position, and true if it is in quotation marks.</summary>
    public static (int Start, int End, bool IsQuoted) Value(ReadOnlySpan<char> text, int at, ValueTie tie)
    {
        if (tie == ValueTie.Element)
        {
            var close = text[at..].IndexOfAny('<', '\n');
            var isClosed = close >= 0 && text[(at + close)..].StartsWith("</", StringComparison.Ordinal);
            return isClosed ? (at, at + close, true) : (at, at, false);
        }
        at = tie == ValueTie.Pair ? SkipSpace(text, at) : SkipBlanks(text, at);
        at = SkipType(text, at);
        var quote = QuoteMark.At(text, at);
        if (quote.IsThere)
        {
            var start = at + quote.Length;
            while (quote.Slashes == 0 && start < text.Length && start < at + 3 && text[start] == quote.Mark)
                start++;
            return (start, EndOfQuoted(text, quote, start), true);
        }
        return (at, EndOfPlain(text, at), false);
    }

    /// <summary>The closing mark; YAML may fold a long value onto the next line.</summary>
    private static int EndOfQuoted(ReadOnlySpan<char> text, QuoteMark quote, int start)
    {
        var end = quote.EndOf(text, start);
        if (quote is not { Slashes: 0, Mark: '"' or '\'' } || end >= text.Length || text[end] is not ('\n' or '\r'))
            return end;
        var next = SkipSpace(text, end);
        var rest = text[next..Math.Min(text.Length, next + 300)];
        var close = rest.IndexOf(quote.Mark);
        return close > 0 && rest[..close].IndexOfAny(" \n:=") < 0 ? next + close : end;
    }

    /// <summary>Skips <c>!!str</c>, a string prefix of Python, <c>Some(</c> and an opening bracket.</summary>
    private static int SkipType(ReadOnlySpan<char> text, int at)
    {
        if (at + 2 < text.Length && text[at] == '!' && text[at + 1] == '!')
        {
            while (at < text.Length && text[at] is not (' ' or '\n'))
                at++;
            at = SkipBlanks(text, at);
        }
        foreach (var opening in (ReadOnlySpan<string>)["Some(", "Secret(", "String(", "Just ", "[", "("])
            if (
                text[Math.Min(at, text.Length)..].StartsWith(opening, StringComparison.Ordinal)
                && !text[at..].StartsWith(Redactor.Mark, StringComparison.Ordinal)
                && at + opening.Length < text.Length
                && (
                    opening.Length > 1
                    || QuoteMark.At(text, at + opening.Length).IsThere
                    || char.IsAsciiLetterOrDigit(text[at + 1])
                )
            )
                return at + opening.Length;
        return at + 1 < text.Length && text[at] is 'b' or 'u' or 'r' or 'f' or '@' && text[at + 1] is '"' or '\''
            ? at + 1
            : at;
    }

    /// <summary>The end of a value without quotation marks.</summary>
    private static int EndOfPlain(ReadOnlySpan<char> text, int at)
    {
        var depth = 0;
        for (var i = at; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || c is '"' or '`' or '<')
                return i;
            if (c == '\'' && (i + 1 >= text.Length || !char.IsAsciiLetterOrDigit(text[i + 1])))
                return i;
            if (c == '\\' && IsWrittenBreak(text, i))
                return i;
            if (c is '(' or '[' or '{')
                depth++;
            else if (c is ')' or ']' or '}' && depth-- <= 0 && IsLast(text, i))
                return i;
            else if (c is ',' or ';' or '&' or '|' && EndsHere(text, i))
                return i;
        }
        return text.Length;
    }

    /// <summary>A line break, an ampersand or a quotation mark that is written as an escape.</summary>
    private static bool IsWrittenBreak(ReadOnlySpan<char> text, int i)
    {
        if (QuoteMark.At(text, i).IsThere)
            return true;
        var rest = text[i..].TrimStart('\\');
        return rest is ['n' or 'r' or 't', ..]
            || rest.StartsWith("u0026", StringComparison.Ordinal)
            || rest.StartsWith("u003c", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLast(ReadOnlySpan<char> text, int i) =>
        i + 1 >= text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]);

    /// <summary>True if a separator ends the value: a blank, or the next name with its sign, follows.</summary>
    private static bool EndsHere(ReadOnlySpan<char> text, int i)
    {
        const int longestName = 60;
        var j = i + 1;
        if (j >= text.Length || char.IsWhiteSpace(text[j]) || text[j] is '"' or '\'' or '\\' or ']' or ')' or '}')
            return true;
        if (text[i] == '&' && text[i..].StartsWith("&amp;", StringComparison.Ordinal))
            return true;
        var last = Math.Min(text.Length, j + longestName);
        while (j < last && (char.IsAsciiLetterOrDigit(text[j]) || text[j] is '_' or '-' or '.' or ' ' or '['))
            j++;
        return j < last && j > i + 1 && text[j] is '=' or ':';
    }

    public static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        var last = Math.Min(text.Length, at + MostBlanks);
        while (at < last && text[at] is ' ' or '\t')
            at++;
        return at;
    }

    public static int SkipSpace(ReadOnlySpan<char> text, int at)
    {
        var last = Math.Min(text.Length, at + MostBlanks);
        while (at < last && text[at] is ' ' or '\t' or '\n' or '\r')
            at++;
        return at;
    }
}
