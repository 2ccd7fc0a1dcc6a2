namespace MetaKube.Memory;

/// <summary>The result of a consolidation.</summary>
/// <param name="Patterns">The number of patterns now.</param>
/// <param name="Examples">The number of labelled examples for the calibration.</param>
/// <param name="Forgotten">The number of episodes forgotten because of the capacity.</param>
/// <param name="State">The state that was derived.</param>
public sealed record Consolidation(int Patterns, int Examples, int Forgotten, MemoryState State);
