using System;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using static MetaKube.Chat.ChatJson;

namespace MetaKube.ChatOps.Teams;

/// <summary>Conversion of Teams' HTML and mentions to plain text.</summary>
internal static partial class TeamsText
{
    /// <summary>
    /// The plain text of a message: mentions of the bot are removed, those of other people become
    /// <c>&lt;@name&gt;</c>, code blocks are fenced.
    /// </summary>
    public static string Plain(JsonElement activity)
    {
        // Only the HTML marks code blocks; the plain text merges them into the sentence.
        var html = Each(activity, "attachments")
            .FirstOrDefault(attachment => Text(attachment, "contentType") == "text/html");
        var content = Text(html, "content");
        if (Code().IsMatch(content))
            return FromHtml(content, activity);
        var text = Text(activity, "text");
        foreach (var (mention, isUs, name) in Mentions(activity).Where(one => one.Text.Length > 0))
            text = text.Replace(mention, isUs ? " " : $"<@{name}>", StringComparison.Ordinal);
        return ChatText.Straight(text);
    }

    /// <summary>True if a message mentions the bot.</summary>
    public static bool MentionsUs(JsonElement activity) => Mentions(activity).Any(one => one.IsUs);

    private static IEnumerable<(string Text, bool IsUs, string Name)> Mentions(JsonElement activity)
    {
        var us = Text(Below(activity, "recipient"), "id");
        return Each(activity, "entities")
            .Where(entity => Text(entity, "type") == "mention")
            .Select(entity =>
                (
                    Text(entity, "text"),
                    us.Length > 0 && Text(Below(entity, "mentioned"), "id") == us,
                    WebUtility.HtmlDecode(Text(Below(entity, "mentioned"), "name"))
                )
            );
    }

    private static string FromHtml(string html, JsonElement activity)
    {
        var fences = new List<string>();
        var words = Code()
            .Replace(
                html,
                match =>
                {
                    fences.Add(Fenced(match.Groups["code"].Value));
                    return " ";
                }
            );
        words = MentionSpan().Replace(words, match => $"<at>{match.Groups["name"].Value}</at>");
        var mentions = Mentions(activity).ToList();
        words = AtTag()
            .Replace(
                words,
                match =>
                    mentions.Exists(one => one.IsUs && one.Text == $"<at>{match.Groups["name"].Value}</at>")
                        ? " "
                        : $" &lt;@{match.Groups["name"].Value}&gt; "
            );
        words = ChatText.Straight(Tag().Replace(Break().Replace(words, "\n"), " "));
        return string.Join('\n', [words, .. fences]);
    }

    private static string Fenced(string html)
    {
        var code = WebUtility.HtmlDecode(Tag().Replace(Break().Replace(html, "\n"), ""));
        return $"```\n{code.Replace('\u00a0', ' ').Trim('\n')}\n```";
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"<(?<tag>pre|codeblock)\b[^>]*>(?<code>[\s\S]*?)</\k<tag>>", Loose)]
    private static partial Regex Code();

    [GeneratedRegex(@"<br\s*/?>|</(?:p|div|li)>", Loose)]
    private static partial Regex Break();

    [GeneratedRegex(@"<(?!@)[^>]*>", Loose)]
    private static partial Regex Tag();

    [GeneratedRegex(
        "<span[^<>]{0,300}itemtype=\"http://schema\\.skype\\.com/Mention\"[^<>]{0,300}>(?<name>[^<]{0,300})</span>",
        Loose
    )]
    private static partial Regex MentionSpan();

    [GeneratedRegex("<at\\b[^>]*>(?<name>[^<]*)</at>", Loose)]
    private static partial Regex AtTag();
}
