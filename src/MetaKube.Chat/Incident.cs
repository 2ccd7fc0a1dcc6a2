using MetaKube.Memory;

namespace MetaKube.Chat;

/// <summary>
/// One trouble that alerts tell of: groups of alerts with one cause are one incident, with one thread in each channel.
/// </summary>
public sealed record Incident
{
    public required string Id { get; init; }

    /// <summary>
    /// What it is about, as groups of alerts that lead to the same are told by: the fault and its object, or the group
    /// itself where no cause is known.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The alert that it began with, as a question.</summary>
    public required string Title { get; init; }

    /// <summary>When that began to fire.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Where it is dealt with: a channel, or there the message that tells of it.</summary>
    public required IReadOnlyList<ThreadRef> Threads { get; init; }

    /// <summary>The verdict in a few words, once there is one.</summary>
    public string? Verdict { get; init; }

    /// <summary>The cluster, once it was read.</summary>
    public string? Cluster { get; init; }

    /// <summary>The namespace of what the verdict names, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The investigation that stands in memory, or null.</summary>
    public string? Investigation { get; init; }

    /// <summary>How often it fired again soon after it was resolved.</summary>
    public int Reopened { get; init; }

    /// <summary>When all of its alerts were resolved, or null while one fires.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What the cluster showed of its end, or null.</summary>
    public Recovery? Recovery { get; init; }

    /// <summary>What still looked wrong when its alerts were resolved, or null.</summary>
    public string? Trouble { get; init; }
}

/// <summary>What is known of a group of alerts.</summary>
/// <param name="Incident">The incident that it belongs to, or did.</param>
/// <param name="Work">The work by which it joined.</param>
/// <param name="IsFiring">Whether it fires.</param>
/// <param name="IsHint">Nobody raised it but the bot's own watch.</param>
public sealed record AlertGroupState(string Incident, string Work, bool IsFiring, bool IsHint = false);

/// <summary>What was said of an incident in a channel.</summary>
/// <param name="Thread">Where it is dealt with.</param>
/// <param name="IsOurs">We started the thread.</param>
/// <param name="IsLine">It is one of many in a thread of a storm.</param>
public sealed record IncidentThread(ThreadRef Thread, bool IsOurs, bool IsLine)
{
    public bool IsAnswered { get; init; }

    /// <summary>The last time that it was said to fire again.</summary>
    public int Reopened { get; init; }

    /// <summary>How often it was said to be resolved.</summary>
    public int Resolved { get; init; }

    /// <summary>What its first message says now.</summary>
    public string? Head { get; init; }
}

/// <summary>How much an incident is about.</summary>
/// <param name="Groups">Groups of alerts that were part of it.</param>
/// <param name="Alerts">Alerts that were.</param>
public sealed record IncidentSize(int Groups, int Alerts);

/// <summary>An incident that was, by which the next of its kind is told to be one more.</summary>
public sealed record PastIncident(string Id, DateTimeOffset At, string? Investigation);
