using System.Text;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// The lines that each object was read from. A finding about pasted text quotes these, and not a sentence made of
/// values.
/// </summary>
internal sealed partial class PastedSource
{
    /// <summary>Lines of one object that are searched; a description has fewer.</summary>
    private const int MostLines = 4000;

    private const int LongestLine = 2000,
        LongestQuote = 300;

    /// <summary>Characters of the texts that are searched for quotes in all; then only whole lines are.</summary>
    private const long MostSearched = 200_000_000;

    private readonly Dictionary<ResourceRef, List<string>> linesOf = [];
    private readonly List<string> texts = [];
    private List<string>? folded;
    private HashSet<string>? whole;
    private long searched;

    /// <summary>Adds one pasted text.</summary>
    public void Add(string text)
    {
        texts.Add(text);
        (folded, whole) = (null, null);
    }

    /// <summary>Adds lines that tell about an object.</summary>
    public void Add(ResourceRef resource, IEnumerable<string> lines)
    {
        if (!linesOf.TryGetValue(resource.Object, out var known))
            linesOf[resource.Object] = known = [];
        if (known.Count >= MostLines)
            return;
        // An empty line keeps apart what does not stand together.
        known.Add("");
        known.AddRange(lines.Take(MostLines - known.Count));
    }

    /// <summary>
    /// The quote if it stands in what was pasted; else the line of the object that has most words of it.
    /// </summary>
    public string Quote(string quote, ResourceRef resource)
    {
        var lines = linesOf.GetValueOrDefault(resource.Object) ?? [];
        if (
            quote.Length > 0
            && (lines.Exists(line => line.Contains(quote, StringComparison.Ordinal)) || Contains(quote))
        )
            return quote;
        var wanted = Words(quote);
        var scores = lines.ConvertAll(line => Score(line, wanted));
        if (scores.Count == 0 || scores.Max() == 0)
            return lines.Find(line => line.Length > 0)?.Trim() ?? "";
        return Extended(lines, scores, wanted, scores.IndexOf(scores.Max()));
    }

    /// <summary>True if a text has the quote, runs of blanks and redacted or cut parts aside.</summary>
    public bool Contains(string quote)
    {
        whole ??= [.. texts.SelectMany(text => text.Split('\n', StringSplitOptions.TrimEntries))];
        if (whole.Contains(quote.Trim()))
            return true;
        if (searched > MostSearched)
            return false;
        folded ??= texts.ConvertAll(Fold);
        searched += folded.Sum(text => (long)text.Length);
        var parts = Fold(quote)
            .TrimEnd('…')
            .Split(Redactor.Mark)
            .Select(part => part.Trim())
            .Where(part => part.Length > 0)
            .ToList();
        return parts.Count > 0
            && parts.TrueForAll(part => folded.Exists(text => text.Contains(part, StringComparison.Ordinal)));
    }

    /// <summary>The line, with the lines after it as long as they have further words of the quote.</summary>
    private static string Extended(List<string> lines, List<int> scores, IReadOnlyList<string> wanted, int best)
    {
        var quote = new StringBuilder(Cut(lines[best].Trim(), wanted));
        for (var i = best + 1; i < lines.Count && scores[i] > 0 && quote.Length + lines[i].Length < LongestQuote; i++)
            quote.Append(' ').Append(lines[i].Trim());
        return quote.ToString();
    }

    /// <summary>Of a very long line the part around the first word that is wanted.</summary>
    private static string Cut(string line, IReadOnlyList<string> wanted)
    {
        if (line.Length <= LongestQuote)
            return line;
        var at = wanted
            .Select(word => line.IndexOf(word, StringComparison.OrdinalIgnoreCase))
            .Where(i => i >= 0)
            .DefaultIfEmpty(0)
            .Min();
        var start = Math.Max(0, at - LongestQuote / 3);
        return line.Substring(start, Math.Min(LongestQuote, line.Length - start));
    }

    private static int Score(string line, IReadOnlyList<string> wanted)
    {
        var letters = Squash(line.Length > LongestLine ? line[..LongestLine] : line);
        return wanted.Where(word => letters.Contains(word, StringComparison.Ordinal)).Sum(word => word.Length);
    }

    /// <summary>"availableReplicas: 1" and "Replicas: 1 desired | 1 available" have the same words.</summary>
    private static List<string> Words(string quote) =>
        [
            .. Word()
                .Matches(quote)
                .Select(match => Squash(match.Value))
                .Where(word => word.Length > 1)
                .Distinct()
                .Take(20),
        ];

    private static string Squash(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text)
            if (char.IsLetterOrDigit(c))
                letters.Append(char.ToLowerInvariant(c));
        return letters.ToString();
    }

    [GeneratedRegex(@"[A-Z]?[a-z]+|[A-Z]{2,}|[\d.]+[A-Za-z]*")]
    private static partial Regex Word();

    /// <summary>The text with one blank in the place of several.</summary>
    private static string Fold(string text)
    {
        var folded = new char[text.Length];
        var length = 0;
        foreach (var c in text)
            if (!char.IsWhiteSpace(c))
                folded[length++] = c;
            else if (length > 0 && folded[length - 1] != ' ')
                folded[length++] = ' ';
        return new(folded, 0, length);
    }
}
