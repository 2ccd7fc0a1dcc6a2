using System.Text.Json.Nodes;
using MetaKube.Chat;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Renders an answer as Slack messages: the verdict, the summary sections and the buttons in one message, the details
/// in another.
/// </summary>
internal static class SlackCard
{
    /// <summary>
    /// Characters of text in one message. Slack accepts about 13,000, and 50 blocks; people read shorter messages.
    /// </summary>
    private const int LongestMessage = 9000;

    /// <summary>Characters of a message's blocks as JSON: many short lines have more form than text.</summary>
    private const int LongestJson = 28_000;

    private const string Prefix = "metakube.";

    public static JsonObject Answer(AnswerView view) =>
        Bounded(view with { Sections = [.. view.Summary] }, AnswerBlocks, 0, $"{view.Verdict}. {view.Cause}");

    public static JsonObject Details(AnswerView view) =>
        Bounded(
            view with
            {
                Sections = [.. view.Details],
            },
            details => [.. details.Sections.Select(Block)],
            1,
            $"Details: {view.Verdict}"
        );

    public static JsonObject Buttons(CardButtons buttons) =>
        Actions([
            .. buttons.Buttons.Select(button =>
                Button(Action(button.Verb), button.Title, buttons.Value, button.IsPrimary ? "primary" : null)
            ),
        ]);

    /// <summary>The id of the button with a verb.</summary>
    public static string Action(string verb) => $"{Prefix}{verb}";

    /// <summary>The verb of the button with an id; empty for the buttons of other apps.</summary>
    public static string Verb(string action) =>
        action.StartsWith(Prefix, StringComparison.Ordinal) ? action[Prefix.Length..] : "";

    private static JsonArray AnswerBlocks(AnswerView view)
    {
        var emoji = view.Kind switch
        {
            AnswerKind.Healthy => "large_green_circle",
            AnswerKind.Undetermined => "large_yellow_circle",
            _ => "red_circle",
        };
        return
        [
            RichText(Section(Emoji(emoji), Text(" "), Bold(view.Verdict), Text($"\n{view.Cause}"))),
            Context(view.Context),
            .. view.Sections.Select(Block),
            Context(view.Reference),
            Buttons(view.Buttons),
        ];
    }

    private static JsonObject Block(AnswerSection section)
    {
        if (section.Style == AnswerSectionStyle.Note)
            return Context($"{section.Title}: {string.Join(" · ", section.Lines.Select(line => line.Text))}");
        IEnumerable<JsonNode> lines = section.Style switch
        {
            AnswerSectionStyle.Chain =>
            [
                Quote(string.Join('\n', section.Lines.Select((line, n) => n == 0 ? line.Text : $"↳ {line.Text}"))),
            ],
            AnswerSectionStyle.List => [List(section.Lines.Select(Line))],
            _ => section.Lines.SelectMany(line => line.Verbatim.Select(Preformatted).Prepend(Section(Text(line.Text)))),
        };
        return RichText([Section(Bold(section.Title)), .. lines]);
    }

    private static JsonObject Line(AnswerLine line)
    {
        if (line.Incident is not { } incident)
            return Section(Text(line.Text));
        return Section(line.Link is { } link ? Link(link, incident) : Text(incident), Text($", {line.Text}"));
    }

    /// <summary>Leaves out sections, down to a number of them, until the message is short enough.</summary>
    private static JsonObject Bounded(AnswerView view, Func<AnswerView, JsonArray> render, int fewest, string fallback)
    {
        var blocks = render(view);
        while (IsTooLong(blocks) && view.Sections.Count > fewest && view.Shortened() is { } shorter)
        {
            view = shorter;
            blocks = render(view);
        }
        return new() { ["text"] = SlackText.Escape(fallback, 3000), ["blocks"] = blocks };
    }

    private static bool IsTooLong(JsonArray blocks) =>
        Length(blocks) > LongestMessage || blocks.ToJsonString().Length > LongestJson;

    private static int Length(JsonNode node) =>
        node switch
        {
            JsonArray array => array.Sum(one => Length(one!)),
            JsonObject map => map.Sum(one => Length(one.Key, one.Value)),
            _ => 0,
        };

    private static int Length(string name, JsonNode? value) =>
        value switch
        {
            JsonValue text when name is "text" or "url" => ((string)text!).Length,
            JsonObject or JsonArray => Length(value),
            _ => 0,
        };
}
