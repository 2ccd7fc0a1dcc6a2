using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.Cluster.Redaction;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// An alert, read from the message of a monitoring system in the formats of Alertmanager, Grafana and Robusta.
/// </summary>
/// <param name="Incident">An id that is equal for all messages about one incident.</param>
/// <param name="Text">The question to investigate.</param>
/// <param name="Namespace">The namespace that the message names, or null.</param>
/// <param name="IsResolved">True when the alert no longer fires.</param>
internal sealed partial record SlackAlert(string Incident, string Text, string? Namespace, bool IsResolved)
{
    private const int LongestQuestion = 400,
        DeepestBlock = 6;

    /// <summary>Reads the message of an allowed sender; returns null where it holds no text.</summary>
    public static SlackAlert? Read(JsonElement message, string channel)
    {
        var parts = Texts(message).Where(text => !string.IsNullOrWhiteSpace(text)).ToList();
        if (parts.Count == 0)
            return null;
        var all = SlackText.Plain(string.Join('\n', parts), "");
        var title = SlackText.Plain(parts[0], "").Split('\n')[0];
        var isResolved = ResolvedWords().IsMatch(title);
        var subject = Status().Replace(title, " ").Trim(' ', '*', '|', '-', ':');
        var labels = Label()
            .Matches(all)
            .GroupBy(match => match.Groups["name"].Value.ToLowerInvariant())
            .ToDictionary(group => group.Key, group => group.First().Groups["value"].Value);
        var question = Resource().Match(all) is { Success: true } resource
            ? $"{subject}: {resource.Groups["kind"]} {resource.Groups["ns"]}/{resource.Groups["name"]}"
            : AlertLabels.Default.Question(labels, subject);
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{channel}\n{subject}")))[..20],
            new Redactor().Quote(question, LongestQuestion),
            AlertLabels.Namespace(labels),
            isResolved
        );
    }

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

    [GeneratedRegex(@"\[RESOLVED\b[^\]]*\]|\bresolved\b|✅", RegexOptions.IgnoreCase)]
    private static partial Regex ResolvedWords();

    [GeneratedRegex(@"\[(?:FIRING|RESOLVED)[^\]]*\]|:[a-z_]+:|[*✅🔥]", RegexOptions.IgnoreCase)]
    private static partial Regex Status();

    private const string LabelNames =
        "alertname|namespace|pod|deployment|statefulset|daemonset|job_name|job|cronjob|persistentvolumeclaim|"
        + "horizontalpodautoscaler|service|node";

    // Matches "namespace = shop", "- pod: api-0" and namespace="shop".
    [GeneratedRegex(
        @"(?<![\w-])(?<name>" + LabelNames + @")\s*[=:]\s*[""'`]?(?<value>[a-zA-Z0-9][a-zA-Z0-9.-]{0,252})",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Label();

    [GeneratedRegex(@"\bResource:\s*(?<kind>[A-Za-z]+)/(?<ns>[a-z0-9-]+)/(?<name>[a-z0-9.-]+)")]
    private static partial Regex Resource();
}
