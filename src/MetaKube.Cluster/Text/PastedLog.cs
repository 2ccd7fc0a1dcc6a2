namespace MetaKube.Cluster.Text;

/// <summary>A log, with its pod and container as far as the command or the lines themselves tell them.</summary>
/// <param name="Text">The lines without what a wrapper put before them.</param>
/// <param name="Workload">KIND/NAME where the command names a workload instead of a pod.</param>
/// <param name="From">The name of the pasted text.</param>
/// <param name="IsOutput">The output of another program than a container.</param>
internal sealed record PastedLog(
    string Text,
    string? Namespace,
    string? Pod,
    string? Workload,
    string? Container,
    string From
)
{
    public bool Previous { get; init; }

    public bool IsOutput { get; init; }
}
