using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Reading;

/// <summary>The outcome of a list request.</summary>
/// <param name="Kind">The kind that was listed.</param>
/// <param name="Namespaces">The namespaces that were read; null stands for the whole cluster.</param>
/// <param name="IsWhole">True if every page was read.</param>
/// <param name="Gap">The reason why something could not be read, or null.</param>
internal sealed record ListResult(ResourceKind Kind, IReadOnlyList<string?> Namespaces, bool IsWhole, string? Gap)
{
    /// <summary>True if the server did not answer at all.</summary>
    public bool IsUnreachable { get; init; }
}
