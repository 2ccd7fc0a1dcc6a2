using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The results of all inspectors together.</summary>
/// <param name="Findings">Redacted, without duplicates, numbered from "f1".</param>
/// <param name="Edges">Dependencies to add to the topology.</param>
/// <param name="Gaps">One for each inspector that failed.</param>
internal sealed record InspectionReport(
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<TopologyEdge> Edges,
    IReadOnlyList<Gap> Gaps
);
