using System.Text.RegularExpressions;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

/// <summary>The intent of a message.</summary>
public abstract partial record Intent
{
    /// <summary>A question of its own.</summary>
    public sealed record Ask : Intent;

    /// <summary>Investigate the last question again by the analytical pathway.</summary>
    public sealed record Deeper : Intent;

    /// <summary>Show logs, events or the like of the thread's object, or of another that is named.</summary>
    public sealed record Show(EvidenceTool Tool, string Of) : Intent;

    /// <summary>Ask the last question about another object or namespace.</summary>
    public sealed record Elsewhere(string Where) : Intent;

    /// <summary>Feedback on the last answer of the thread, and the fix that the person names, if any.</summary>
    public sealed record GiveFeedback(FeedbackKind Kind, string? Fix) : Intent;

    public sealed record Help : Intent;

    /// <summary>The message is not for the bot.</summary>
    public sealed record None : Intent;

    /// <summary>"And what about payments in staging": with more words it is a suggestion to colleagues.</summary>
    private const int NameWords = 3;

    /// <summary>Reads a message.</summary>
    /// <param name="text">The message, without the mention of the bot.</param>
    /// <param name="isAddressed">True if the bot is mentioned. People also talk with each other in its threads; of such
    /// messages only the unmistakable ones are for the bot.</param>
    /// <param name="thread">The last investigation of the thread, or null.</param>
    public static Intent Read(string text, bool isAddressed, ThreadRecord? thread)
    {
        var words = Courtesy().Replace(text.Trim().TrimEnd('.', '!', '?').Trim(), "");
        if (!isAddressed && (thread is null || words.Contains("<@", StringComparison.Ordinal)))
            return new None();
        if (words.Length == 0)
            return isAddressed && thread is null ? new Help() : new None();
        if (isAddressed && (HelpWords().IsMatch(words) || thread is null && OrderWords().IsMatch(words)))
            return new Help();
        if (isAddressed && GratitudeWords().IsMatch(words))
            return new None();
        if (thread is not null)
        {
            if (DeeperWords().IsMatch(words))
                return new Deeper();
            if (ShowWords().Match(words) is { Success: true } show)
                return new Show(ToolOf(show.Groups["what"].Value), show.Groups["of"].Value.Trim());
            if (
                ElsewhereWords().Match(words) is { Success: true } elsewhere
                && (isAddressed || elsewhere.Groups["where"].Value.Split(' ').Length <= NameWords)
            )
                return new Elsewhere(elsewhere.Groups["where"].Value.Trim());
            if (FixedWords().Match(words) is { Success: true } fix)
                return new GiveFeedback(
                    FeedbackKind.Fixed,
                    fix.Groups["what"].Value.Trim() is { Length: > 0 } what ? what : null
                );
            if (isAddressed && WrongWords().IsMatch(words))
                return new GiveFeedback(FeedbackKind.Wrong, null);
            if (isAddressed && ThanksWords().IsMatch(words))
                return new None();
        }
        return isAddressed ? new Ask() : new None();
    }

    /// <summary>True if a message without a mention may still be for the bot, in one of its threads.</summary>
    public static bool MayBeForUs(string text) => Read(text, isAddressed: false, SomeThread) is not None;

    private static readonly ThreadRecord SomeThread = new("", null, null, "");

    private static EvidenceTool ToolOf(string what) =>
        what.ToLowerInvariant() switch
        {
            "log" or "logs" => EvidenceTool.Logs,
            "event" or "events" => EvidenceTool.Events,
            "metrics" or "usage" or "measurements" => EvidenceTool.Metrics,
            "neighbours" or "neighbors" or "topology" => EvidenceTool.Neighbours,
            _ => EvidenceTool.Describe,
        };

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        Spaced = Loose | RegexOptions.IgnorePatternWhitespace;

    [GeneratedRegex(@"^(?:ok(?:ay)?,?\s+|hey,?\s+)?(?:please,?\s+|can you\s+|could you\s+)|,?\s+please$", Loose)]
    private static partial Regex Courtesy();

    [GeneratedRegex(
        """
            ^ (?:
                (?: help | hi | hello | hey | good\s+(?:morning|day|evening|afternoon) | usage | ping | test
                  | hallo | guten\s+(?:morgen|tag|abend) | hilfe | hola | buenos\s+d[ií]as | ayuda
                  | bonjour | salut | aide | 你好 | 您好 | 帮助 | こんにちは | ヘルプ )
                (?: [\s,]+ (?:me|there|all|bot|everyone|metakube) )?
                | (?:what|how)\s+can\s+you\s+(?:do|help)(?:\s+for\s+me|\s+me)? | (?:who|what)\s+are\s+you
                | how\s+are\s+you | was\s+kannst\s+du | qué\s+puedes\s+hacer | que\s+peux-tu\s+faire
                | tell\s+(?:me|us)\s+a\s+joke
            ) $
            """,
        Spaced
    )]
    private static partial Regex HelpWords();

    /// <summary>Orders that no investigation carries out.</summary>
    [GeneratedRegex(
        """
            ^ (?:
                (?: list | show | get ) \s+ (?: me\s+ )? (?: (?:all|the)\s+ )*
                  (?: pods | services | deployments | nodes | namespaces | ingresses | jobs )
                  (?: \s+ (?:in|of) \s+ (?:namespace\s+)? [\w.-]+ )?
                | restart \s+ (?: the\s+ )? (?: (?:pod|deployment|service)\s+ )? (?! loops?\b ) [\w./-]+
            ) $
            """,
        Spaced
    )]
    private static partial Regex OrderWords();

    [GeneratedRegex(
        @"^(?:many\s+)?(?:thanks|thank you|thx|danke|gracias|merci|谢谢|ありがとう)(?:\s+(?:a lot|so much|very much))?$",
        Loose
    )]
    private static partial Regex GratitudeWords();

    [GeneratedRegex(
        """
            ^ (?:
                dig\s+ (?:in\s+)? deeper | go\s+deeper | deeper | look\s+ (?:again|closer|deeper)
                | investigate\s+ (?:again|further|properly) | try\s+again | check\s+again | recheck
            ) $
            """,
        Spaced
    )]
    private static partial Regex DeeperWords();

    [GeneratedRegex(
        """
            ^ (?: (?:show|give|get|print|see|read)\s+ (?:me\s+|us\s+)? (?:the\s+|its\s+)? )?
            (?<what>
                logs? | events? | describe | description | metrics | usage | measurements
                | neighbou?rs | topology | yaml | object
            )
            (?: \s+ (?:of|for|from) \s+ (?<of> \S.* ) )? $
            """,
        Spaced
    )]
    private static partial Regex ShowWords();

    [GeneratedRegex(
        """
            ^ (?: (?:and|or)\s+ )? (?:what|how)\s+about\s+ (?:the\s+)? (?<where> \S.{0,200} ) $
            | ^ and\s+ (?: for\s+ | in\s+ | on\s+ )? (?:the\s+)? (?<where> [\w./-]+ ) (?: \s+then )? $
            """,
        Spaced
    )]
    private static partial Regex ElsewhereWords();

    [GeneratedRegex(
        """
            ^ (?:yes,?\s+)? (?:this|that|it)\s+ (?:has\s+)? (?:fixed|solved|did)\s+
                (?: it | this | that | the[ ]problem ) (?: [:,]\s* (?<what> .{3,500} ) )? $
            | ^ (?: it (?: 's | [ ]is | [ ]was ) \s+ )? (?:fixed|solved)
                (?: \s+ (?:by|with) | : ) \s* (?<what> .{3,500} ) $
            """,
        Spaced
    )]
    private static partial Regex FixedWords();

    [GeneratedRegex(
        """
            ^ (?:no,?\s+)?
            (?:
                (?:that|this|it) (?: 's | \s+is | \s+was ) \s+ (?: not\s+it | wrong | not\s+the\s+ (?:cause|problem) )
                | not\s+it | wrong\s+answer
            ) $
            """,
        Spaced
    )]
    private static partial Regex WrongWords();

    [GeneratedRegex(
        @"^(?:ok(?:ay)?,?\s*)?(?:thanks|thank you|thx|ta|great|nice|cool|perfect|ok|okay)(?:[ ,!].{0,40})?$",
        Loose
    )]
    private static partial Regex ThanksWords();
}
