using System.Text.Json.Nodes;
using MetaKube.Chat;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Elements of an Adaptive Card 1.5. Untrusted text goes into text runs only: unlike in a TextBlock, Teams interprets
/// no Markdown there, so that nothing in it formats, links or mentions.
/// </summary>
internal static class AdaptiveCard
{
    public const string ContentType = "application/vnd.microsoft.card.adaptive";

    private const int LongestText = 2900,
        LongestTitle = 80;

    public static JsonObject Card(JsonArray body, params JsonNode[] actions)
    {
        var card = new JsonObject
        {
            ["type"] = "AdaptiveCard",
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["version"] = "1.5",
            ["msteams"] = new JsonObject { ["width"] = "Full" },
            ["body"] = body,
        };
        if (actions.Length > 0)
            card["actions"] = new JsonArray(actions);
        return card;
    }

    /// <summary>A paragraph.</summary>
    public static JsonObject Line(params JsonNode[] runs) =>
        new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    /// <summary>A paragraph without a gap above it.</summary>
    public static JsonObject Next(params JsonNode[] runs)
    {
        var line = Line(runs);
        line["spacing"] = "None";
        return line;
    }

    public static JsonObject Run(string text) =>
        new() { ["type"] = "TextRun", ["text"] = text.Length == 0 ? " " : ChatText.Cut(text, LongestText) };

    public static JsonObject Bold(string text) => With(Run(text), "weight", "Bolder");

    public static JsonObject Faint(string text) => With(With(Run(text), "isSubtle", true), "size", "Small");

    public static JsonObject Link(Uri address, string text) =>
        With(Run(text), "selectAction", new JsonObject { ["type"] = "Action.OpenUrl", ["url"] = address.AbsoluteUri });

    public static JsonObject With(JsonObject element, string name, JsonNode value)
    {
        element[name] = value;
        return element;
    }

    /// <summary>A text in monospace, in a box.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCopied">True if the text is a command to copy. Otherwise its columns are aligned by no-break
    /// spaces, which a shell would not accept.</param>
    public static JsonObject Verbatim(string text, bool isCopied) =>
        new()
        {
            ["type"] = "Container",
            ["style"] = "emphasis",
            ["spacing"] = "Small",
            // Some Teams clients drop line breaks within a run.
            ["items"] = new JsonArray([
                .. ChatText
                    .Cut(text, LongestText)
                    .Split('\n')
                    .Select(line =>
                        Next(
                            With(
                                Run(isCopied ? line : line.Replace("  ", "\u00a0\u00a0", StringComparison.Ordinal)),
                                "fontType",
                                "Monospace"
                            )
                        )
                    ),
            ]),
        };

    public static JsonObject Container(string id, bool isVisible, JsonArray items) =>
        new()
        {
            ["type"] = "Container",
            ["id"] = id,
            ["isVisible"] = isVisible,
            ["separator"] = true,
            ["items"] = items,
        };

    public static JsonObject Execute(string title, string verb, JsonObject data, bool isPrimary = false)
    {
        var action = new JsonObject
        {
            ["type"] = "Action.Execute",
            ["title"] = ChatText.Cut(title, LongestTitle),
            ["verb"] = verb,
            ["data"] = data,
        };
        return isPrimary ? With(action, "style", "positive") : action;
    }

    public static JsonObject Toggle(string title, string element) =>
        new()
        {
            ["type"] = "Action.ToggleVisibility",
            ["title"] = title,
            ["targetElements"] = new JsonArray(element),
        };

    public static JsonObject Form(string title, JsonArray inputs, JsonObject submit) =>
        new()
        {
            ["type"] = "Action.ShowCard",
            ["title"] = title,
            ["card"] = new JsonObject
            {
                ["type"] = "AdaptiveCard",
                ["body"] = inputs,
                ["actions"] = new JsonArray(submit),
            },
        };

    public static JsonObject TextInput(string id, string label, string placeholder, int most) =>
        new()
        {
            ["type"] = "Input.Text",
            ["id"] = id,
            ["label"] = label,
            ["placeholder"] = placeholder,
            ["isMultiline"] = true,
            ["maxLength"] = most,
        };

    public static JsonObject Choice(
        string id,
        string label,
        string placeholder,
        IEnumerable<(string Title, string Value)> choices
    ) =>
        new()
        {
            ["type"] = "Input.ChoiceSet",
            ["id"] = id,
            ["label"] = label,
            ["placeholder"] = placeholder,
            ["style"] = "compact",
            ["choices"] = new JsonArray([
                .. choices.Select(choice => new JsonObject { ["title"] = choice.Title, ["value"] = choice.Value }),
            ]),
        };
}
