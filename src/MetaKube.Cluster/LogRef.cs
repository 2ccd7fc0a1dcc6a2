namespace MetaKube.Cluster;

/// <summary>One container's log: of the run that goes on, or of the one before it.</summary>
public sealed record LogRef(string Namespace, string Pod, string Container, bool Previous);
