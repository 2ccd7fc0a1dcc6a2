using MetaKube.Model;

namespace MetaKube.Cluster.Knowledge;

/// <summary>The known failures and runbooks that the library finds in a snapshot.</summary>
/// <param name="Findings">The known failures as findings, each with the id of its failure.</param>
/// <param name="Edges">Edges of the topology that make them count.</param>
/// <param name="Runbooks">Facts for which runbooks are meant.</param>
internal sealed record KnowledgeFound(
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<TopologyEdge> Edges,
    IReadOnlyList<RunbookSign> Runbooks
);
