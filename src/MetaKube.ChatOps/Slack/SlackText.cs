using System.Text.RegularExpressions;
using MetaKube.Chat;

namespace MetaKube.ChatOps.Slack;

/// <summary>Text between Slack's way of writing it and plain words.</summary>
internal static partial class SlackText
{
    /// <summary>
    /// As plain words: without mentions of us, links by what they show, entities decoded once. Mentions of others stay
    /// as they are.
    /// </summary>
    public static string Plain(string text, string bot)
    {
        text = text.Replace($"<@{bot}>", " ", StringComparison.Ordinal);
        text = Mention().Replace(text, match => match.Groups["user"].Value == bot ? " " : match.Value);
        text = Channel().Replace(text, match => match.Groups["name"].Success ? $"#{match.Groups["name"].Value}" : "");
        text = Link()
            .Replace(
                text,
                match => match.Groups["label"].Success ? match.Groups["label"].Value : match.Groups["url"].Value
            );
        return ChatText.Straight(text);
    }

    /// <summary>For the fallback text, which notifications show: nothing in it is a mention or a link.</summary>
    public static string Escape(string text, int most) =>
        ChatText.Cut(
            text.Replace("&", "&amp;", StringComparison.Ordinal)
                .Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal),
            most
        );

    [GeneratedRegex(@"<@(?<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>")]
    private static partial Regex Mention();

    [GeneratedRegex(@"<#[CG][A-Z0-9]+(?:\|(?<name>[^>]*))?>")]
    private static partial Regex Channel();

    [GeneratedRegex(@"<(?<url>(?:https?|mailto):[^|>]+)(?:\|(?<label>[^>]*))?>")]
    private static partial Regex Link();
}
