using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>A path from the target to a possible cause.</summary>
/// <param name="Fault">The catalogue code at its end.</param>
/// <param name="Resource">The resource that would have to change.</param>
/// <param name="Objects">The objects on the path, effect first, at most <see cref="Topology.MaxHops"/> hops and owner
/// edges.</param>
/// <param name="Score">score_path of Eq 5: the support by the findings on the path, 0 to 1.</param>
/// <param name="Priority">Eq 5, 0 to 1: chains are ranked by it, and the first are kept.</param>
public sealed record CausalChain(
    string Fault,
    ResourceRef Resource,
    IReadOnlyList<ResourceRef> Objects,
    double Score,
    double Priority
);
