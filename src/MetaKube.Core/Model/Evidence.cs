namespace MetaKube.Model;

/// <summary>All facts collected about one target: redacted, bounded, and complete except for the named gaps.</summary>
public sealed record Evidence
{
    public required string Cluster { get; init; }

    public Target Target { get; init; } = new();

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Everything abnormal that was read, the strongest first, each message once.</summary>
    public IReadOnlyList<Signal> Signals { get; init; } = [];

    /// <summary>Facts for which runbooks of the team are meant.</summary>
    public IReadOnlyList<RunbookSign> Runbooks { get; init; } = [];

    public required Topology Topology { get; init; }

    /// <summary>The numbers of objects, events and logs that were read, in words: "3 Pods", "12 events".</summary>
    public IReadOnlyList<string> Checked { get; init; } = [];

    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>The time at which the failing pods of the target began to fail; null where none fails, or it is not
    /// known.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The time to which the evidence belongs: now, or the latest time in a dump or pasted text.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The namespaces that were seen, in order.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Names of objects and containers, which memory leaves out when it compares failures.</summary>
    public IReadOnlySet<string> Names { get; init; } = new HashSet<string>();
}
