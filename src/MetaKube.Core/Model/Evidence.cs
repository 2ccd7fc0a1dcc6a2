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

    /// <summary>Names of objects and containers, which memory leaves out when it compares failures.</summary>
    public IReadOnlySet<string> Names { get; init; } = new HashSet<string>();
}
