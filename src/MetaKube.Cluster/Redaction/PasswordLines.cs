namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Passwords whose place in a line tells what they are: the fifth field of pgpass, a user of Redis' access list,
/// "login admin / x".
/// </summary>
internal static class PasswordLines
{
    private const int LongestLine = 1000;

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOf('\n');
            var end = length < 0 ? text.Length : at + length;
            if (end - at < LongestLine)
                Line(text[at..end].TrimEnd('\r'), at, secrets);
            at = end + 1;
        }
    }

    private static void Line(ReadOnlySpan<char> line, int at, SecretSpans secrets)
    {
        var password = 0;
        if (line.IndexOf(" >", StringComparison.Ordinal) is var access and >= 0 && IsAccessList(line[..access]))
            password = access + 2;
        else if (line.IndexOf(" / ", StringComparison.Ordinal) is var slash and >= 0 && IsLogin(line[..slash]))
            password = slash + 3;
        else if (line.Count(':') >= 4)
            password = FifthField(line);
        if (password == 0)
            return;
        var value = line[password..];
        var blank = value.IndexOfAny(" \t\"'");
        value = blank < 0 ? value : value[..blank];
        if (value.Length >= 4 && !SecretValue.IsPlaceholder(value))
            secrets.Add(at + password, at + password + value.Length);
    }

    /// <summary>"user orders on >password ~orders:* +@all", "ACL SETUSER orders on >password".</summary>
    private static bool IsAccessList(ReadOnlySpan<char> before) =>
        before.Contains("user ", StringComparison.OrdinalIgnoreCase)
        && before.Contains(" on", StringComparison.Ordinal);

    private static bool IsLogin(ReadOnlySpan<char> before)
    {
        before = before[Math.Max(0, before.Length - 60)..];
        foreach (var word in (ReadOnlySpan<string>)["login", "user", "credentials", "account", "sign in"])
            if (before.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>The password of host:port:database:user:password; 0 where the line is none.</summary>
    private static int FifthField(ReadOnlySpan<char> line)
    {
        var start = line.LastIndexOfAny(" \t>") + 1;
        var at = start;
        for (var field = 0; field < 4; field++)
        {
            var length = line[at..].IndexOf(':');
            var value = line.Slice(at, Math.Max(0, length));
            if (length < 1 || !IsField(value) || field == 1 && !IsPort(value))
                return 0;
            at += length + 1;
        }
        return line[at..].IndexOfAny(' ', '/') < 0 ? at : 0;
    }

    private static bool IsPort(ReadOnlySpan<char> value) =>
        value is "*" || value.Length is >= 4 and <= 5 && value.IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsField(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '*' or '$'))
                return false;
        return true;
    }
}
