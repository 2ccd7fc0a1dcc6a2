using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// An alert, read from the message of a monitoring system in the formats of common templates.
/// </summary>
/// <param name="Incident">An id that is equal for all messages about one alert.</param>
/// <param name="Symptoms">The questions to investigate, one for each object that the message names.</param>
/// <param name="IsResolved">True when the alert no longer fires.</param>
internal sealed partial record SlackAlert(string Incident, IReadOnlyList<Symptom> Symptoms, bool IsResolved)
{
    /// <summary>The severity, as a label or the title says it; empty if neither does.</summary>
    public string Severity { get; init; } = "";

    private const int LongestQuestion = 400,
        DeepestBlock = 6;

    /// <summary>Values of a default title that name no object.</summary>
    private static readonly HashSet<string> NoObjects =
    [
        "critical",
        "warning",
        "info",
        "error",
        "none",
        "high",
        "low",
        "page",
        "kube-state-metrics",
        "kubelet",
        "http",
        "https",
        "metrics",
        "https-metrics",
        "http-metrics",
        "cadvisor",
        "prometheus",
    ];

    /// <summary>Reads the message of an allowed sender; returns null where it holds no text, or an alert that is not
    /// investigated.</summary>
    /// <param name="message">The message.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="ignored">Names of alerts that are not investigated.</param>
    public static SlackAlert? Read(JsonElement message, string channel, IReadOnlyCollection<string> ignored)
    {
        var parts = Texts(message).Where(text => !string.IsNullOrWhiteSpace(text)).ToList();
        if (parts.Count == 0)
            return null;
        var title = SlackText.Plain(parts[0], "").Split('\n')[0];
        var subject = Status().Replace(title, " ").Trim(' ', '*', '|', '-', ':');
        var alerts = AlertMessageLabels.Read(SlackText.Plain(string.Join('\n', parts), ""));
        var name = alerts is [var first, ..] ? first.GetValueOrDefault("alertname", subject) : subject;
        if (ignored.Contains(name) || ignored.Contains(subject.Split(' ')[0]))
            return null;
        var identity = alerts.Count == 0 ? subject : $"{name}\n{string.Join('\n', alerts.SelectMany(Identity))}";
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{channel}\n{identity}")))[..20],
            alerts.Count == 0
                ? [new(Redacted(WithoutNoise(subject)))]
                : [.. alerts.Select(labels => SymptomOf(labels, subject)).Distinct()],
            ResolvedWords().IsMatch(title)
        )
        {
            Severity = SeverityOf(alerts, title),
        };
    }

    private static string SeverityOf(IReadOnlyList<IReadOnlyDictionary<string, string>> alerts, string title) =>
        alerts.Select(labels => labels.GetValueOrDefault("severity", "")).FirstOrDefault(value => value.Length > 0)
        ?? (CriticalWord().IsMatch(title) ? "critical" : "");

    private static Symptom SymptomOf(IReadOnlyDictionary<string, string> labels, string subject) =>
        new(Redacted(AlertLabels.Default.Question(labels, WithoutNoise(subject))), AlertLabels.Namespace(labels));

    /// <summary>The labels by which an alert is the same when it is resolved.</summary>
    private static IEnumerable<string> Identity(IReadOnlyDictionary<string, string> labels) =>
        labels
            .Where(label => label.Key is not ("severity" or "alertname"))
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value}");

    /// <summary>
    /// A default title shows the values of all labels: "KubePodCrashLooping (api-0 shop critical)". Those that name no
    /// object are left out.
    /// </summary>
    private static string WithoutNoise(string subject)
    {
        var at = subject.IndexOf('(', StringComparison.Ordinal);
        if (at < 0)
            return subject;
        var values = subject[at..]
            .Trim('(', ')', ' ')
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(value => !NoObjects.Contains(value.ToLowerInvariant()) && !value.Contains(':'));
        return $"{subject[..at].Trim()}: {string.Join(' ', values)}".TrimEnd(' ', ':');
    }

    private static string Redacted(string question) => new Redactor().Quote(question, LongestQuestion);

    /// <summary>The texts of a message, of which the first is its title.</summary>
    private static List<string> Texts(JsonElement message)
    {
        var attachments = ChatJson.Each(message, "attachments").ToList();
        var texts = attachments.SelectMany(AttachmentTexts).ToList();
        if (message.TryGetProperty("blocks", out var blocks))
            texts.AddRange(BlockTexts(blocks, 0));
        texts.Add(TextOf(message, "text"));
        return texts;
    }

    private static IEnumerable<string> AttachmentTexts(JsonElement attachment)
    {
        foreach (var name in (string[])["title", "pretext", "text"])
            yield return TextOf(attachment, name);
        foreach (var field in ChatJson.Each(attachment, "fields"))
            yield return $"{TextOf(field, "title")}: {TextOf(field, "value")}";
        if (attachment.TryGetProperty("blocks", out var blocks))
            foreach (var text in BlockTexts(blocks, 0))
                yield return text;
    }

    private static IEnumerable<string> BlockTexts(JsonElement element, int depth)
    {
        if (depth > DeepestBlock)
            yield break;
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var text in element.EnumerateArray().SelectMany(item => BlockTexts(item, depth + 1)))
                yield return text;
        if (element.ValueKind != JsonValueKind.Object)
            yield break;
        yield return TextOf(element, "text");
        foreach (var name in (string[])["text", "fields", "elements"])
            if (element.TryGetProperty(name, out var inner) && inner.ValueKind != JsonValueKind.String)
                foreach (var text in BlockTexts(inner, depth + 1))
                    yield return text;
    }

    private static string TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    [GeneratedRegex(@"\bcritical\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex CriticalWord();

    [GeneratedRegex(@"\[RESOLVED\b[^\]]*\]|\bresolved\b|✅", RegexOptions.IgnoreCase)]
    private static partial Regex ResolvedWords();

    [GeneratedRegex(@"\[(?:FIRING|RESOLVED)[^\]]*\]|:[a-z_]+:|[*✅🔥]", RegexOptions.IgnoreCase)]
    private static partial Regex Status();
}
