using System.Buffers;
using System.Collections.Frozen;

namespace MetaKube.Cluster.Redaction;

/// <summary>Judges the value beside a credential's name: a secret, or a placeholder, a status, a reference.</summary>
internal static class SecretValue
{
    private static readonly SearchValues<char> MaskMarks = SearchValues.Create("*xX•.●?");

    private static readonly SearchValues<char> Name = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    );

    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"
    );

    /// <summary>Values that say something about a credential.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Statuses = FrozenSet
        .ToFrozenSet(
            """
            null true false nil none empty missing expired invalid required must redacted undefined
            unset not is was has have cannot failed string bytes optional bearer basic opaque
            incorrect wrong denied rejected mismatch unknown yes no on off enabled disabled ok error
            valid set hidden masked omitted removed sensitive filtered placeholder n/a and or for from
            in at the a an to of with it this that are been should will were may might could does did
            doesn't isn't wasn't didn't couldn't unable unexpected absent ignored changed rotated
            updated revoked refreshed renewed created deleted found provided issued generated loaded
            verified validated accepted default any all required: '' - -- ~
            """.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries),
            StringComparer.OrdinalIgnoreCase
        )
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Starts of values that say where the secret is.</summary>
    private static readonly string[] References =
    [
        "vault:",
        "ref+",
        "arn:",
        "projects/",
        "secret://",
        "secretref",
        "op://",
        "aws-sm://",
        "gcp-sm://",
        "azurekv:",
        "keyvault",
        "@microsoft.keyvault",
        "file:",
        "env:",
        "env.",
        "process.env",
        "os.environ",
        "os.getenv",
        "getenv",
        "system.getenv",
        "!ref",
        "!vault",
        "!secret",
        "enc[",
        "enc(",
        "lookup(",
        "var.",
        "local.",
        "data.",
        "module.",
        "values.",
        ".values.",
        "--",
        "k8s:",
        "kubernetes.io/",
        "your-",
        "your_",
        "example",
    ];

    /// <summary>True for a word that sentences about a credential have, such as "missing" or "is".</summary>
    public static bool IsStatus(ReadOnlySpan<char> word) => Statuses.Contains(word.TrimEnd(".,;:!)"));

    /// <summary>True for an empty value, a status, a placeholder, a reference, a path, an address.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        if (value.IsEmpty || value.StartsWith(Redactor.Mark, StringComparison.Ordinal))
            return true;
        if (IsStatus(value))
            return true;
        if (value.IndexOfAnyExcept(value[0]) < 0 && !char.IsAsciiLetterOrDigit(value[0]) || IsMask(value))
            return true;
        if (
            value[0] == '<'
            || value is ['{', '{', ..] or ['%', '(' or '{', ..]
            || value is "%s" or "%v" or "%q" or "%d"
        )
            return true;
        if (value[0] == '$' && value.Length > 1 && IsVariable(value))
            return true;
        foreach (var reference in References)
            if (value.StartsWith(reference, StringComparison.OrdinalIgnoreCase))
                return true;
        return IsPath(value) || IsAddress(value) || value[0] == '{' || value[0] is '[' or '(' && IsWords(value[1..]);
    }

    /// <summary>
    /// True if the value cannot be a word, a name of an object, a number, a version or an identifier that is no secret.
    /// </summary>
    public static bool IsRandom(ReadOnlySpan<char> value)
    {
        if (value.Length < 6)
            return false;
        var (digits, uppers, lowers, others, dashes) = Count(value);
        if (digits + uppers + lowers == 0)
            return false;
        // Numbers, times, versions, quantities, addresses.
        if (uppers + lowers <= 2 && others + dashes < 3 && value.Length < 24)
            return false;
        if (digits == 0 && others == 0)
            return dashes == 0 && value.Length >= 16 && uppers >= 3 && lowers >= 3 && Changes(value) > 0.4;
        if (IsUuid(value))
            return false;
        if (dashes > 0 && uppers == 0 && others == 0)
            return false;
        if (others > 0 && value.IndexOfAny(' ', '\t') >= 0)
            return false;
        return IsMixed(value, digits, uppers, lowers, others);
    }

    /// <summary>True for a plain word or number, and for the name of an object: words, numbers and dashes.</summary>
    public static bool IsName(ReadOnlySpan<char> value)
    {
        if (value.IndexOfAnyExceptInRange('0', '9') < 0)
            return true;
        var hasDigit = value.IndexOfAnyInRange('0', '9') >= 0;
        if (value.IndexOfAny('-', '/') < 0 && hasDigit)
            return false;
        foreach (var c in value)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.' or '/' or '_'))
                return !hasDigit && value.IndexOfAnyExcept(Letters) < 0;
        return true;
    }

    private static bool IsMixed(ReadOnlySpan<char> value, int digits, int uppers, int lowers, int others)
    {
        if (value.IndexOfAny('.', ':', '/') >= 0 && Changes(value) < 0.25)
            return false;
        if (digits > 0 && uppers > 0 && lowers > 0)
            return Changes(value) > 0.2;
        if (others > 0)
            return digits > 0 && value.IndexOfAny('!', '#', '$') >= 0 || value.Length >= 12 && Changes(value) > 0.3;
        return digits > 0 && value.Length >= 8 && Changes(value) > 0.15;
    }

    /// <summary>
    /// The share of neighbouring characters that are of different kinds: high in random text, low in words and names.
    /// </summary>
    public static double Changes(ReadOnlySpan<char> value)
    {
        if (value.Length > 256)
            value = value[..256];
        var changes = 0;
        for (var i = 1; i < value.Length; i++)
            if (Kind(value[i]) != Kind(value[i - 1]))
                changes++;
        return (double)changes / Math.Max(1, value.Length - 1);
    }

    public static bool IsUuid(ReadOnlySpan<char> value) => value.Length == 36 && Guid.TryParseExact(value, "D", out _);

    private static int Kind(char c)
    {
        if (char.IsAsciiDigit(c))
            return 0;
        if (char.IsAsciiLetterUpper(c))
            return 1;
        return char.IsAsciiLetterLower(c) ? 2 : 3;
    }

    private static (int Digits, int Uppers, int Lowers, int Others, int Dashes) Count(ReadOnlySpan<char> value)
    {
        var (digits, uppers, lowers, others, dashes) = (0, 0, 0, 0, 0);
        foreach (var c in value)
            if (char.IsAsciiDigit(c))
                digits++;
            else if (char.IsAsciiLetterUpper(c))
                uppers++;
            else if (char.IsAsciiLetterLower(c))
                lowers++;
            else if (c is '-' or '_')
                dashes++;
            else
                others++;
        return (digits, uppers, lowers, others, dashes);
    }

    /// <summary>"xxxxxx", "*****", "....".</summary>
    private static bool IsMask(ReadOnlySpan<char> value) =>
        value.Length >= 2 && value.IndexOfAnyExcept(MaskMarks) < 0
        || value.Length > 3 && value.Count('*') * 2 > value.Length
        || value is "changeit?";

    private static bool IsVariable(ReadOnlySpan<char> value)
    {
        if (value[1] is '{' or '(')
            return true;
        var end = value[1..].IndexOfAnyExcept(Name);
        return end < 0 && !char.IsAsciiDigit(value[1]) && !value[1..].ContainsAnyInRange('a', 'z');
    }

    private static bool IsWords(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
            if (!char.IsLetter(c) && c is not (' ' or ']' or ')' or '}' or '-' or '_' or ',' or '.'))
                return false;
        return true;
    }

    /// <summary>"/run/secrets/db", "./token.txt", "C:\keys\a.pem", "certs/server.key".</summary>
    private static bool IsPath(ReadOnlySpan<char> value)
    {
        if (value.StartsWith("./") || value.StartsWith("../") || value.StartsWith("~/") || value[0] == '@')
            return value.Length > 2;
        if (value.Length > 3 && value[1] == ':' && value[2] == '\\')
            return true;
        if (value[0] == '/')
        {
            var rest = value[1..];
            var first = rest.IndexOf('/');
            return rest.IndexOfAny("=+") < 0 && first > 1 && IsLower(rest[..first]) && Changes(value) < 0.45;
        }
        var dot = value.LastIndexOf('.');
        return dot > 0
            && value[(dot + 1)..]
                is "pem"
                    or "key"
                    or "crt"
                    or "json"
                    or "txt"
                    or "yaml"
                    or "yml"
                    or "conf"
                    or "properties"
                    or "jks"
                    or "p12";
    }

    private static bool IsLower(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterLower(c) && c is not ('-' or '.' or '_'))
                return false;
        return true;
    }

    /// <summary>An address; the password in one is found as part of an address.</summary>
    private static bool IsAddress(ReadOnlySpan<char> value)
    {
        var scheme = value.IndexOf("://");
        return scheme is > 1 and < 30 && IsLower(value[..scheme].Trim("0123456789+:"));
    }
}
