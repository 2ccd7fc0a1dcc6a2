namespace MetaKube.Faults;

/// <summary>An observation that satisfies a condition.</summary>
/// <param name="Observation">The observation.</param>
/// <param name="Slots">Values by slot name, from untrusted text.</param>
public sealed record ConditionMatch(Observation Observation, IReadOnlyDictionary<string, string> Slots);
