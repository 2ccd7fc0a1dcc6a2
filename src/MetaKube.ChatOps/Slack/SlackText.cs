using System.Text.RegularExpressions;
using MetaKube.Chat;

namespace MetaKube.ChatOps.Slack;

/// <summary>Conversion between Slack's mrkdwn and plain text.</summary>
internal static partial class SlackText
{
    /// <summary>
    /// The plain text of a message: mentions of the bot are removed, links become their labels, entities are decoded
    /// once. Mentions of other people stay.
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

    /// <summary>Escapes a fallback text, which notifications show, so that it contains no mention or link.</summary>
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
