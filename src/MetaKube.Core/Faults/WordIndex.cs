namespace MetaKube.Faults;

/// <summary>
/// Texts by their words and pairs of words, for the nearest to a line of a program (BM25). Pairs tell a message from
/// its words in another order.
/// </summary>
public sealed class WordIndex
{
    /// <summary>Constants of BM25: how soon a word's repetitions saturate, and how much a long text loses.</summary>
    private const double Saturation = 1.2,
        LengthShare = 0.5;

    private readonly List<string> ids = [];
    private readonly List<int> lengths = [];
    private readonly Dictionary<string, List<(int Text, int Count)>> byTerm = [];
    private readonly double meanLength;

    /// <param name="texts">Texts by their ids; a pair of words is of one line.</param>
    public WordIndex(IEnumerable<(string Id, string Text)> texts)
    {
        foreach (var (id, text) in texts)
        {
            var terms = text.Split('\n').SelectMany(Words.WithPairs).ToList();
            foreach (var (term, count) in terms.CountBy(term => term))
            {
                if (!byTerm.TryGetValue(term, out var places))
                    byTerm[term] = places = [];
                places.Add((ids.Count, count));
            }
            ids.Add(id);
            lengths.Add(terms.Count);
        }
        meanLength = lengths.Count == 0 ? 1 : Math.Max(1, lengths.Average());
    }

    /// <summary>The weight of a word: the fewer texts have it, the more it tells.</summary>
    public double WeightOf(string word)
    {
        var texts = byTerm.TryGetValue(word, out var places) ? places.Count : 0;
        return Math.Log(1 + (ids.Count - texts + 0.5) / (texts + 0.5));
    }

    /// <summary>The texts nearest to a line, the nearest first.</summary>
    /// <param name="line">A line of a program.</param>
    /// <param name="most">The number of texts.</param>
    public IReadOnlyList<NearText> Nearest(string line, int most)
    {
        var scores = new Dictionary<int, double>();
        foreach (var term in Words.WithPairs(line).Distinct())
        {
            if (!byTerm.TryGetValue(term, out var places))
                continue;
            var weight = WeightOf(term);
            foreach (var (text, count) in places)
                scores[text] = scores.GetValueOrDefault(text) + weight * Frequency(text, count);
        }
        return
        [
            .. scores
                .OrderByDescending(score => score.Value)
                .ThenBy(score => score.Key)
                .Take(most)
                .Select(score => new NearText(ids[score.Key], score.Value)),
        ];
    }

    private double Frequency(int text, int count)
    {
        var length = 1 - LengthShare + LengthShare * lengths[text] / meanLength;
        return count * (Saturation + 1) / (count + Saturation * length);
    }
}

/// <summary>A text near to a line.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">The sum of the weights of the words and pairs that both have; a rare word has about 7.</param>
public sealed record NearText(string Id, double Score);
