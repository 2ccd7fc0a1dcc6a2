namespace MetaKube.Cluster.Redaction;

/// <summary>Passwords in statements: IDENTIFIED BY 'x', PASSWORD 'x' of a role.</summary>
internal static class SqlPasswords
{
    private const int LongestClause = 80;

    /// <summary>Reads a clause at a name; returns the position after its password, or 0 where it is none.</summary>
    public static int Read(ReadOnlySpan<char> text, int start, int end, SecretSpans secrets)
    {
        var at = 0;
        if (text[start..end].Equals("identified", StringComparison.OrdinalIgnoreCase))
            at = AfterBy(text, end);
        else if (text[start..end].Equals("password", StringComparison.OrdinalIgnoreCase) && IsOfARole(text, start))
            at = end;
        if (at == 0)
            return 0;
        at = ValueReader.SkipBlanks(text, at);
        var quote = QuoteMark.At(text, at);
        if (!quote.IsThere && text[start..end].Equals("password", StringComparison.OrdinalIgnoreCase))
            return 0;
        var value = ValueReader.Value(text, at, ValueTie.Blank);
        if (SecretValue.IsPlaceholder(text[value.Start..value.End]))
            return 0;
        secrets.Add(value.Start, value.End);
        return value.End;
    }

    private static int AfterBy(ReadOnlySpan<char> text, int end)
    {
        var clause = text[end..Math.Min(text.Length, end + LongestClause)];
        var by = clause.IndexOf(" by ", StringComparison.OrdinalIgnoreCase);
        if (by < 0 || clause[..by].IndexOfAny('\n', ';') >= 0)
            return 0;
        var rest = clause[(by + 4)..];
        var skipped = rest.StartsWith("password ", StringComparison.OrdinalIgnoreCase) ? "password ".Length : 0;
        return end + by + 4 + skipped;
    }

    private static bool IsOfARole(ReadOnlySpan<char> text, int start)
    {
        var before = text[Math.Max(0, start - 200)..start];
        foreach (var word in (ReadOnlySpan<string>)["role ", "user ", "login ", "encrypted ", "grant "])
            if (before.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
