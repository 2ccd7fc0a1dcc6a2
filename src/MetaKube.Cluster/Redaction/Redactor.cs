using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Removes secrets and terminal control characters from text before it leaves this assembly. Secrets are the values of
/// Kubernetes Secrets that were seen, and text that looks like a credential.
/// </summary>
public sealed partial class Redactor
{
    public const string Mark = "[redacted]";

    /// <summary>Shorter values ("admin", "true") would redact harmless words in every answer.</summary>
    private const int ShortestValue = 6;

    /// <summary>Lines of a snapshot that are kept redacted, and the length of the longest of them.</summary>
    private const int MostKnown = 8192,
        LongestKnown = 500;

    private readonly HashSet<string> values = [];
    private readonly ConcurrentDictionary<(string Text, int Length, bool IsSentence), string>? known;
    private string[]? longestFirst;

    public Redactor() { }

    private Redactor(ConcurrentDictionary<(string Text, int Length, bool IsSentence), string> known) =>
        this.known = known;

    /// <summary>
    /// A redactor for the life of one snapshot, which says the same thing about thousands of objects: it redacts each
    /// line once.
    /// </summary>
    internal static Redactor OfASnapshot() => new([]);

    /// <summary>Learns the value of a secret, plain and in base64, in order to redact it.</summary>
    public void Learn(ReadOnlySpan<byte> value)
    {
        if (value.Length is < ShortestValue or > 64 * 1024)
            return;
        values.Add(Convert.ToBase64String(value));
        var text = Encoding.UTF8.GetString(value);
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
            if (line.Length >= ShortestValue)
                values.Add(line);
        longestFirst = null;
        known?.Clear();
    }

    /// <summary>The text without secrets and control characters; line breaks and tabs stay.</summary>
    public string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        longestFirst ??= [.. values.OrderByDescending(value => value.Length)];
        foreach (var value in longestFirst)
            text = text.Replace(value, Mark, StringComparison.Ordinal);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            text = PrivateKey().Replace(text, Mark);
        text = UrlPassword().Replace(text, $"$1{Mark}@");
        text = SourcePassword().Replace(text, $"$1{Mark}@");
        text = WebhookPath().Replace(text, $"$1{Mark}");
        text = Authorization().Replace(text, $"$1$2$3{Mark}");
        text = Flag().Replace(text, $"$1$2$3{Mark}");
        text = Assignment()
            .Replace(
                text,
                match => IsHarmless(match) ? match.Value : match.Result($"${{name}}${{quote}}{Mark}${{prose}}")
            );
        text = Token().Replace(text, Mark);
        return Control().Replace(text, " ");
    }

    /// <summary>One redacted line of at most <paramref name="length"/> characters.</summary>
    public string Quote(string? text, int length = 300) => Known(text, length, isSentence: false);

    private string Known(string? text, int length, bool isSentence)
    {
        string Redacted() => isSentence ? Spoken(text, length) : Line(text, length);

        if (known is null || text is null or { Length: > LongestKnown })
            return Redacted();
        if (known.TryGetValue((text, length, isSentence), out var line))
            return line;
        line = Redacted();
        if (known.Count < MostKnown)
            known.TryAdd((text, length, isSentence), line);
        return line;
    }

    private string Line(string? text, int length)
    {
        var line = Blank().Replace(Clean(text), " ").Trim();
        return line.Length <= length ? line : $"{line[..(length - 1)]}…";
    }

    /// <summary>
    /// As <see cref="Quote"/>, for a sentence of ours that contains untrusted words: also removes mentions and links.
    /// </summary>
    public string Sentence(string? text, int length = 300) => Known(text, length, isSentence: true);

    private string Spoken(string? text, int length)
    {
        var line = Address()
            .Replace(Mention().Replace(Clean(text), "$1"), "")
            .Replace('<', '‹')
            .Replace('>', '›')
            .Replace("](", "] (", StringComparison.Ordinal);
        line = Blank().Replace(line, " ").Trim();
        return line.Length <= length ? line : $"{line[..(length - 1)]}…";
    }

    /// <summary>True if a variable of this name is likely to hold a credential.</summary>
    public static bool IsCredentialName(string name) => CredentialName().IsMatch(name);

    /// <summary>
    /// "token: expired", "secrets: 5", "secretName: db" and "Secret: secrets is forbidden" describe a failure and are
    /// no secrets. A word of letters alone counts as a secret only at the end, in quotes, or after an equals sign.
    /// </summary>
    private static bool IsHarmless(Match match)
    {
        var value = match.Groups["value"].Value;
        if (
            value.Length < 3
            || value[0] is '$' or '<' or '[' or '{' or '('
            || value.StartsWith(Mark, StringComparison.Ordinal)
            || Words.Contains(value.TrimEnd('.', ',', ';', ')'))
            || FilePath().IsMatch(value)
        )
            return true;
        if (value.All(char.IsDigit))
            return value.Length < 6;
        return match.Groups["colon"].Success
            && match.Groups["prose"].Success
            && value.All(c => char.IsLetter(c) || c is '.' or ',' or '-');
    }

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "null",
        "true",
        "false",
        "nil",
        "none",
        "empty",
        "missing",
        "expired",
        "invalid",
        "required",
        "must",
        "redacted",
        "undefined",
        "unset",
        "not",
        "is",
        "was",
        "has",
        "cannot",
        "failed",
        "string",
        "bytes",
        "optional",
        "bearer",
        "basic",
        "opaque",
        "incorrect",
        "wrong",
        "denied",
        "rejected",
        "mismatch",
        "unknown",
    };

    [GeneratedRegex(@"^/[a-z]+(?:/[\w.-]+)+$")]
    private static partial Regex FilePath();

    // A block, or one whose line breaks are written as \n. Where the log's tail has cut off the beginning: the lines
    // and the end.
    [GeneratedRegex(
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"
            + @"|(?:^[^\n]{0,60}?[A-Za-z0-9+/=]{40,80}\r?\n){1,60}[^\n]{0,60}-----END [A-Z ]*PRIVATE KEY-----",
        RegexOptions.Multiline
    )]
    private static partial Regex PrivateKey();

    // Patterns start with rare characters, because they run over every line of every log.
    // postgres://user:PASSWORD@host, redis://:PASSWORD@host
    [GeneratedRegex(@"(://[^\s/:@""']{0,80}:)[^\s/""']{1,200}@")]
    private static partial Regex UrlPassword();

    // Go's user:PASSWORD@tcp(host)
    [GeneratedRegex(@"((?<=[\w.-]):)[^\s:/""']{1,200}@(?=(?:tcp|unix|udp)\()")]
    private static partial Regex SourcePassword();

    // Anyone who has the address may post.
    [GeneratedRegex(
        @"(https://(?:hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/"
            + @"|[\w.-]+\.webhook\.office\.com/webhookb2/))[\w/@.-]+",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex WebhookPath();

    [GeneratedRegex(
        @"(\b(?:bearer|basic|negotiate)\s+)[A-Za-z0-9._~+/-]{8,}={0,2}(?![=\w])"
            + @"|(\b(?:set-)?cookie:\s*(?:[^\s=;]+=))[^\s;]{8,}|(""auths?""\s*:\s*"")[A-Za-z0-9+/=]{8,}",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Authorization();

    // --password VALUE, -pVALUE of the MySQL client, curl -u user:VALUE
    [GeneratedRegex(
        @"((?:^|\s)--?(?:password|passwd|pass|secret|token|api-key|access-key|client-secret"
            + @"|auth-token)\s+[""']?)[^\s""'-][^\s""']{2,}"
            + @"|(\bmysql\w*\b[^\n]{0,80}?\s-p)[^\s""']{3,}"
            + @"|(\bcurl\b[^\n]{0,120}?\s(?:-u|--user)\s+[""']?[^\s:]+:)[^\s""']{3,}",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Flag();

    [GeneratedRegex(
        "(?<name>(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
            + "|account[_-]?key|client[_-]?secret|private[_-]?key|shared[_-]?access[_-]?(?:key|signature)"
            + "|credentials?|session[_-]?id)(?!s?[_-]?(?:name|ref|path|file|type|url|uri|count|length|size|ttl"
            + @"|version|expir\w*))(?:[_-][A-Za-z0-9]{1,20}){0,2}[""']?(?:\s*=>?\s*"
            + @"|(?<colon>\s*:[ \t]?)))(?<quote>\\?[""'])?(?<value>(?(quote)[^""'\n]{1,400}"
            + @"|[^\s""',;&]{1,400}))(?<prose>[ \t]+[A-Za-z(])?",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Assignment();

    // JSON web tokens, and the key formats of AWS, GitHub, GitLab, Slack, Google, Stripe, OpenAI, npm, SendGrid, Vault,
    // Docker Hub, Azure.
    [GeneratedRegex(
        @"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
            + @"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{20,}"
            + @"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}|\bAIza[A-Za-z0-9_-]{35}"
            + @"|\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bsk-[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{30,}"
            + @"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bhv[sb]\.[A-Za-z0-9_-]{20,}"
            + @"|\bdckr_pat_[A-Za-z0-9_-]{20,}|\bsig=[A-Za-z0-9%/+]{20,}"
    )]
    private static partial Regex Token();

    [GeneratedRegex(
        @"(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|credential)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex CredentialName();

    [GeneratedRegex(@"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")]
    private static partial Regex Control();

    [GeneratedRegex(@"@(channel|here|everyone|all|group|team)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Mention();

    // The rest of "http://db.shop:5432/x" still names host and port.
    [GeneratedRegex(@"\b(?:https?|ftp|slack|msteams)://|\b(?:mailto|javascript|data):(?=\S)", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
