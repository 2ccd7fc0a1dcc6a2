using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Parses the notifications of monitoring systems. Every field may be missing; a body that is no notification is
/// refused.
/// </summary>
internal static class AlertWebhooks
{
    private const string Firing = "firing",
        Resolved = "resolved";

    private const int MostAlerts = 1000,
        LongestValue = 1000;

    /// <summary>
    /// Parses a notification of Alertmanager's webhook, version 4, which is about one group of alerts.
    /// </summary>
    /// <exception cref="FormatException">The body is no notification of Alertmanager.</exception>
    public static AlertGroup Alertmanager(JsonElement notification) => Group("alertmanager", notification);

    /// <summary>Parses a notification of Grafana's own alerts, whose format extends Alertmanager's.</summary>
    /// <exception cref="FormatException">The body is no notification of Grafana.</exception>
    public static AlertGroup Grafana(JsonElement notification) => Group("grafana", notification);

    /// <summary>
    /// Parses a notification in the bot's own format (docs/alerts.md): a group with its alerts, or one alert, which
    /// becomes a group of its own.
    /// </summary>
    /// <exception cref="FormatException">The body is neither.</exception>
    public static AlertGroup Generic(JsonElement notification)
    {
        if (Below(notification, "alerts").ValueKind == JsonValueKind.Array)
        {
            var key = Text(notification, "group");
            return key.Length > 0
                ? Group("generic", key, Status(notification), notification)
                : throw new FormatException(
                    "A notification with alerts needs a group: an id that is equal for all notifications about it."
                );
        }
        var alert = Alert(notification);
        if (alert.Subject.Length == 0 && alert.Labels.Count == 0)
            throw new FormatException("An alert needs a name or labels.");
        return new(
            "generic",
            Text(notification, "id") is { Length: > 0 } id ? id : alert.Fingerprint,
            Status(notification) == Resolved,
            [alert]
        );
    }

    private static AlertGroup Group(string source, JsonElement notification) =>
        Text(notification, "groupKey") is { Length: > 0 } key
            ? Group(source, key, Status(notification), notification)
            : throw new FormatException("It has no groupKey.");

    private static AlertGroup Group(string source, string key, string status, JsonElement notification)
    {
        var isResolved = status == Resolved;
        // A group fires as long as one of its alerts does.
        var alerts = Each(notification, "alerts")
            .Where(alert => isResolved || Text(alert, "status") != Resolved)
            .ToList();
        var truncated =
            Below(notification, "truncatedAlerts") is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt32(out var more)
            && more > 0
                ? more
                : 0;
        return new(
            source,
            key,
            isResolved,
            [.. alerts.Take(MostAlerts).Select(Alert)],
            Math.Max(0, alerts.Count - MostAlerts) + truncated
        );
    }

    private static string Status(JsonElement notification) =>
        Text(notification, "status") is (Firing or Resolved) and var status
            ? status
            : throw new FormatException("Its status is neither firing nor resolved.");

    private static RaisedAlert Alert(JsonElement alert)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Below(alert, "labels") is { ValueKind: JsonValueKind.Object } all)
            // JSON may contain a name twice; the last value counts.
            foreach (var label in all.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String))
                labels[label.Name] = Cut(label.Value.GetString()!);
        var annotations = Below(alert, "annotations");
        var subject =
            new[]
            {
                labels.GetValueOrDefault("alertname", ""),
                Text(alert, "name"),
                Text(annotations, "summary"),
                Text(alert, "summary"),
                Text(annotations, "description"),
                Text(annotations, "message"),
            }.FirstOrDefault(text => text.Length > 0)
            ?? "";
        if (!labels.ContainsKey("alertname") && Text(alert, "name") is { Length: > 0 } name)
            labels["alertname"] = Cut(name);
        var fingerprint = Text(alert, "fingerprint") is { Length: > 0 } given
            ? given
            : Convert.ToHexStringLower(
                SHA256.HashData(
                    Encoding.UTF8.GetBytes(string.Join('\n', labels.Select(label => $"{label.Key}={label.Value}")))
                )
            )[..16];
        return new(Cut(fingerprint), labels, Cut(subject), Moment(alert, "startsAt"), Moment(alert, "endsAt"))
        {
            Statement = StatementOf(alert, annotations),
        };
    }

    /// <summary>
    /// The description, the expression, which Prometheus writes into the address of its graph, and the value.
    /// </summary>
    private static string StatementOf(JsonElement alert, JsonElement annotations)
    {
        var described = new[] { "description", "message", "summary" }
            .Select(name => Text(annotations, name))
            .FirstOrDefault(text => text.Length > 0);
        var query = Text(alert, "generatorURL").Split("g0.expr=") is [_, var rest] ? rest.Split('&')[0] : "";
        var expression = Uri.UnescapeDataString(query.Replace('+', ' '));
        var value = Text(alert, "valueString") is { Length: > 0 } values ? values : Text(annotations, "value");
        string[] parts =
        [
            described ?? "",
            expression.Length > 0 ? $"Expression: {expression}" : "",
            value.Length > 0 ? $"Value: {value}" : "",
        ];
        return Cut(string.Join(" ", parts.Where(part => part.Length > 0)));
    }

    /// <summary>Reads a time; null where it is missing, for which Alertmanager writes a time in year 1.</summary>
    private static DateTimeOffset? Moment(JsonElement alert, string name) =>
        DateTimeOffset.TryParse(
            Text(alert, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
        && at.Year > 1
            ? at
            : null;

    private static string Cut(string text) => text.Length <= LongestValue ? text : text[..LongestValue];
}
