using System.Security.Cryptography;
using System.Text;
using MetaKube.Chat;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Decides which alerts are looked into, what is asked about them, and where they are dealt with.</summary>
internal sealed class AlertIntake(AlertsOptions options, TimeProvider time)
{
    private const int LongestQuestion = 400,
        MostOthers = 4;

    private readonly AlertLabels labels = new(options.Targets);

    /// <summary>The work that a notification brings, or null where it is of nothing that is looked into.</summary>
    public WorkItem.Alert? Read(AlertGroup group)
    {
        var now = time.GetUtcNow();
        var alerts = group
            .Alerts.Where(alert => !options.Ignored.Contains(alert.Labels.GetValueOrDefault("alertname", "")))
            .ToList();
        // What is muted is not noted as seen: after the window the monitoring system tells of it again. An end is
        // always heard.
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
        var symptoms = alerts.Select(Ask).Distinct().Take(1 + MostOthers).ToList();
        // The same notification again, as it is sent while a group fires or when it had no answer, is the same work.
        var happening = alerts
            .Select(alert => $"{alert.Fingerprint} {alert.StartsAt:O} {(group.IsResolved ? $"{alert.EndsAt:O}" : "")}")
            .Order(StringComparer.Ordinal);
        var key = Hash($"{group.Source}\n{group.Key}");
        return new()
        {
            Id = $"{group.Source}:{Hash($"{key}\n{group.IsResolved}\n{group.More}\n{string.Join('\n', happening)}")}",
            At =
                (group.IsResolved ? alerts.Max(alert => alert.EndsAt) : alerts.Min(alert => alert.StartsAt)) is { } at
                && at < now
                    ? at
                    : now,
            Group = key,
            Threads = [.. channels.Select(Channel)],
            Text = symptoms[0].Question,
            Namespace = symptoms[0].Namespace,
            Others = [.. symptoms.Skip(1)],
            Count = alerts.Count + group.More,
            IsResolved = group.IsResolved,
        };
    }

    public static ThreadRef Channel(string channel) =>
        channel.Split(':', 2) is [var platform, var id]
            ? new(platform, id, "")
            : throw new ArgumentException($"{channel} was validated.", nameof(channel));

    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20];

    private Symptom Ask(RaisedAlert alert) =>
        new(
            new Redactor().Quote(
                labels.Question(alert.Labels, alert.Subject.Length > 0 ? alert.Subject : "An alert without a name"),
                LongestQuestion
            ),
            AlertLabels.Namespace(alert.Labels)
        );
}
