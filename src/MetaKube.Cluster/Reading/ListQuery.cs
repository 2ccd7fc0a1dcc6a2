using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Reading;

/// <summary>One list request: a kind, in a namespace or (null) in the whole cluster, filtered by the server.</summary>
internal sealed record ListQuery(ResourceKind Kind, string? Namespace = null)
{
    public string? FieldSelector { get; init; }

    public string? LabelSelector { get; init; }

    /// <summary>Requests metadata only, which is a tenth of the size.</summary>
    public bool NamesOnly { get; init; }

    /// <summary>Drops volumes, env and tolerations of healthy pods.</summary>
    public bool SparesHealthy { get; init; }

    public int MostPages { get; init; } = int.MaxValue;

    /// <summary>As query parameters.</summary>
    public string Selectors => Parameter("fieldSelector", FieldSelector) + Parameter("labelSelector", LabelSelector);

    private static string Parameter(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
