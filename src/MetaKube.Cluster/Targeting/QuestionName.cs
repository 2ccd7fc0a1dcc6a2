using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>
/// A word of a question that may be a name. It is one only if something in the evidence or the cluster has that name:
/// the words of no language are listed completely.
/// </summary>
/// <param name="Text">The word as it was written.</param>
/// <param name="Kind">The kind that the question gives it ("pod web"), or null.</param>
/// <param name="Namespace">The first part of NAMESPACE/NAME, or null. It may be no namespace at all.</param>
internal sealed partial record QuestionName(string Text, string? Kind, string? Namespace)
{
    /// <summary>An ordinary word of English questions, which is a name only if nothing else is.</summary>
    public bool IsOrdinary { get; } =
        Kind is null && Namespace is null && (TargetWords.IsOrdinary(Text) || Text.Length < 3 && !HasDigit(Text));

    /// <summary>The words of a question that may be names, in order.</summary>
    public static IReadOnlyList<QuestionName> Read(string question)
    {
        var words = new List<QuestionName>();
        string? kind = null;
        foreach (var token in Tokens(question))
        {
            var parts = token.Split('/', StringSplitOptions.RemoveEmptyEntries);
            kind = parts switch
            {
                [] => kind,
                [var text] => AddName(words, text, kind),
                _ => AddPath(words, parts, kind),
            };
        }
        return words;
    }

    /// <summary>
    /// Two and three words that stand next to each other, without what separates them ("payment worker",
    /// "payment_worker": paymentworker), and the words as they were written.
    /// </summary>
    public static IEnumerable<(string Key, string Written)> Joined(string question)
    {
        var tokens = Tokens(question).ToList();
        for (var i = 0; i < tokens.Count; i++)
            for (var length = 1; length <= MostJoined && i + length <= tokens.Count; length++)
            {
                var written = string.Join(' ', tokens.Skip(i).Take(length));
                yield return (Key(written), written);
            }
    }

    /// <summary>A name without what separates its parts, in lower case.</summary>
    public static string Key(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>
    /// The name that a question speaks of by its form: in code quotes, after a kind, or where English puts what a
    /// complaint is about ("why is X", "X is down"). Null where no word stands out.
    /// </summary>
    public static string? SpokenOf(string question, IReadOnlyList<QuestionName> words)
    {
        var byForm = SpokenForm()
            .Matches(question)
            .SelectMany(match => match.Groups["name"].Captures)
            .Select(capture => capture.Value.Trim('.', '-', '/'));
        var byKind = words
            .Where(word => word.Kind is not null && !word.Text.Any(char.IsUpper))
            .Select(word => word.Text);
        var generated = words.Select(word => word.Text).Where(text => HasDigit(text) && text.Contains('-'));
        return byForm
            .Concat(byKind)
            .Concat(generated)
            .FirstOrDefault(text => text.Length > 2 && char.IsAsciiLetter(text[0]) && !TargetWords.IsOrdinary(text));
    }

    /// <summary>The kinds that a question speaks of, with a name or without.</summary>
    public static IEnumerable<string> KindsIn(string question) =>
        Tokens(question).Select(QuestionWords.KindOf).OfType<string>().Distinct();

    private const int MostJoined = 3;

    /// <summary>True for the name of an alert, which a kind does not follow: "KubePodNotReady: pod web".</summary>
    private static bool IsTitle(string text) =>
        text.Zip(text.Skip(1)).Any(pair => char.IsAsciiLetterLower(pair.First) && char.IsAsciiLetterUpper(pair.Second));

    private static bool HasDigit(string text) => text.Any(char.IsAsciiDigit);

    /// <summary>
    /// The runs of letters and digits that may be names. Kubernetes' names are ASCII: a word with other letters is
    /// none,
    /// while Chinese and Japanese stand beside a name without a space.
    /// </summary>
    private static IEnumerable<string> Tokens(string question) =>
        Token()
            .Matches(question)
            .SelectMany(match => match.Value.Split('\'', '’'))
            .Where(text => text.All(char.IsAscii))
            .Select(text => text.Trim('.', '-', '/', '_', ':'))
            .Where(text => text.Length > 0);

    /// <summary>Adds a word, unless it is a kind.</summary>
    /// <returns>The kind of the next name, where the words so far say it.</returns>
    private static string? AddName(List<QuestionName> words, string text, string? kind)
    {
        if (QuestionWords.KindOf(text) is { } next)
        {
            // An object may be called like a kind: "service ingress".
            words.Add(new(text, kind, null));
            if (words.Count == 1 || words[^2].Kind is not null || words[^2].IsOrdinary || IsTitle(words[^2].Text))
                return next;
            // "the checkout pod": a kind may follow the name as well.
            words[^2] = words[^2] with
            {
                Kind = next,
            };
            return kind;
        }
        if (kind == "Namespace")
            return null;
        var isOrdinary = TargetWords.IsOrdinary(text);
        words.Add(new(text, isOrdinary ? null : kind, null));
        return isOrdinary ? kind : null;
    }

    /// <summary>Adds KIND/NAME, NAMESPACE/NAME or NAMESPACE/KIND/NAME.</summary>
    private static string? AddPath(List<QuestionName> words, string[] parts, string? kind)
    {
        var named = QuestionWords.KindOf(parts[^2]);
        words.Add(new(parts[^1], named ?? kind, parts.Length > 2 || named is null ? parts[0] : null));
        return null;
    }

    [GeneratedRegex(@"[\p{Lu}\p{Ll}\p{Nd}][\p{Lu}\p{Ll}\p{Mn}\p{Nd}._/'’-]*", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex(
        """
            ` (?<name> [a-z0-9][a-z0-9._-]* ) `
            | \b why \s+ [a-z']+ \s+ (?: (?:the|my|our|this|that) \s+ )? (?<name> [a-z][a-z0-9._-]* ) \b
            | \b (?: wrong | up | on | happen(?:s|ed|ing)? | problem s? | issue s? | matter | trouble )
              \s+ (?: with | to ) \s+ (?: (?:the|my|our|this|that) \s+ )? (?<name> [a-z][a-z0-9._-]* ) \b
            | ^ \W* (?: (?:the|my|our) \s+ )? (?<name> [a-z][a-z0-9._-]* ) \s+
              (?: is | are | was | has | does | keeps? | cannot | can.t | won.t | never | hangs? | fails? | failed
                | crash[a-z]* | restart[a-z]* | down | pending | stuck | does.?n.t | is.?n.t | not ) \b
            """,
        RegexOptions.IgnorePatternWhitespace
            | RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
            | RegexOptions.NonBacktracking
    )]
    private static partial Regex SpokenForm();
}
