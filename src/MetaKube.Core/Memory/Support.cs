namespace MetaKube.Memory;

/// <summary>Weighted observations for and against a fault.</summary>
public sealed record Support(double For, double Against)
{
    /// <summary>The sums by fault.</summary>
    internal static Dictionary<string, Support> Sum(IEnumerable<KeyValuePair<string, Support>> supports) =>
        supports
            .GroupBy(entry => entry.Key)
            .ToDictionary(
                group => group.Key,
                group => new Support(group.Sum(entry => entry.Value.For), group.Sum(entry => entry.Value.Against))
            );

    /// <summary>True if two tallies by fault are the same, in any order.</summary>
    internal static bool AreEqual(
        IReadOnlyDictionary<string, Support> one,
        IReadOnlyDictionary<string, Support> other
    ) => one.Count == other.Count && one.All(entry => entry.Value.Equals(other.GetValueOrDefault(entry.Key)));
}
