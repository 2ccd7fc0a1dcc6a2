using System.Text.Json.Nodes;
using MetaKube.Chat;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Blocks of Block Kit within their limits. Untrusted text goes into rich text and plain text only, in which Slack
/// interprets no mentions, links or commands.
/// </summary>
internal static class SlackBlocks
{
    /// <summary>Characters of one text; sections allow 3,000, and rich text is not documented.</summary>
    public const int LongestText = 2900;

    private const int LongestContext = 2000,
        LongestButton = 75,
        LongestValue = 2000;

    public static JsonObject RichText(params JsonNode[] elements) =>
        new() { ["type"] = "rich_text", ["elements"] = new JsonArray(elements) };

    public static JsonObject Section(params JsonNode[] elements) =>
        new() { ["type"] = "rich_text_section", ["elements"] = new JsonArray(elements) };

    /// <summary>Preformatted text, which Slack shows with a button to copy it.</summary>
    public static JsonObject Preformatted(string text) =>
        new() { ["type"] = "rich_text_preformatted", ["elements"] = new JsonArray(Text(text)) };

    public static JsonObject Quote(string text) =>
        new() { ["type"] = "rich_text_quote", ["elements"] = new JsonArray(Text(text)) };

    public static JsonObject List(IEnumerable<JsonObject> sections) =>
        new()
        {
            ["type"] = "rich_text_list",
            ["style"] = "bullet",
            ["elements"] = new JsonArray([.. sections]),
        };

    // Slack refuses an empty text.
    public static JsonObject Text(string text) =>
        new() { ["type"] = "text", ["text"] = text.Length == 0 ? " " : ChatText.Cut(text, LongestText) };

    public static JsonObject Bold(string text)
    {
        var element = Text(text);
        element["style"] = new JsonObject { ["bold"] = true };
        return element;
    }

    public static JsonObject Emoji(string name) => new() { ["type"] = "emoji", ["name"] = name };

    /// <summary>A person by id, whom Slack shows by name.</summary>
    public static JsonObject User(string id) => new() { ["type"] = "user", ["user_id"] = id };

    public static JsonObject Link(Uri address, string text) =>
        new()
        {
            ["type"] = "link",
            ["url"] = address.AbsoluteUri,
            ["text"] = ChatText.Cut(text, LongestText),
        };

    public static JsonObject Context(string text) =>
        new() { ["type"] = "context", ["elements"] = new JsonArray(Plain(text, LongestContext)) };

    public static JsonObject Header(string text) => new() { ["type"] = "header", ["text"] = Plain(text, 150) };

    public static JsonObject Actions(params JsonNode[] buttons) =>
        new() { ["type"] = "actions", ["elements"] = new JsonArray(buttons) };

    public static JsonObject Button(string action, string text, string value, string? style = null)
    {
        if (value.Length > LongestValue)
            throw new ArgumentOutOfRangeException(nameof(value));
        var button = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = action,
            ["text"] = Plain(text, LongestButton),
            ["value"] = value,
        };
        if (style is not null)
            button["style"] = style;
        return button;
    }

    public static JsonObject Plain(string text, int most) =>
        new()
        {
            ["type"] = "plain_text",
            ["text"] = ChatText.Cut(text.Length == 0 ? " " : text, most),
            ["emoji"] = false,
        };
}
