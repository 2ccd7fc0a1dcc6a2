namespace MetaKube.Cluster.Redaction;

/// <summary>
/// A quotation mark as it is written: plain, escaped once or more often for JSON in JSON, or as an entity or a percent
/// code.
/// </summary>
/// <param name="Length">The characters that it takes up; 0 for none.</param>
/// <param name="Mark">The mark, or '\0' for one that is written in another way.</param>
/// <param name="Slashes">The backslashes before it.</param>
internal readonly record struct QuoteMark(int Length, char Mark, int Slashes)
{
    private static readonly string[] Written = ["&quot;", "&#34;", "&#39;", "&apos;", "%22", "%27"];

    private static readonly string[] Unicode = ["u0022", "u0027"];

    public bool IsThere => Length > 0;

    public static QuoteMark At(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length)
            return default;
        var slashes = 0;
        while (slashes < 8 && at + slashes < text.Length && text[at + slashes] == '\\')
            slashes++;
        var rest = text[(at + slashes)..];
        if (rest.IsEmpty)
            return default;
        if (rest[0] is '"' or '\'' or '`')
            return new(slashes + 1, rest[0], slashes);
        if (slashes > 0)
        {
            foreach (var code in Unicode)
                if (rest.StartsWith(code, StringComparison.Ordinal))
                    return new(slashes + code.Length, '\0', slashes);
            return default;
        }
        if (rest[0] is '\u201c' or '\u201d' or '\u2018' or '\u2019')
            return new(1, rest[0] < '\u201c' ? '\u2019' : '\u201d', 0);
        if (rest[0] is '&' or '%')
            foreach (var written in Written)
                if (rest.StartsWith(written, StringComparison.OrdinalIgnoreCase))
                    return new(written.Length, '\0', 0);
        return default;
    }

    /// <summary>
    /// The end of what this mark opens at <paramref name="from"/>: the position of its closing mark, or the end of the
    /// line where there is none.
    /// </summary>
    public int EndOf(ReadOnlySpan<char> text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\n')
                return i > from && text[i - 1] == '\r' ? i - 1 : i;
            if (Mark == '\0')
            {
                if (text[i] is '&' or '%' or '\\' && At(text, i) is { Mark: '\0', IsThere: true })
                    return i;
            }
            else if (text[i] == Mark && Closes(text, from, i))
                return i - Math.Min(Slashes, BackslashesBefore(text, from, i));
        }
        return text.Length;
    }

    private bool Closes(ReadOnlySpan<char> text, int from, int at)
    {
        var before = BackslashesBefore(text, from, at);
        return Slashes == 0 ? before % 2 == 0 || Mark != '"' && before == 0 : before <= Slashes;
    }

    private static int BackslashesBefore(ReadOnlySpan<char> text, int from, int at)
    {
        var count = 0;
        while (count < 16 && at - count - 1 >= from && text[at - count - 1] == '\\')
            count++;
        return count;
    }
}
