using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Slack;

/// <summary>
/// Block Kit's limits, as Slack documents them, for the blocks that the bot sends; another kind of block is an error.
/// </summary>
internal static class BlockKit
{
    private static readonly string[] RichKinds =
        ["rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"],
        InlineKinds = ["text", "emoji", "link"];

    /// <summary>The reason for which Slack would refuse a message, or null.</summary>
    public static string? CheckMessage(JsonObject message)
    {
        if (Text(message["text"])?.Length > 40_000)
            return "msg_too_long";
        if (message["blocks"] is not JsonArray blocks)
            return
                Text(message["text"]) is { Length: > 0 }
                || message["markdown_text"] is not null
                || message["attachments"] is not null
                ? null
                : "no_text";
        if (blocks.Count > 50)
            return "invalid_blocks: more than 50";
        if (blocks.ToJsonString().Length > 30_000)
            return "msg_blocks_too_long";
        return Check(blocks, "message");
    }

    public static string? CheckView(JsonObject view)
    {
        var kind = Text(view["type"]);
        if (kind is not ("modal" or "home"))
            return "invalid_arguments: type";
        if (view.ToJsonString().Length > 250_000)
            return "view_too_large";
        if (view["blocks"] is not JsonArray blocks || blocks.Count > 100)
            return "invalid_arguments: blocks";
        if (kind == "modal")
        {
            foreach (var part in (string[])["title", "submit", "close"])
                if (Text(view[part]?["text"])?.Length is null or 0 or > 24)
                    return $"invalid_arguments: {part}";
            if (Text(view["private_metadata"])?.Length > 3000 || Text(view["callback_id"])?.Length > 255)
                return "invalid_arguments: metadata";
        }
        return Check(blocks, kind);
    }

    private static string? Check(JsonArray blocks, string surface)
    {
        foreach (var block in blocks.OfType<JsonObject>())
            if (Check(block, surface) is { } wrong)
                return $"invalid_blocks: {Text(block["type"])}: {wrong}";
        return null;
    }

    private static string? Check(JsonObject block, string surface) =>
        Text(block["type"]) switch
        {
            "section" => Text(block["text"]?["text"]) is { Length: > 0 and <= 3000 } ? null : "text",
            "header" => Text(block["text"]?["text"]) is { Length: > 0 and <= 150 }
            && Text(block["text"]?["type"]) == "plain_text"
                ? null
                : "text",
            "divider" => null,
            "context" => block["elements"] is JsonArray { Count: > 0 and <= 10 } elements
            && elements.All(element => Text(element!["text"]) is { Length: > 0 and <= 3000 })
                ? null
                : "elements",
            "actions" => block["elements"] is JsonArray { Count: > 0 and <= 25 } buttons
                ? buttons.Select(button => CheckButton(button!)).FirstOrDefault(wrong => wrong is not null)
                : "elements",
            "input" => surface == "modal" ? CheckInput(block) : "only in modals",
            "rich_text" => block["elements"] is JsonArray { Count: > 0 } parts
                ? parts.Select(part => CheckRich(part!)).FirstOrDefault(wrong => wrong is not null)
                : "elements",
            _ => "unknown block",
        };

    private static string? CheckButton(JsonNode button)
    {
        if (Text(button["type"]) != "button")
            return "no button";
        if (Text(button["text"]?["text"])?.Length is null or 0 or > 75)
            return "button text";
        if (Text(button["action_id"])?.Length is null or 0 or > 255)
            return "action_id";
        if (Text(button["value"])?.Length > 2000)
            return "value";
        return Text(button["style"]) is null or "primary" or "danger" ? null : "style";
    }

    private static string? CheckInput(JsonObject block)
    {
        if (Text(block["label"]?["text"])?.Length is null or 0 or > 2000)
            return "label";
        if (Text(block["block_id"])?.Length is null or 0 or > 255)
            return "block_id";
        var element = block["element"]!;
        if (Text(element["placeholder"]?["text"])?.Length > 150)
            return "placeholder";
        if (Text(element["type"]) == "plain_text_input")
            return element["max_length"] is { } most && (int)most > 3000 ? "max_length" : null;
        if (
            Text(element["type"]) != "static_select"
            || element["option_groups"] is not JsonArray { Count: > 0 and <= 100 } groups
        )
            return "element";
        foreach (var group in groups)
        {
            if (Text(group!["label"]?["text"])?.Length is null or 0 or > 75)
                return "group label";
            if (
                group["options"] is not JsonArray { Count: > 0 and <= 100 } options
                || options.Any(option =>
                    Text(option!["text"]?["text"])?.Length is null or 0 or > 75
                    || Text(option["value"])?.Length is null or 0 or > 150
                )
            )
                return "options";
        }
        return null;
    }

    private static string? CheckRich(JsonNode part)
    {
        var kind = Text(part["type"]);
        if (!RichKinds.Contains(kind))
            return $"element {kind}";
        if (part["elements"] is not JsonArray { Count: > 0 } elements)
            return "empty element";
        if (kind == "rich_text_list")
            return Text(part["style"]) is "bullet" or "ordered"
                ? elements.Select(one => CheckRich(one!)).FirstOrDefault(wrong => wrong is not null)
                : "list style";
        foreach (var element in elements)
        {
            var inline = Text(element!["type"]);
            if (!InlineKinds.Contains(inline))
                return $"inline {inline}";
            if (inline == "text" && Text(element["text"])?.Length is null or 0 or > 3000)
                return "text";
            if (inline == "emoji" && Text(element["name"])?.Length is null or 0)
                return "emoji";
            if (inline == "link" && !Uri.TryCreate(Text(element["url"]), UriKind.Absolute, out _))
                return "url";
        }
        return null;
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
