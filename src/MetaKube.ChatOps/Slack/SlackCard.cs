using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Model;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// An answer as Slack shows it: the verdict, the cause, the cure and the buttons in one message; proof, chain and the
/// rest in another.
/// </summary>
internal static class SlackCard
{
    /// <summary>
    /// Slack takes 50 blocks, and of text some 13,000 characters in one message; a shorter one is read.
    /// </summary>
    private const int LongestMessage = 9000;

    private const string Prefix = "metakube.";

    public static JsonObject Answer(DiagnosisCard card) =>
        Message(
            $"{card.Title}. {card.RootCause}",
            [
                RichText(
                    Section(
                        Emoji(
                            card.Fault switch
                            {
                                Diagnosis.None => "large_green_circle",
                                Diagnosis.Unknown => "large_yellow_circle",
                                _ => "red_circle",
                            }
                        ),
                        Text(" "),
                        Bold(card.Title),
                        Text($"\n{card.RootCause}")
                    )
                ),
                Context($"{card.Certainty} · cluster {card.Cluster}"),
                .. card.Answer.Select(part => Part(part, null)),
                Buttons(new(card.Investigation, card.Buttons)),
            ]
        );

    public static JsonObject Details(DiagnosisCard card, IReadOnlyDictionary<string, Uri> origins) =>
        Message(
            card.Way,
            [.. card.Details.Select(part => Part(part, origins)), Context($"{card.Way} · {card.Investigation}")]
        );

    public static JsonObject Buttons(CardButtons buttons) =>
        Actions([
            .. buttons.Buttons.Select(button =>
                Button(Action(button.Verb), button.Title, buttons.Value, button.IsPrimary ? "primary" : null)
            ),
        ]);

    /// <summary>The id of the button with a verb.</summary>
    public static string Action(string verb) => $"{Prefix}{verb}";

    /// <summary>The verb of the button with an id; empty where it is none of ours.</summary>
    public static string Verb(string action) =>
        action.StartsWith(Prefix, StringComparison.Ordinal) ? action[Prefix.Length..] : "";

    private static JsonObject Message(string fallback, JsonArray blocks) =>
        new() { ["text"] = SlackText.Escape(fallback, 3000), ["blocks"] = Bounded(blocks) };

    private static JsonObject Part(CardPart part, IReadOnlyDictionary<string, Uri>? origins) =>
        RichText([
            Section(Bold(part.Title)),
            .. part.Style switch
            {
                CardPartStyle.Chain => (IEnumerable<JsonNode>)
                    [Quote(string.Join('\n', part.Lines.Select(line => line.Text)))],
                CardPartStyle.List =>
                [
                    List(
                        part.Lines.Select(line =>
                            Line(line, line.Incident is { } incident ? origins?.GetValueOrDefault(incident) : null)
                        )
                    ),
                ],
                _ => part.Lines.SelectMany(line =>
                    (JsonNode[])[Section(Text(line.Text)), .. line.Verbatim.Select(Preformatted)]
                ),
            },
        ]);

    private static JsonObject Line(CardLine line, Uri? origin) =>
        origin is null
            ? Section(Text(line.Text))
            : Section(Link(origin, line.Incident!), Text(line.Text[line.Incident!.Length..]));

    /// <summary>
    /// Leaves out what makes a message too long, from the longest part on; the first block and the last stay.
    /// </summary>
    private static JsonArray Bounded(JsonArray blocks)
    {
        while (blocks.Count > 2 && Length(blocks) > LongestMessage)
            blocks.Remove(blocks.Skip(1).SkipLast(1).MaxBy(block => Length(block!)));
        return blocks;
    }

    private static int Length(JsonNode node) =>
        node switch
        {
            JsonArray array => array.Sum(one => Length(one!)),
            JsonObject map => map.Sum(one =>
                one.Key is "text" or "url" && one.Value is JsonValue value ? ((string)value!).Length
                : one.Value is JsonObject or JsonArray ? Length(one.Value)
                : 0
            ),
            _ => 0,
        };
}
