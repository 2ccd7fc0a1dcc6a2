using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaKube.ChatOps.Conversations;
using MetaKube.Cluster;
using static MetaKube.ChatOps.Conversations.ChatJson;

namespace MetaKube.ChatOps.Alerts;

/// <summary>What Alertmanager's webhook (version 4) says: one notification is of one group of alerts.</summary>
internal static class AlertmanagerWebhook
{
    private const int LongestQuestion = 400;

    /// <summary>The work that a notification brings, one piece for each channel; none where it is only of alerts that are ignored.</summary>
    /// <exception cref="FormatException">It is no notification of Alertmanager's.</exception>
    public static IReadOnlyList<Work.Alert> Read(JsonElement notification, AlertsOptions options, DateTimeOffset now)
    {
        var group = Text(notification, "groupKey");
        if (group.Length == 0 || Text(notification, "status") is var status && status is not ("firing" or "resolved")) throw new FormatException("It has no groupKey and status.");
        var alerts = Each(notification, "alerts").Where(alert => !options.Ignored.Contains(Text(Below(alert, "labels"), "alertname"))).ToList();
        if (alerts.Count == 0) return [];
        var isResolved = status == "resolved";
        // A group fires as long as one of its alerts does; the question is about one that does.
        var about = alerts.Find(alert => isResolved || Text(alert, "status") != "resolved");
        if (about.ValueKind == JsonValueKind.Undefined) about = alerts[0];
        var labels = Labels(about);
        var annotations = Below(about, "annotations");
        var subject = new[] { labels.GetValueOrDefault("alertname", ""), Text(annotations, "summary"), Text(annotations, "description"), Text(annotations, "message") }.FirstOrDefault(text => text.Length > 0) ?? "An alert without a name";
        var text = new Redaction().Quote(AlertLabels.Question(labels, subject), LongestQuestion);
        // The same notification again, as Alertmanager sends it while a group fires or when it had no answer, is the same work.
        var happening = string.Join('\n', alerts.Where(alert => isResolved || Text(alert, "status") != "resolved").Select(alert => $"{Text(alert, "fingerprint")} {Text(alert, "startsAt")} {(isResolved ? Text(alert, "endsAt") : "")}").Order(StringComparer.Ordinal));
        return
        [
            .. options.Channels.Select(channel => channel.Split(':', 2) is [var platform, var id]
                ? new Work.Alert
                {
                    Id = $"alertmanager:{Hash($"{channel}\n{group}\n{status}\n{happening}")}", At = When(about, isResolved, now), Thread = new(platform, id, ""), Incident = Hash($"{channel}\n{group}"),
                    Text = text, Namespace = AlertLabels.Namespace(labels), IsResolved = isResolved,
                }
                : throw new InvalidOperationException($"{channel} was validated.")),
        ];
    }

    private static Dictionary<string, string> Labels(JsonElement alert)
    {
        var labels = new Dictionary<string, string>();
        if (Below(alert, "labels") is not { ValueKind: JsonValueKind.Object } all) return labels;
        // A name may stand twice in JSON.
        foreach (var label in all.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String)) labels[label.Name] = label.Value.GetString()!;
        return labels;
    }

    private static DateTimeOffset When(JsonElement alert, bool isResolved, DateTimeOffset now) =>
        DateTimeOffset.TryParse(Text(alert, isResolved ? "endsAt" : "startsAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1 ? at : now;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20];
}
