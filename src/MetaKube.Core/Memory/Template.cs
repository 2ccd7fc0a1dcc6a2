using System.Text.RegularExpressions;

namespace MetaKube.Memory;

/// <summary>Reduces text to what stays the same when the failure happens again elsewhere: no names, ids, numbers, times.</summary>
public static partial class Template
{
    /// <summary>The template of a text: lower-case words, with every token that varies between two cases of one failure replaced by "*".</summary>
    public static IReadOnlyList<string> Words(string text, IReadOnlySet<string> names)
    {
        text = Quoted().Replace(text, " * ");
        var words = new List<string>();
        foreach (Match match in Token().Matches(text))
        {
            var word = match.Value.Trim('.', '-', '/', ':', '_');
            if (word.Length == 0) continue;
            var varies = word.Any(char.IsDigit) || IsName(word, names) || word.Contains('/', StringComparison.Ordinal);
            var next = varies ? "*" : word.ToLowerInvariant();
            if (next != "*" || words.Count == 0 || words[^1] != "*") words.Add(next);
        }
        return words;
    }

    private static bool IsName(string word, IReadOnlySet<string> names) =>
        names.Contains(word) || word.Split('.', ':', '@').Any(names.Contains);

    // Quoted text is nearly always a name, an image or a value: what is around it makes the template.
    [GeneratedRegex("\"[^\"]*\"|'[^']*'|`[^`]*`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[\p{L}\p{Nd}][\p{L}\p{Nd}_./:@-]*")]
    private static partial Regex Token();
}
