using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Reading;

/// <summary>How a list request ended.</summary>
/// <param name="Kind">What was listed.</param>
/// <param name="Namespaces">Where it was read; null stands for the whole cluster.</param>
/// <param name="IsWhole">Whether every page was read.</param>
/// <param name="Gap">Why something could not be read.</param>
internal sealed record ListResult(ResourceKind Kind, IReadOnlyList<string?> Namespaces, bool IsWhole, string? Gap)
{
    /// <summary>No answer came at all.</summary>
    public bool IsUnreachable { get; init; }
}
