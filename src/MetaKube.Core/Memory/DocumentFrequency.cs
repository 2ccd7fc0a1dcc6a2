namespace MetaKube.Memory;

/// <summary>
/// Counts the faults that have shown a feature, by the feature's hash: a feature of many faults distinguishes none. It
/// counts faults and not episodes, so that a frequent failure stays distinctive.
/// </summary>
/// <param name="Faults">The number of different faults.</param>
/// <param name="Counts">The number of faults by feature, for features of at least three faults.</param>
public sealed record DocumentFrequency(int Faults, IReadOnlyDictionary<uint, int> Counts)
{
    public static readonly DocumentFrequency None = new(0, new Dictionary<uint, int>());

    /// <summary>With fewer faults every feature keeps its weight; rarer features are not listed.</summary>
    private const int Fewest = 5,
        FewestListed = 3;

    public static DocumentFrequency Of(IEnumerable<Episode> episodes)
    {
        var known = episodes.Where(episode => episode.Truth is not null).ToList();
        return new(
            known.Select(episode => episode.Truth).Distinct().Count(),
            known
                .SelectMany(episode => episode.Features.Select(feature => (feature, episode.Truth)))
                .Distinct()
                .GroupBy(pair => pair.feature)
                .Where(group => group.Count() >= FewestListed)
                .ToDictionary(group => group.Key, group => group.Count())
        );
    }

    /// <summary>The share of its weight that a feature keeps: 0 if every fault shows it, 1 if at most two do.</summary>
    public double WeightOf(uint feature) =>
        Faults < Fewest || !Counts.TryGetValue(feature, out var faults)
            ? 1
            : Math.Max(0, Math.Log((double)Faults / faults) / Math.Log(Faults));
}
