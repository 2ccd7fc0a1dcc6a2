using System.Security.Cryptography;
using System.Text;
using MetaKube.Chat;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Turns a notification into a work item: drops alerts that are not investigated, writes their questions, and selects
/// the channels.
/// </summary>
internal sealed class AlertIntake(AlertsOptions options, TimeProvider time)
{
    private const int LongestQuestion = 400,
        LongestStatement = 300,
        LongestLabel = 60,
        MostOthers = 19;

    private readonly AlertLabels labels = new(options.Targets);

    /// <summary>Reads a notification; returns null where none of its alerts is investigated.</summary>
    public WorkItem.Alert? Read(AlertGroup group)
    {
        var now = time.GetUtcNow();
        var alerts = group
            .Alerts.Where(alert => !options.Ignored.Contains(alert.Labels.GetValueOrDefault("alertname", "")))
            .ToList();
        // An alert in a maintenance window is not stored: the monitoring system repeats it after the window. A
        // resolution counts at any time.
        if (!group.IsResolved)
            alerts.RemoveAll(alert => Array.Exists(options.Maintenance, window => window.Covers(alert.Labels, now)));
        if (alerts.Count == 0)
            return null;
        var channels = alerts
            .SelectMany(alert =>
                Array.Find(options.Routes, route => route.IsFor(alert.Labels))?.Channels ?? options.Channels
            )
            .Distinct()
            .ToList();
        if (channels.Count == 0)
            return null;
        var symptoms = alerts.Select(Symptom).Distinct().Take(1 + MostOthers).ToList();
        var key = Hash($"{group.Source}\n{group.Key}");
        var at = group.IsResolved ? alerts.Max(alert => alert.EndsAt) : alerts.Min(alert => alert.StartsAt);
        return new()
        {
            Id = $"{group.Source}:{Deduplication(key, group, alerts)}",
            At = at is { } moment && moment < now ? moment : now,
            Group = key,
            Threads = [.. channels.Select(Channel)],
            Text = symptoms[0].Question,
            Namespace = symptoms[0].Namespace,
            Severity = Label(alerts[0], "severity"),
            Cluster = Label(alerts[0], "cluster"),
            Statement = new Redactor().Sentence(alerts[0].Statement, LongestStatement),
            Others = [.. symptoms.Skip(1)],
            Count = alerts.Count + group.More,
            IsResolved = group.IsResolved,
        };
    }

    /// <summary>
    /// A hash that is equal for repetitions of one notification. Monitoring systems repeat it while the group fires,
    /// and when it was not acknowledged.
    /// </summary>
    private static string Deduplication(string key, AlertGroup group, IEnumerable<RaisedAlert> alerts)
    {
        var states = alerts
            .Select(alert => $"{alert.Fingerprint} {alert.StartsAt:O} {(group.IsResolved ? $"{alert.EndsAt:O}" : "")}")
            .Order(StringComparer.Ordinal);
        return Hash($"{key}\n{group.IsResolved}\n{group.More}\n{string.Join('\n', states)}");
    }

    /// <summary>Parses a validated setting such as <c>slack:C0123456789</c>.</summary>
    public static ThreadRef Channel(string channel) =>
        channel.Split(':', 2) is [var platform, var id]
            ? new(platform, id, "")
            : throw new ArgumentException($"{channel} was validated.", nameof(channel));

    /// <summary>The first 20 hexadecimal digits of a text's SHA-256.</summary>
    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20];

    private static string Label(RaisedAlert alert, string name) =>
        new Redactor().Sentence(alert.Labels.GetValueOrDefault(name, ""), LongestLabel);

    private Symptom Symptom(RaisedAlert alert) =>
        new(
            new Redactor().Quote(
                labels.Question(alert.Labels, alert.Subject.Length > 0 ? alert.Subject : "An alert without a name"),
                LongestQuestion
            ),
            AlertLabels.Namespace(alert.Labels)
        );
}
