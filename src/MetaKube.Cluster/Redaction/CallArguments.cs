using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>Passwords that functions take by position, as stack traces and warnings quote their calls.</summary>
internal static class CallArguments
{
    private const int LongestCall = 1000;

    /// <summary>A function, and the place of the password among the strings of its call, from 0.</summary>
    private static readonly (string Function, int Position)[] Table =
    [
        ("PDO->__construct(", 2),
        ("PDO::__construct(", 2),
        ("new PDO(", 2),
        ("mysqli_connect(", 2),
        ("mysqli->__construct(", 2),
        ("mysqli_real_connect(", 2),
        ("mysql_connect(", 2),
        ("mysql_pconnect(", 2),
        ("oci_connect(", 1),
        ("ldap_bind(", 1),
        ("ssh2_auth_password(", 1),
        ("ftp_login(", 1),
        ("imap_open(", 2),
        ("DriverManager.getConnection(", 2),
        ("getConnection(", 2),
        ("PasswordAuthentication(", 1),
        ("UsernamePasswordCredentials(", 1),
        ("HTTPBasicAuth(", 1),
        ("BasicAuth(", 1),
        ("SetBasicAuth(", 1),
        ("smtp.login(", 1),
        ("server.login(", 1),
        (".login(", 1),
        ("PlainAuth(", 2),
        ("NetworkCredential(", 1),
    ];

    private static readonly SearchValues<string> Functions = SearchValues.Create(
        [.. Table.Select(call => call.Function)],
        StringComparison.Ordinal
    );

    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; text[at..].IndexOfAny(Functions) is var next and >= 0;)
        {
            at += next;
            foreach (var (function, position) in Table)
                if (text[at..].StartsWith(function, StringComparison.Ordinal))
                {
                    Read(text, at + function.Length, position, secrets);
                    break;
                }
            at++;
        }
    }

    private static void Read(ReadOnlySpan<char> text, int at, int position, SecretSpans secrets)
    {
        text = text[..Math.Min(text.Length, at + LongestCall)];
        for (var argument = 0; ; argument++)
        {
            at = ValueReader.SkipBlanks(text, at);
            var quote = QuoteMark.At(text, at);
            if (!quote.IsThere)
                return;
            var start = at + quote.Length;
            var end = quote.EndOf(text, start);
            if (argument == position)
            {
                if (!SecretValue.IsPlaceholder(text[start..end]))
                    secrets.Add(start, end);
                return;
            }
            at = end + QuoteMark.At(text, end).Length;
            if (at >= text.Length || text[at] != ',')
                return;
            at++;
        }
    }
}
