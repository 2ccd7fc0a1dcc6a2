namespace MetaKube.Cluster.Objects;

/// <summary>A service of a node's operating system, such as the kubelet.</summary>
/// <param name="Node">The host that runs it.</param>
/// <param name="Name">The unit without its suffix: "kubelet", "containerd".</param>
/// <param name="State">systemd's words for its state: "inactive (dead)", "activating (auto-restart)".</param>
/// <param name="Quote">The line that shows the state, or the last error before the service ended.</param>
internal sealed record NodeUnit(string Node, string Name, string State, string Quote)
{
    /// <summary>The latest errors in its journal, in order.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>True if the service does not do its work: stopped, failed, or started again and again.</summary>
    public bool IsDown =>
        State.StartsWith("inactive", StringComparison.Ordinal)
        || State.StartsWith("failed", StringComparison.Ordinal)
        || State.StartsWith("deactivating", StringComparison.Ordinal)
        || State.Contains("auto-restart", StringComparison.Ordinal);
}
