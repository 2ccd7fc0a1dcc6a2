using System.Text.RegularExpressions;

namespace MetaKube.Model;

/// <summary>
/// Reduces text to the words that stay the same when a failure happens elsewhere: without names, ids, numbers, times.
/// </summary>
public static partial class TextTemplate
{
    /// <summary>
    /// The template of a text: lower-case words, with "*" for every token that varies between two cases of one failure.
    /// </summary>
    public static IReadOnlyList<string> Words(string text, IReadOnlySet<string> names)
    {
        text = Quoted().Replace(text, " * ");
        var words = new List<string>();
        foreach (Match match in Token().Matches(text))
        {
            var word = match.Value.Trim('.', '-', '/', ':', '_');
            if (word.Length == 0)
                continue;
            var next = Varies(word, names) ? "*" : word.ToLowerInvariant();
            if (next != "*" || words.Count == 0 || words[^1] != "*")
                words.Add(next);
        }
        return words;
    }

    /// <summary>The text as it was written, with "*" for each word that varies.</summary>
    public static string Masked(string text, IReadOnlySet<string> names)
    {
        var masked = Token()
            .Replace(
                Quoted().Replace(text, "*"),
                match => Varies(match.Value.Trim('.', '-', '/', ':', '_'), names) ? "*" : match.Value
            );
        return Stars().Replace(masked, "*").Trim();
    }

    /// <summary>Words that occur in questions about any failure.</summary>
    private static readonly HashSet<string> Common =
    [
        "*",
        "a",
        "after",
        "again",
        "all",
        "an",
        "and",
        "any",
        "are",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "gets",
        "had",
        "has",
        "have",
        "help",
        "how",
        "i",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "keep",
        "keeps",
        "last",
        "look",
        "me",
        "my",
        "no",
        "not",
        "now",
        "of",
        "on",
        "or",
        "our",
        "out",
        "please",
        "said",
        "saw",
        "see",
        "so",
        "some",
        "still",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "today",
        "up",
        "was",
        "we",
        "were",
        "what",
        "what's",
        "whats",
        "when",
        "where",
        "which",
        "why",
        "will",
        "with",
        "would",
        "wrong",
        "you",
        "cluster",
        "container",
        "deployment",
        "job",
        "namespace",
        "node",
        "pod",
        "pods",
        "service",
        "statefulset",
        "workload",
        "broken",
        "crashing",
        "down",
        "fail",
        "failed",
        "failing",
        "fails",
        "fine",
        "happened",
        "issue",
        "problem",
        "ready",
        "running",
        "start",
        "starting",
        "stuck",
        "work",
        "working",
        "works",
    ];

    /// <summary>True if a word of a question distinguishes failures.</summary>
    public static bool IsDistinctive(string word) => word.Length > 1 && !Common.Contains(word);

    private static bool Varies(string word, IReadOnlySet<string> names) =>
        word.Any(char.IsDigit) || IsName(word, names) || word.Contains('/', StringComparison.Ordinal);

    private static bool IsName(string word, IReadOnlySet<string> names) =>
        names.Contains(word) || word.Split('.', ':', '@').Any(names.Contains);

    // A quoted word is nearly always a name, an image or a value, so it is no part of the template. A quoted sentence
    // is a message and stays; an apostrophe is not a quote.
    [GeneratedRegex("""(?<!\p{L})(?:"[^"\s]*"|'[^'\s]*'|`[^`\s]*`)(?!\p{L})""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[\p{L}\p{Nd}][\p{L}\p{Nd}_./:@-]*")]
    private static partial Regex Token();

    [GeneratedRegex(@"\*(?:[^\p{L}\p{Nd}*]{0,3}\*)+")]
    private static partial Regex Stars();
}
