using System.Text.Json.Nodes;
using MetaKube.ChatOps.Conversations;
using MetaKube.Investigations;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>An answer as Slack shows it: the verdict, the cause, the cure and the buttons in one message; proof, chain and the rest in another.</summary>
internal static class SlackCard
{
    public const string Fixed = "metakube.fixed", Wrong = "metakube.wrong", Deeper = "metakube.deeper", What = "metakube.what";

    /// <summary>Slack takes 50 blocks, and of text some 13,000 characters in one message; a shorter one is read.</summary>
    private const int LongestMessage = 9000;

    private const int FixesShown = 3, QuotesShown = 8;

    public static JsonObject Answer(DiagnosisCard card)
    {
        var blocks = new JsonArray(
            RichText(Section(Emoji(card.Fault switch { Diagnosis.None => "large_green_circle", Diagnosis.Unknown => "large_yellow_circle", _ => "red_circle" }), Text(" "), Bold(card.Title), Text($"\n{card.RootCause}"))),
            Context($"{card.Certainty} · cluster {card.Cluster}"));
        if (card.Fixes.Count > 0) blocks.Add(RichText([Section(Bold("Fix")), .. card.Fixes.Take(FixesShown).SelectMany(Fix)]));
        if (card.Fault == Diagnosis.Unknown && card.Alternatives.Count > 0) blocks.Add(Titled("It might be", card.Alternatives));
        if (card.Others.Count > 0) blocks.Add(Titled("Other problems", card.Others.Take(5)));
        blocks.Add(Buttons(card));
        return new() { ["text"] = SlackText.Escape($"{card.Title}. {card.RootCause}", 3000), ["blocks"] = Bounded(blocks) };
    }

    /// <summary>What is behind the answer, or null where there is nothing to tell.</summary>
    public static JsonObject Details(DiagnosisCard card, IReadOnlyDictionary<string, Uri> origins)
    {
        var blocks = new JsonArray();
        if (card.Chain.Count > 0) blocks.Add(RichText(Section(Bold("How it came about")), Quote(string.Join('\n', card.Chain.Select((link, n) => $"{(n == 0 ? "" : "↳ ")}{link}")))));
        if (card.Evidence.Count > 0) blocks.Add(RichText([Section(Bold("Evidence")), .. card.Evidence.Take(QuotesShown).SelectMany(one => (JsonNode[])[Section(Text(one.Where)), Preformatted(one.Quote)])]));
        if (card.Prevention.Count > 0) blocks.Add(Titled("Prevent", card.Prevention));
        if (card.Fault != Diagnosis.Unknown && card.Alternatives.Count > 0) blocks.Add(Titled("It might also be", card.Alternatives));
        if (card.TriedBefore.Count > 0) blocks.Add(Titled("Tried before without success", card.TriedBefore));
        if (card.Similar.Count > 0) blocks.Add(RichText(Section(Bold("Similar incidents")), List(card.Similar.Select(incident => Incident(incident, origins.GetValueOrDefault(incident.Id))))));
        if (card.Gaps.Count > 0) blocks.Add(Titled("Could not be read", card.Gaps));
        blocks.Add(Context($"{card.Way} · {card.Investigation}"));
        return new() { ["text"] = SlackText.Escape(card.Way, 3000), ["blocks"] = Bounded(blocks) };
    }

    private static IEnumerable<JsonNode> Fix(CardFix fix, int n) =>
        [Section(Text($"{n + 1}. {fix.Summary} (risk: {fix.Risk})")), .. fix.Commands.Select(Preformatted)];

    private static JsonObject Titled(string title, IEnumerable<string> lines) => RichText(Section(Bold(title)), List(lines.Select(line => Section(Text(line)))));

    private static JsonObject Incident(CardIncident incident, Uri? origin) =>
        origin is null ? Section(Text($"{incident.Id}, {incident.Says}")) : Section(Link(origin, incident.Id), Text($", {incident.Says}"));

    private static JsonObject Buttons(DiagnosisCard card)
    {
        var buttons = new List<JsonNode>();
        if (card.Fault is not (Diagnosis.None or Diagnosis.Unknown)) buttons.Add(Button(Fixed, "This fixed it", card.Investigation, "primary"));
        if (card.Fault != Diagnosis.Unknown) buttons.Add(Button(Wrong, "Not it", card.Investigation));
        buttons.Add(Button(Deeper, "Dig deeper", card.Investigation));
        buttons.Add(Button(What, "What fixed it?", card.Investigation));
        return Actions([.. buttons]);
    }

    /// <summary>Leaves out what makes a message too long, from the longest part on; the first block and the last stay.</summary>
    private static JsonArray Bounded(JsonArray blocks)
    {
        while (blocks.Count > 2 && Length(blocks) > LongestMessage)
            blocks.Remove(blocks.Skip(1).SkipLast(1).MaxBy(block => Length(block!)));
        return blocks;
    }

    private static int Length(JsonNode node) => node switch
    {
        JsonArray array => array.Sum(one => Length(one!)),
        JsonObject map => map.Sum(one => one.Key is "text" or "url" && one.Value is JsonValue value ? ((string)value!).Length : one.Value is JsonObject or JsonArray ? Length(one.Value) : 0),
        _ => 0,
    };
}
