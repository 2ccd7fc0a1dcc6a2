namespace MetaKube.Cluster.Objects;

/// <summary>One container's log: of the run that goes on, or of the one before it.</summary>
public sealed record LogRef(string Namespace, string Pod, string Container, bool Previous);

/// <summary>The end of a log, or nothing; and why it could not be read, where that is a gap.</summary>
internal sealed record LogRead(string? Text, string? Gap = null);
