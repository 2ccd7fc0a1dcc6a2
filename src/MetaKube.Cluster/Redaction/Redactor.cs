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

    /// <summary>Lines of a snapshot that are kept redacted, and the length of the longest of them.</summary>
    private const int MostKnown = 8192,
        LongestKnown = 500;

    private readonly LearnedValues learned = new();
    private readonly ConcurrentDictionary<(string Text, int Length, bool IsSentence), string>? known;
    private int kept;

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
        var isNew = learned.Add(Convert.ToBase64String(value));
        var text = Encoding.UTF8.GetString(value);
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
            isNew |= learned.Add(line);
        if (isNew)
            Forget();
    }

    private void Forget()
    {
        known?.Clear();
        Volatile.Write(ref kept, 0);
    }

    /// <summary>Keeps the name of an object in all texts, also where a Secret has it as a value.</summary>
    internal void Keep(string name)
    {
        if (learned.Keep(name))
            Forget();
    }

    /// <summary>The text without secrets and control characters; line breaks and tabs stay.</summary>
    public string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        text = learned.Redact(PlainText.Of(text));
        return SecretSearch.In(text).Redact(text);
    }

    /// <summary>
    /// The text of a field, whole redacted where the field's name says that it is a credential and the text is no
    /// placeholder.
    /// </summary>
    internal string CleanField(string name, string text)
    {
        var isCredential = CredentialName.Judge(name) switch
        {
            CredentialStrength.Strong => !SecretValue.IsPlaceholder(text),
            CredentialStrength.Weak => !SecretValue.IsPlaceholder(text) && !SecretValue.IsName(text),
            _ => false,
        };
        return isCredential ? Mark : Clean(text);
    }

    /// <summary>
    /// Learns the secrets of a text, in order to redact them where their names are not beside them. Of one that is a
    /// word, its line is learned.
    /// </summary>
    internal void LearnFrom(string text)
    {
        text = PlainText.Of(text);
        var isNew = false;
        foreach (var (start, end) in SecretSearch.In(text).Merged())
            isNew |= LearnAt(text, start, end);
        if (isNew)
            Forget();
    }

    private bool LearnAt(string text, int start, int end)
    {
        const int longest = 400;
        var value = text[start..end];
        if (SecretValue.IsRandom(value) || value.Contains('\n', StringComparison.Ordinal))
            return value.Split('\n').Aggregate(false, (isNew, line) => learned.Add(line.Trim()) | isNew);
        // "value: summer" below "name: DB_PASSWORD".
        var line = text.LastIndexOf('\n', start) + 1;
        var last = text.IndexOf('\n', end) is var next and >= 0 ? next : text.Length;
        return last - line < longest && learned.Add(text[line..last].Trim());
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
        // The dictionary counts its entries only by taking all of its locks.
        if (Volatile.Read(ref kept) < MostKnown && known.TryAdd((text, length, isSentence), line))
            Interlocked.Increment(ref kept);
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
    /// <param name="name">The name, or a path such as spec.containers[app].env[DB_PASSWORD].value.</param>
    public static bool IsCredentialName(string name) =>
        CredentialName.Judge(name.AsSpan(Math.Max(0, name.Length - CredentialName.Longest))) != CredentialStrength.None;

    [GeneratedRegex(@"@(channel|here|everyone|all|group|team)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Mention();

    // The rest of "http://db.shop:5432/x" still names host and port.
    [GeneratedRegex(@"\b(?:https?|ftp|slack|msteams)://|\b(?:mailto|javascript|data):(?=\S)", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
