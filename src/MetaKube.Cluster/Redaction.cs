using System.Text;
using System.Text.RegularExpressions;

namespace MetaKube.Cluster;

/// <summary>
/// Takes secrets, and characters that would command a terminal, out of text before it leaves this assembly: the known values of Secrets that were
/// seen, and what looks like a credential.
/// </summary>
public sealed partial class Redaction
{
    public const string Mark = "[redacted]";

    /// <summary>A shorter value ("admin", "true") would take harmless words out of every answer.</summary>
    private const int ShortestValue = 6;

    private readonly HashSet<string> values = [];
    private string[]? longestFirst;

    /// <summary>Remembers a secret's value, plain and in base64, only to take it out of what is shown.</summary>
    public void Learn(ReadOnlySpan<byte> value)
    {
        if (value.Length is < ShortestValue or > 64 * 1024) return;
        values.Add(Convert.ToBase64String(value));
        var text = Encoding.UTF8.GetString(value);
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
            if (line.Length >= ShortestValue) values.Add(line);
        longestFirst = null;
    }

    /// <summary>The text without secrets and control characters; line breaks and tabs stay.</summary>
    public string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        longestFirst ??= [.. values.OrderByDescending(value => value.Length)];
        foreach (var value in longestFirst) text = text.Replace(value, Mark, StringComparison.Ordinal);
        text = PrivateKey().Replace(text, Mark);
        text = UrlPassword().Replace(text, $"$1{Mark}@");
        text = Authorization().Replace(text, $"$1{Mark}");
        text = Assignment().Replace(text, match => IsHarmless(match.Groups[2].Value) ? match.Value : $"{match.Groups[1].Value}{Mark}");
        text = Token().Replace(text, Mark);
        return Control().Replace(text, " ");
    }

    /// <summary>One line of at most <paramref name="length"/> characters, clean.</summary>
    public string Quote(string? text, int length = 300)
    {
        var line = Blank().Replace(Clean(text), " ").Trim();
        return line.Length <= length ? line : $"{line[..(length - 1)]}…";
    }

    /// <summary>Whether a variable of this name is likely to hold a credential.</summary>
    public static bool IsCredentialName(string name) => CredentialName().IsMatch(name);

    // "password authentication failed" and "token: expired" tell what is wrong; they are no secrets.
    private static bool IsHarmless(string value) =>
        value.Length < 3 || value is "null" or "true" or "false" or "nil" or "none" or "empty" or "missing" or "expired" or "invalid" or "required" or "must" || value.StartsWith(Mark, StringComparison.Ordinal);

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@""']{0,80}:)[^\s/@""']{1,200}@", RegexOptions.IgnoreCase)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"((?:\b|_)(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key)[A-Z0-9_]{0,20}[""']?\s*[=:]\s*[""']?)([^\s""',;&]{1,400})", RegexOptions.IgnoreCase)]
    private static partial Regex Assignment();

    // JSON web tokens, and the key formats of AWS, GitHub, GitLab, Slack, Google, Stripe and OpenAI.
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bglpat-[A-Za-z0-9_-]{20,}|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}|\bAIza[A-Za-z0-9_-]{35}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bsk-[A-Za-z0-9_-]{20,}")]
    private static partial Regex Token();

    [GeneratedRegex(@"(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|credential)", RegexOptions.IgnoreCase)]
    private static partial Regex CredentialName();

    [GeneratedRegex(@"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")]
    private static partial Regex Control();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
