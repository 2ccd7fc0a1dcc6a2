using System.Collections.Frozen;
using System.Text;

namespace MetaKube.Cluster.Redaction;

/// <summary>Credentials in HTTP headers: Authorization of every scheme, and cookies.</summary>
internal static class HeaderValues
{
    /// <summary>The largest header that servers accept.</summary>
    private const int LongestValue = 8192;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Schemes = FrozenSet
        .ToFrozenSet(
            """
            basic bearer token apikey api-key apitoken digest negotiate ntlm aws aws4-hmac-sha256
            oauth hawk signature hmac sharedkey sharedkeylite sharedaccesssignature key geniekey
            splunk bot dpop ssws jwt mac zoho-oauthtoken sso-key appcode googlelogin klaviyo-api-key
            private-token vault
            """.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries),
            StringComparer.OrdinalIgnoreCase
        )
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Parts of Set-Cookie that are no cookie.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CookieAttributes = FrozenSet
        .ToFrozenSet(
            "path domain expires max-age samesite version comment priority".Split(' '),
            StringComparer.OrdinalIgnoreCase
        )
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads a header at its name; returns the position after it, or 0 where it is none.</summary>
    public static int Read(ReadOnlySpan<char> text, int start, int end, SecretSpans secrets)
    {
        var name = text[start..end];
        if (Is(name, "bearer") || Is(name, "basic") || Is(name, "negotiate"))
            return Scheme(text, start, end, secrets);
        var isAuthorization = name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase);
        if (!isAuthorization && name.TrimEnd("sS").EndsWith("cookie", StringComparison.OrdinalIgnoreCase) is false)
            return 0;
        var (tie, at) = ValueReader.After(text, start, end);
        if (tie is not (ValueTie.Colon or ValueTie.Assignment or ValueTie.Pair or ValueTie.Call))
            return 0;
        return isAuthorization ? Authorization(text, start, at, secrets) : Cookies(text, start, at, secrets);

        static bool Is(ReadOnlySpan<char> name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    private static int Authorization(ReadOnlySpan<char> text, int start, int at, SecretSpans secrets)
    {
        var (from, to) = Extent(text[..Math.Min(text.Length, at + LongestValue)], start, at);
        var value = text[from..to];
        var blank = value.IndexOf(' ');
        var scheme = blank < 0 ? default : value[..blank];
        var first = blank < 0 ? 0 : blank + 1;
        var word = FirstWord(value[first..]);
        if (SecretValue.IsPlaceholder(word.Trim(",;")) || word.StartsWith("realm=", StringComparison.OrdinalIgnoreCase))
            return 0;
        var isSecret = SecretValue.IsRandom(word) || Schemes.Contains(scheme) && word.Length >= 6;
        if (!isSecret && SecretValue.IsRandom(scheme))
        {
            word = scheme;
            (first, isSecret) = (0, true);
        }
        if (!isSecret)
            return 0;
        // Digest and signatures have several parameters.
        var hasParameters = word.IndexOf('=') > 0 && word[^1] is ',' or '"' or '\'';
        var end = from + first + (hasParameters ? value.Length - first : word.TrimEnd(",;").Length);
        secrets.Add(from + first, end);
        return end;
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text) =>
        text.IndexOf(' ') is var blank and >= 0 ? text[..blank] : text;

    /// <summary>
    /// The value up to its closing mark, the mark before the header's name, a bracket, or its line's end.
    /// </summary>
    private static (int From, int To) Extent(ReadOnlySpan<char> text, int start, int at)
    {
        at = ValueReader.SkipSpace(text, at);
        while (at < text.Length && text[at] is '[' && !text[at..].StartsWith(Redactor.Mark, StringComparison.Ordinal))
            at++;
        var quote = QuoteMark.At(text, at);
        if (quote.IsThere)
            return (at + quote.Length, quote.EndOf(text, at + quote.Length));
        var outer = start > 0 && text[start - 1] is '"' or '\'' ? text[start - 1] : '\0';
        var end = at;
        while (end < text.Length && !EndsAt(text, end, outer))
            end++;
        return (at, end);
    }

    private static bool EndsAt(ReadOnlySpan<char> text, int at, char outer)
    {
        var next = at + 1 < text.Length ? text[at + 1] : ' ';
        if (text[at] is '\n' or '\r' or ']' or '}')
            return true;
        if (text[at] == '\\' && next is 'n' or 'r' or '"')
            return true;
        return outer == '\0' ? text[at] == '\'' && next == ' ' : text[at] == outer;
    }

    /// <summary>"Bearer x" and "Basic x" without the header's name.</summary>
    private static int Scheme(ReadOnlySpan<char> text, int start, int end, SecretSpans secrets)
    {
        var at = ValueReader.SkipBlanks(text, end);
        if (at == end || at >= text.Length)
            return 0;
        var last = at;
        while (
            last < text.Length
            && (char.IsAsciiLetterOrDigit(text[last]) || text[last] is '.' or '_' or '~' or '+' or '/' or '-' or '=')
        )
            last++;
        var value = text[at..last].TrimEnd('.');
        var isBasic = text[start..end].Equals("basic", StringComparison.OrdinalIgnoreCase);
        if (isBasic ? !IsLogin(value) : value.Length < 8 || !SecretValue.IsRandom(value))
            return 0;
        secrets.Add(at, at + value.Length);
        return at + value.Length;
    }

    /// <summary>True for "user:password" in base64.</summary>
    public static bool IsLogin(ReadOnlySpan<char> base64)
    {
        Span<byte> login = stackalloc byte[300];
        return base64.Length is >= 8 and <= 400
            && Convert.TryFromBase64Chars(base64, login, out var length)
            && login[..length].Contains((byte)':')
            && !login[..length].ContainsAnyInRange((byte)0, (byte)31);
    }

    private static int Cookies(ReadOnlySpan<char> text, int start, int at, SecretSpans secrets)
    {
        var (from, to) = Extent(text[..Math.Min(text.Length, at + LongestValue)], start, at);
        var found = 0;
        for (var i = from; i < to;)
        {
            var length = text[i..to].IndexOfAny(';', ',');
            var end = length < 0 ? to : i + length;
            if (Cookie(text, i, end, secrets) is var last and > 0)
                found = last;
            i = end + 1;
        }
        return found;
    }

    private static int Cookie(ReadOnlySpan<char> text, int start, int end, SecretSpans secrets)
    {
        const int shortest = 8;
        var sign = text[start..end].IndexOf('=');
        if (sign <= 0 || CookieAttributes.Contains(text.Slice(start, sign).Trim()))
            return 0;
        var from = start + sign + 1;
        var value = text[from..end].Trim("\" '");
        if (value.Length < shortest || SecretValue.IsPlaceholder(value))
            return 0;
        from += text[from..end].IndexOf(value);
        secrets.Add(from, from + value.Length);
        return from + value.Length;
    }
}
