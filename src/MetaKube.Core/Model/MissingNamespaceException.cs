namespace MetaKube.Model;

/// <summary>A question states a namespace that the cluster or dump does not have.</summary>
public sealed class MissingNamespaceException : EvidenceUnavailableException
{
    private readonly string cluster;
    private readonly IReadOnlyList<string> nearest;

    /// <param name="missing">The stated namespace.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="nearest">The namespaces with the most similar names, the nearest first; may be empty.</param>
    public MissingNamespaceException(string missing, string cluster, IReadOnlyList<string> nearest)
        : base(MessageOf(missing, cluster, nearest)) =>
        (Namespace, this.cluster, this.nearest) = (missing, cluster, nearest);

    /// <summary>The stated namespace.</summary>
    public string Namespace { get; }

    /// <summary>True if the object may be meant that has the question's name in another namespace.</summary>
    public bool MayBeElsewhere { get; init; }

    /// <summary>The same error, which names only some of the nearest namespaces.</summary>
    public MissingNamespaceException Showing(Func<string, bool> isShown) =>
        new(Namespace, cluster, [.. nearest.Where(isShown)]);

    private static string MessageOf(string missing, string cluster, IReadOnlyList<string> nearest)
    {
        var similar = nearest.Count switch
        {
            0 => ".",
            1 => $"; the nearest is {nearest[0]}.",
            _ => $"; the nearest are {string.Join(", ", nearest)}.",
        };
        return $"There is no namespace {missing} in {cluster}{similar}";
    }
}
