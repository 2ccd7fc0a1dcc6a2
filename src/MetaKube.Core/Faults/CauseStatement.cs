using System.Text;
using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Faults;

/// <summary>
/// A cause as a person stated it: a fault of the catalogue, an open cause, or the reason why memory must not learn it.
/// </summary>
/// <param name="Code">The fault code, or null if it is refused.</param>
/// <param name="Words">The words of an open cause; null for a fault of the catalogue.</param>
/// <param name="Refusal">Why it is refused, as the end of a sentence: "it is a command"; else null.</param>
public sealed partial record CauseStatement(string? Code, string? Words, string? Refusal)
{
    public const int LongestWords = 240;

    private const int FewestWords = 2,
        FewestLetters = 4;

    private const RegexOptions Loose =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Reads a statement.</summary>
    /// <param name="text">The person's words, redacted; untrusted.</param>
    public static CauseStatement Read(string text)
    {
        if (Known(text.Trim()) is { } code)
            return new(code, null, null);
        var hasLink = Link().IsMatch(text);
        var words = Introduction().Replace(Plain(text), "").Trim(' ', ',', ';', ':', '-', '.', '!', '"');
        if (Refused(words, hasLink) is { } refusal)
            return new(null, null, refusal);
        words = Shortened(words);
        return Known(words) is { } known ? new(known, null, null) : new(OpenCause.CodeOf(words), words, null);
    }

    /// <summary>The code of the catalogue's fault that the text names by its code or title, or null.</summary>
    private static string? Known(string text) =>
        FaultCatalogue.Find(text)?.Code
        ?? FaultCatalogue
            .All.FirstOrDefault(fault => fault.Title.Equals(text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
            ?.Code;

    /// <summary>The text as one line without links, mentions, markup and invisible characters.</summary>
    private static string Plain(string text)
    {
        text = MarkdownLink().Replace(text.Normalize(NormalizationForm.FormC), "$1");
        text = Link().Replace(Mention().Replace(text, " "), " ");
        return Blanks.Collapse(Markup().Replace(text, " ")).Trim();
    }

    private static string? Refused(string words, bool hasLink)
    {
        if (words.Length == 0 || Nothing().IsMatch(words))
            return hasLink ? "it is only a link" : "it names no cause";
        if (words.EndsWith('?'))
            return "it is a question";
        if (Command().IsMatch(words))
            return "it is a command";
        if (Instruction().IsMatch(words) || Order().IsMatch(words))
            return "it tells what to do and not what was wrong";
        return IsTooShort(words) ? "it needs a few words" : null;
    }

    private static bool IsTooShort(string words)
    {
        var letters = words.Where(char.IsLetter).ToList();
        // Chinese and Japanese have no blanks between words.
        return letters.Count < FewestLetters
            || letters[0] < '\u2E80' && words.Split(' ').Count(word => word.Any(char.IsLetter)) < FewestWords;
    }

    /// <summary>Whole sentences that fit, else whole words.</summary>
    private static string Shortened(string words)
    {
        if (words.Length <= LongestWords)
            return words;
        var cut = words[..LongestWords];
        var end = cut.LastIndexOf(". ", StringComparison.Ordinal);
        if (end > LongestWords / 6)
            return cut[..end];
        var blank = cut.LastIndexOf(' ');
        return (blank > 0 ? cut[..blank] : cut).TrimEnd(',', ';', ':', '-', ' ');
    }

    [GeneratedRegex(@"\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)", RegexOptions.NonBacktracking)]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\bmailto:\S+", Loose)]
    private static partial Regex Link();

    [GeneratedRegex(@"<[@#!][^<>]{0,200}>|(?:^|\s)@[\w.-]+", Loose)]
    private static partial Regex Mention();

    /// <summary>Marks of a chat's markup, and characters of no width or of another direction.</summary>
    [GeneratedRegex(@"[*~`<>|#\p{Cc}\p{Cf}]|(?:^|\s)[_>]+|[_]+(?:\s|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Markup();

    [GeneratedRegex(@"^(?:the\s+)?(?:(?:real|actual|true|root)\s+)*cause\s*(?:is|was)?\s*[:=-]\s*", Loose)]
    private static partial Regex Introduction();

    [GeneratedRegex(
        @"^(?:none|nothing|unknown|n/?a|tbd|todo|null|nil|idk|dunno|other|test|see (?:above|below|here|thread"
            + @"|the)?.{0,20}"
            + @"|(?:i |we )?(?:do not|don.?t|did not|didn.?t|can ?not|can.?t) (?:know|say|tell).{0,20}"
            + @"|no (?:idea|clue|cause|root cause)"
            + @"|not (?:sure|known|clear).{0,20}|unclear|as (?:above|in the answer)|same(?: as (?:above|before))?"
            + @"|keine ahnung|unbekannt|nichts|weiß nicht|no (?:lo )?s[eé]|ninguna|desconocid[oa]"
            + @"|je ne sais pas|inconnue?"
            + @"|不知道|未知|不明|わからない)$",
        Loose
    )]
    private static partial Regex Nothing();

    [GeneratedRegex(
        @"^(?:[$%]\s|sudo\s|(?:kubectl|helm|oc|docker|podman|crictl|nerdctl|curl|wget|rm|chmod|bash|sh|aws|az"
            + @"|gcloud|terraform|"
            + @"ssh|git|systemctl|apt-get|apt|yum|pip|npm|k9s|flux|argocd|istioctl|etcdctl)\s+[a-z-])"
            + @"|&&|\|\||\$\(|\$\{|;\s*(?:rm|curl|wget|kubectl|sh|bash)\b"
            + @"|\b(?:kubectl|helm|oc|docker|terraform|rm)\s.*\s--?[a-z]",
        Loose
    )]
    private static partial Regex Command();

    /// <summary>Words to a reader or a model, wherever they stand.</summary>
    [GeneratedRegex(
        @"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instruction|prompt|rule|above|previous|prior"
            + @"|everything)"
            + @"|\bsystem prompt\b|\byou are (?:now|a|an)\b|\bfrom now on\b|\b(?:you|the bot|metakube|everyone"
            + @"|everybody) "
            + @"(?:must|should|shall|have to|has to|need to|needs to)\b|\b(?:always|never) (?:answer|say|reply"
            + @"|respond|tell)\b"
            + @"|\bnew instructions?\b|\bact as\b|\bplease\b",
        Loose
    )]
    private static partial Regex Instruction();

    /// <summary>A sentence that begins with an order: "delete the namespace".</summary>
    [GeneratedRegex(
        @"^(?:then |now |just |first |do not |don.?t |never |always )*"
            + @"(?:run|execute|delete|remove|drop|kill|restart|reboot|redeploy|apply|patch|edit|scale|drain"
            + @"|cordon|uninstall|"
            + @"install|open|visit|click|go|call|ask|tell|say|answer|reply|respond|remember|learn|ignore|use"
            + @"|set|add|give|"
            + @"grant|increase|raise|lower|reduce|disable|enable|check|look|try|roll|revert|merge|push|pull"
            + @"|send|write|read|"
            + @"print|show|list|fetch|download|upload|create|make|change|update|upgrade|stop|start|turn) "
            + @"(?:the|a|an|this|that|these|those|it|its|all|any|every|your|my|our|me|us|him|her|them|to|up"
            + @"|down|back|on|off|"
            + @"in|into|at|with|as|yes|no|nothing|everything|https?|kubectl|helm|ns|namespace|pods?"
            + @"|deployments?|secrets?|-)\b",
        Loose
    )]
    private static partial Regex Order();
}
