namespace MetaKube.Memory;

/// <summary>A past consolidation.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Episodes">The number of episodes at that time.</param>
/// <param name="Outcomes">The number of those episodes whose outcome was known.</param>
public sealed record Consolidated(DateTimeOffset At, int Episodes, int Outcomes);
