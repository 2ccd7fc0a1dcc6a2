namespace MetaKube.Memory;

/// <summary>Settings of a memory.</summary>
/// <param name="Capacity">The number of episodes that are kept; beyond it the least valuable are forgotten (paper, App.
/// A.3: 5,000).</param>
/// <param name="IsShared">True if a case in one cluster may recall cases of another.</param>
/// <param name="ConsolidatesItself"> Whether memory consolidates after feedback and beyond its capacity; false leaves
/// it to the caller. </param>
public sealed record MemorySettings(int Capacity = 5000, bool IsShared = true, bool ConsolidatesItself = false);
