using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The result of one inspector.</summary>
/// <param name="Findings">The facts that it judged abnormal, not redacted yet and without an id.</param>
/// <param name="Edges">
/// Dependencies that no object declares and that the inspector found elsewhere, such as in a log line or an event.
/// </param>
internal sealed record InspectionResult(IReadOnlyList<Finding> Findings, IReadOnlyList<TopologyEdge> Edges)
{
    public InspectionResult(IEnumerable<Finding> findings)
        : this(findings, []) { }

    public InspectionResult(IEnumerable<Finding> findings, IEnumerable<TopologyEdge> edges)
        : this([.. findings], Listed(edges)) { }

    private static IReadOnlyList<TopologyEdge> Listed(IEnumerable<TopologyEdge> edges) => [.. edges];
}
