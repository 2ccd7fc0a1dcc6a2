namespace MetaKube.Memory;

/// <summary>
/// How many different faults have shown a feature, by its hash: what many faults show tells none of them. Counted by
/// fault and not by episode, so that a failure does not become
/// untelling by happening often.
/// </summary>
/// <param name="Faults">How many different faults there were.</param>
/// <param name="Counts">The features that three faults or more have shown.</param>
public sealed record DocumentFrequency(int Faults, IReadOnlyDictionary<uint, int> Counts)
{
    public static readonly DocumentFrequency None = new(0, new Dictionary<uint, int>());

    /// <summary>With fewer faults than this nothing is known to be common.</summary>
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

    /// <summary>
    /// The share of its weight that a feature keeps, 0 (every fault shows it) to 1 (no more than two do, or none yet).
    /// </summary>
    public double Telling(uint feature) =>
        Faults < Fewest || !Counts.TryGetValue(feature, out var faults)
            ? 1
            : Math.Max(0, Math.Log((double)Faults / faults) / Math.Log(Faults));
}
