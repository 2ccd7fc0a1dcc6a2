using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>One way from what was asked about to a possible cause.</summary>
/// <param name="Fault">The catalogue code at its end.</param>
/// <param name="Resource">What would have to change.</param>
/// <param name="Objects">The objects on the way, effect first, at most <see cref="Topology.MaxHops"/> hops and owner
/// edges.</param>
/// <param name="Score">score_path of Eq 5: how well the findings on it speak for it, 0 to 1.</param>
/// <param name="Priority">Eq 5, 0 to 1: in which order chains are looked at, and which of many are kept.</param>
public sealed record CausalChain(
    string Fault,
    ResourceRef Resource,
    IReadOnlyList<ResourceRef> Objects,
    double Score,
    double Priority
);
