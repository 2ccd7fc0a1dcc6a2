namespace MetaKube.Model;

/// <summary>A dependency: the health of <paramref name="From"/> depends on <paramref name="To"/>.</summary>
public sealed record TopologyEdge(ResourceRef From, ResourceRef To, Relation Relation);
