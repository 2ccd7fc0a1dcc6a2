namespace MetaKube.Cluster.Objects;

/// <summary>The log of one container: of the current run or of the previous one.</summary>
public sealed record LogRef(string Namespace, string Pod, string Container, bool Previous);

/// <summary>The tail of a log, null where there is none, and the reason if it could not be read.</summary>
internal sealed record LogRead(string? Text, string? Gap = null)
{
    /// <summary>Lines before the tail that look like errors, in the order of the log.</summary>
    public IReadOnlyList<EarlierLine> Earlier { get; init; } = [];
}
