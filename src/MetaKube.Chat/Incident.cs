using System.Text.Json.Serialization;
using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>
/// An incident: the alert groups with one cause. It has one thread in each channel.
/// </summary>
public sealed record Incident
{
    public required string Id { get; init; }

    /// <summary>
    /// Deduplication key of alert groups with one cause: the fault and its object, or the group itself if no cause is
    /// known.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The first alert, worded as a question.</summary>
    public required string Title { get; init; }

    /// <summary>The time at which the first alert began to fire.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The threads of the incident; without a root, a channel in which the bot starts a thread.</summary>
    public required IReadOnlyList<ThreadRef> Threads { get; init; }

    /// <summary>The severity of the first alert, or of a critical one that joined; empty if they have none.</summary>
    public string Severity { get; init; } = "";

    /// <summary>True if it is so severe that nobody silences it.</summary>
    [JsonIgnore]
    public bool IsCritical => Critical.Contains(Severity);

    /// <summary>The names of the highest severity in common alerting systems.</summary>
    private static readonly HashSet<string> Critical = new(StringComparer.OrdinalIgnoreCase)
    {
        "critical",
        "emergency",
        "fatal",
        "page",
        "P1",
        "SEV1",
    };

    /// <summary>The namespace that the first alert names, or null.</summary>
    public string? AlertNamespace { get; init; }

    /// <summary>The cluster that the first alert names; empty if it names none.</summary>
    public string AlertCluster { get; init; } = "";

    /// <summary>The verdict in a few words, once there is one.</summary>
    public string? Verdict { get; init; }

    /// <summary>The cluster, once it was read.</summary>
    public string? Cluster { get; init; }

    /// <summary>The namespace of the blamed object, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The investigation that memory keeps, or null.</summary>
    public string? Investigation { get; init; }

    /// <summary>The number of times it fired again soon after it was resolved.</summary>
    public int Reopened { get; init; }

    /// <summary>The time at which all of its alerts were resolved; null while one fires.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The observed recovery, or null.</summary>
    public Recovery? Recovery { get; init; }

    /// <summary>The finding that remained when the alerts were resolved, or null.</summary>
    public string? Trouble { get; init; }
}

/// <summary>The stored state of an alert group.</summary>
/// <param name="Incident">Its present or last incident.</param>
/// <param name="Work">The work item by which it joined the incident.</param>
/// <param name="IsFiring">True while it fires.</param>
/// <param name="IsHint">The bot's own watch of the cluster raised it.</param>
public sealed record AlertGroupState(string Incident, string Work, bool IsFiring, bool IsHint = false);

/// <summary>The state of an incident's thread in one channel.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="IsOurs">The bot started the thread.</param>
/// <param name="IsLine">The incident is one line in the shared thread of an alert storm.</param>
public sealed record IncidentThread(ThreadRef Thread, bool IsOurs, bool IsLine)
{
    public bool IsAnswered { get; init; }

    /// <summary>The last <see cref="Incident.Reopened"/> that was posted.</summary>
    public int Reopened { get; init; }

    /// <summary>The number of resolutions that were posted.</summary>
    public int Resolved { get; init; }

    /// <summary>The present text of its first message.</summary>
    public string? Head { get; init; }
}

/// <summary>The size of an incident.</summary>
/// <param name="Groups">The number of alert groups that were part of it.</param>
/// <param name="Alerts">The number of alerts that were part of it.</param>
public sealed record IncidentSize(int Groups, int Alerts);

/// <summary>An earlier incident with the same key, to count recurrences.</summary>
public sealed record PastIncident(string Id, DateTimeOffset At, string? Investigation);
