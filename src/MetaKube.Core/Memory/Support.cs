namespace MetaKube.Memory;

/// <summary>Weighted observations for and against a fault.</summary>
public sealed record Support(double For, double Against)
{
    /// <summary>True if two tallies by fault are the same, in any order.</summary>
    internal static bool AreEqual(
        IReadOnlyDictionary<string, Support> one,
        IReadOnlyDictionary<string, Support> other
    ) => one.Count == other.Count && one.All(entry => entry.Value.Equals(other.GetValueOrDefault(entry.Key)));
}
