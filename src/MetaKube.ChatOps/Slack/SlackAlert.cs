using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.ChatOps.Alerts;
using MetaKube.Cluster.Redaction;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// What a monitoring system's message says: what fires or no longer does, as far as it can be read from the shapes of
/// Alertmanager, Grafana and Robusta.
/// </summary>
/// <param name="Incident">The same for each message about one trouble.</param>
/// <param name="Text">As a question.</param>
/// <param name="Namespace">The namespace that it names, or null.</param>
/// <param name="IsResolved">It no longer fires.</param>
internal sealed partial record SlackAlert(string Incident, string Text, string? Namespace, bool IsResolved)
{
    private const int LongestQuestion = 400,
        DeepestBlock = 6;

    /// <summary>Reads a message of an allowed sender, or null where it holds no text.</summary>
    public static SlackAlert? Read(JsonElement message, string channel)
    {
        var parts = new List<string>();
        if (message.TryGetProperty("attachments", out var attachments) && attachments.ValueKind == JsonValueKind.Array)
            foreach (var attachment in attachments.EnumerateArray())
            {
                foreach (var name in (string[])["title", "pretext", "text"])
                    Add(attachment, name);
                if (attachment.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array)
                    foreach (var field in fields.EnumerateArray())
                        parts.Add($"{TextOf(field, "title")}: {TextOf(field, "value")}");
                if (attachment.TryGetProperty("blocks", out var inner))
                    AddBlocks(inner, 0);
            }
        if (message.TryGetProperty("blocks", out var blocks))
            AddBlocks(blocks, 0);
        Add(message, "text");
        if (parts.Count == 0 && attachments.ValueKind == JsonValueKind.Array)
            foreach (var attachment in attachments.EnumerateArray())
                Add(attachment, "fallback");
        parts.RemoveAll(string.IsNullOrWhiteSpace);
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
            ? $"{subject}: {resource.Groups["kind"].Value} {resource.Groups["ns"].Value}/{resource.Groups["name"].Value}"
            : AlertLabels.Default.Question(labels, subject);
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{channel}\n{subject}")))[..20],
            new Redactor().Quote(question, LongestQuestion),
            AlertLabels.Namespace(labels),
            isResolved
        );

        void Add(JsonElement element, string name) => parts.Add(TextOf(element, name));

        void AddBlocks(JsonElement element, int depth)
        {
            if (depth > DeepestBlock)
                return;
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var one in element.EnumerateArray())
                    AddBlocks(one, depth + 1);
            if (element.ValueKind != JsonValueKind.Object)
                return;
            Add(element, "text");
            foreach (var name in (string[])["text", "fields", "elements"])
                if (element.TryGetProperty(name, out var inner) && inner.ValueKind != JsonValueKind.String)
                    AddBlocks(inner, depth + 1);
        }
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

    // "namespace = shop", "- pod: api-0", namespace="shop"
    [GeneratedRegex(
        @"(?<![\w-])(?<name>alertname|namespace|pod|deployment|statefulset|daemonset|job_name|job|cronjob|persistentvolumeclaim|horizontalpodautoscaler|service|node)\s*[=:]\s*[""'`]?(?<value>[a-zA-Z0-9][a-zA-Z0-9.-]{0,252})",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Label();

    [GeneratedRegex(@"\bResource:\s*(?<kind>[A-Za-z]+)/(?<ns>[a-z0-9-]+)/(?<name>[a-z0-9.-]+)")]
    private static partial Regex Resource();
}
