using System.Numerics.Tensors;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Memory;

/// <summary>
/// Groups episodes with similar symptoms into patterns (paper, Alg. 1, lines 1-10). It is a pure function of the stored
/// episodes: repeated or concurrent runs give the same result.
/// </summary>
public static class PatternFormation
{
    /// <summary>θ_sim: the mean similarity from which groups are merged.</summary>
    public const double Threshold = 0.85;

    /// <summary>θ_pattern: the smallest number of episodes of a pattern.</summary>
    public const int Smallest = 3;

    /// <summary>The patterns of these episodes.</summary>
    /// <param name="episodes">All episodes; those without an outcome are ignored.</param>
    /// <param name="known">The patterns so far; their ids and their sums of forgotten episodes are kept.</param>
    /// <param name="isShared">True if a pattern may have episodes of several clusters.</param>
    public static IReadOnlyList<Pattern> Form(
        IEnumerable<Episode> episodes,
        IReadOnlyList<Pattern> known,
        bool isShared
    )
    {
        var nodes = episodes
            .Where(episode => episode.IsSettled)
            .OrderBy(episode => episode.Id, StringComparer.Ordinal)
            .Select(Node.Of)
            .Concat(
                known
                    .Where(pattern => pattern.Retired.Count > 0)
                    .OrderBy(pattern => pattern.Id, StringComparer.Ordinal)
                    .Select(Node.OfRetired)
            );
        // The structural keys are compared exactly: different findings are different failures, however similar their
        // words.
        return
        [
            .. nodes
                .GroupBy(node => $"{(isShared ? null : node.Cluster)}|{node.Block}")
                .SelectMany(block => Cluster([.. block]))
                .Where(group => group.Sum(node => node.Size) >= Smallest)
                .Select(group => Abstract(group, known, isShared))
                .OfType<Pattern>()
                // If a pattern was split, the larger group keeps its id.
                .GroupBy(pattern => pattern.Id)
                .SelectMany(same =>
                    same.OrderByDescending(pattern => pattern.Count)
                        .Select((pattern, i) => i == 0 ? pattern : pattern with { Id = IdOf(pattern.Members) })
                ),
        ];
    }

    /// <summary>
    /// Average-link agglomeration by nearest-neighbour chains. The mean similarity of two groups of unit vectors is the
    /// product of their means, so sums suffice. Average link is reducible: a pair below the threshold stays below it
    /// whatever else merges.
    /// </summary>
    private static List<List<Node>> Cluster(List<Node> nodes)
    {
        var open = nodes.Select(node => new Group([node], [.. node.Sum], node.Size)).ToList();
        var done = new List<List<Node>>();
        var chain = new List<Group>();
        while (open.Count > 0)
        {
            if (chain.Count == 0)
                chain.Add(open[0]);
            var last = chain[^1];
            var (nearest, best) = NearestOf(last, chain, open);
            if (nearest is null || best < Threshold)
            {
                done.Add(last.Nodes);
                open.Remove(last);
                chain.RemoveAt(chain.Count - 1);
                continue;
            }
            if (chain.Count > 1 && nearest == chain[^2])
            {
                chain.RemoveRange(chain.Count - 2, 2);
                open.Remove(last);
                open.Remove(nearest);
                open.Add(Merge(last, nearest));
                continue;
            }
            chain.Add(nearest);
        }
        return done;
    }

    private static (Group? Nearest, double Similarity) NearestOf(Group last, List<Group> chain, List<Group> open)
    {
        Group? nearest = null;
        var best = double.NegativeInfinity;
        foreach (var other in open)
        {
            if (other == last)
                continue;
            var similarity = Similarity(last, other);
            // A tie goes to the previous group in the chain; otherwise the chain might never end.
            if (similarity > best || similarity == best && chain.Count > 1 && other == chain[^2])
                (best, nearest) = (similarity, other);
        }
        return (nearest, best);
    }

    private static Group Merge(Group a, Group b)
    {
        var sum = new float[a.Sum.Length];
        TensorPrimitives.Add(a.Sum, b.Sum, sum);
        return new([.. a.Nodes, .. b.Nodes], sum, a.Size + b.Size);
    }

    private static double Similarity(Group a, Group b) =>
        a.Sum.Length == b.Sum.Length ? TensorPrimitives.Dot<float>(a.Sum, b.Sum) / ((double)a.Size * b.Size) : 0;

    private static Pattern? Abstract(List<Node> group, IReadOnlyList<Pattern> known, bool isShared)
    {
        var members = group.Select(node => node.Episode).OfType<Episode>().ToList();
        var retired = group.Select(node => node.Retired).OfType<Pattern>().ToList();
        var meanings = CauseMeanings.Of(members, retired);
        var supports = meanings.Apply(group.SelectMany(node => node.Supports));
        if (BestOf(supports) is not { } fault)
            return null;
        var (centroid, variance) = CentroidOf(group);
        var ids = members.Select(member => member.Id).ToList();
        var newest = members.MaxBy(member => member.At);
        var solved = Solved(members, fault, meanings);
        return new()
        {
            Id =
                retired.Count > 0 ? retired.MaxBy(pattern => pattern.Retired.Count)!.Id : Heir(ids, known) ?? IdOf(ids),
            Vector = centroid,
            Variance = variance,
            Features = Common(members) ?? retired.FirstOrDefault()?.Features ?? [],
            Keys = group[0].Keys,
            Cluster = isShared ? null : group[0].Cluster,
            Question = (solved.FirstOrDefault() ?? newest)?.Question ?? retired[0].Question,
            Fault = fault,
            RootCause = meanings.WordsOf(fault) ?? solved.FirstOrDefault()?.RootCause ?? RootCauseOf(fault, retired),
            Opens = meanings.Causes,
            Signals = CommonSignals(members) ?? retired.FirstOrDefault()?.Signals ?? [],
            Fix = solved
                .Select(member => member.Fix)
                .Concat(retired.Select(pattern => pattern.Fix))
                .FirstOrDefault(fix => fix is not null),
            FailedFaults = FailedIn(supports),
            Supports = supports,
            Members = ids,
            Retired = retired.Count == 0 ? Retired.None : Merge([.. retired.Select(pattern => pattern.Retired)]),
            LastSeen = members.Select(member => member.At).Concat(retired.Select(pattern => pattern.LastSeen)).Max(),
        };
    }

    /// <summary>The fault with the best balance of observations, or null if none was confirmed.</summary>
    private static string? BestOf(IReadOnlyDictionary<string, Support> supports) =>
        supports
            .Where(entry => entry.Value.For > 0)
            .OrderByDescending(entry => entry.Value.For - entry.Value.Against)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .FirstOrDefault()
            .Key;

    private static IReadOnlyList<string> FailedIn(IReadOnlyDictionary<string, Support> supports) =>
        [
            .. supports
                .Where(entry => entry.Value.Against > entry.Value.For)
                .Select(entry => entry.Key)
                .Order(StringComparer.Ordinal),
        ];

    private static (float[] Centroid, double Variance) CentroidOf(List<Node> group)
    {
        var sum = new float[group[0].Sum.Length];
        foreach (var node in group)
            TensorPrimitives.Add(sum, node.Sum, sum);
        var norm = TensorPrimitives.Norm<float>(sum);
        if (norm > 0)
            TensorPrimitives.Divide(sum, norm, sum);
        var size = group.Sum(node => node.Size);
        return (sum, Math.Clamp(1 - Math.Pow(norm / size, 2), 0, 1));
    }

    /// <summary>The pattern with an episode moved from its members to the sum of forgotten ones.</summary>
    public static Pattern Retire(Pattern pattern, Episode episode)
    {
        var node = Node.Of(episode);
        return pattern with
        {
            Members = [.. pattern.Members.Where(member => member != episode.Id)],
            Retired = Merge([pattern.Retired, new(1, node.Sum, node.Supports)]),
        };
    }

    private static Retired Merge(IReadOnlyList<Retired> parts)
    {
        var filled = parts.Where(part => part.Count > 0).ToList();
        var sum = new float[filled[0].Sum.Length];
        foreach (var part in filled)
            TensorPrimitives.Add(sum, part.Sum, sum);
        return new(filled.Sum(part => part.Count), sum, Support.Sum(filled.SelectMany(part => part.Supports)));
    }

    /// <summary>The features that at least half of the episodes have; null without any.</summary>
    private static List<uint>? Common(List<Episode> members)
    {
        var common = members
            .SelectMany(member => member.Features)
            .GroupBy(feature => feature)
            .Where(group => 2 * group.Count() >= members.Count)
            .Select(group => group.Key)
            .Order()
            .ToList();
        return common.Count > 0 ? common : null;
    }

    private static string RootCauseOf(string fault, List<Pattern> retired) =>
        retired.Find(pattern => pattern.Fault == fault)?.RootCause ?? FaultCatalogue.Find(fault)?.Title ?? fault;

    /// <summary>The episodes with this fault, newest first.</summary>
    private static List<Episode> Solved(List<Episode> members, string fault, CauseMeanings meanings) =>
        [
            .. members
                .Where(member => member.Truth is { } truth && meanings.CodeOf(truth) == fault)
                .OrderByDescending(member => member.At),
        ];

    /// <summary>The signals of the newest episode that at least half of the episodes show; null without any.</summary>
    private static IReadOnlyList<SignalTemplate>? CommonSignals(List<Episode> members)
    {
        var common = members
            .MaxBy(member => member.At)
            ?.Signals.Where(signal => 2 * members.Count(member => member.Signals.Any(signal.IsSame)) >= members.Count)
            .ToList();
        return common is { Count: > 0 } ? common : null;
    }

    private static string? Heir(IReadOnlyCollection<string> members, IReadOnlyList<Pattern> known) =>
        known
            .Select(pattern => (pattern.Id, Shared: pattern.Members.Count(members.Contains)))
            .Where(entry => entry.Shared > 0)
            .OrderByDescending(entry => entry.Shared)
            .ThenBy(entry => entry.Id, StringComparer.Ordinal)
            .FirstOrDefault()
            .Id;

    private static string IdOf(IReadOnlyList<string> members) => $"p{members.Min(StringComparer.Ordinal)}";

    private sealed record Group(List<Node> Nodes, float[] Sum, int Size)
    {
        public bool Equals(Group? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    /// <summary>The vector by which an episode is grouped: of its signals where people named open causes.</summary>
    private static float[] VectorOf(Episode episode) => BySignals(episode) ?? episode.Vector;

    private static float[]? BySignals(Episode episode) =>
        episode.OpenCauses.Any() ? SignalEmbedding.Of(episode.Keys, episode.Signals) : null;

    private sealed record Node(
        Episode? Episode,
        Pattern? Retired,
        IReadOnlyList<string> Keys,
        string? Cluster,
        float[] Sum,
        int Size,
        IReadOnlyDictionary<string, Support> Supports
    )
    {
        public static Node Of(Episode episode)
        {
            var supports = new Dictionary<string, Support>();
            if (episode.Truth is { } truth)
                supports[truth] = new(episode.Successes, episode.Failures);
            foreach (var failed in episode.FailedFaults.Where(failed => failed != episode.Truth))
                supports[failed] = new(0, FeedbackTally.TriedWeight);
            return new(episode, null, episode.Keys, episode.Cluster, VectorOf(episode), 1, supports);
        }

        /// <summary>
        /// The name of a group within which vectors are compared. Episodes of open causes are grouped by their signals.
        /// </summary>
        public string Block => Episode is { } episode ? BlockOf(episode) : BlockOf(Retired!);

        private static string BlockOf(Episode episode) =>
            BySignals(episode) is null ? string.Join(' ', episode.Keys) : Signals;

        private static string BlockOf(Pattern pattern) =>
            pattern.Opens is { Count: > 0 } && SignalComparison.Applies(pattern.Keys, pattern.Signals)
                ? Signals
                : string.Join(' ', pattern.Keys);

        private const string Signals = "signals";

        public static Node OfRetired(Pattern pattern) =>
            new(
                null,
                pattern,
                pattern.Keys,
                pattern.Cluster,
                pattern.Retired.Sum,
                pattern.Retired.Count,
                pattern.Retired.Supports
            );
    }
}
