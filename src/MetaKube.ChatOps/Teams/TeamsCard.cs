using System;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Faults;
using MetaKube.Model;
using static MetaKube.ChatOps.Teams.AdaptiveCard;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// An answer as Teams shows it: one card, with what is behind the answer folded away. Everything that is said goes out
/// as a card, and each in an activity of its own.
/// </summary>
internal static class TeamsCard
{
    /// <summary>Names of what goes along with a click.</summary>
    public const string Investigation = "investigation",
        What = "what",
        Cause = "cause";

    /// <summary>Bytes of an activity as it is sent; some of Teams' ways take 28 KB.</summary>
    public const int LargestMessage = 27 * 1024;

    private const string DetailsId = "details";

    private const int LongestWhat = 500,
        LongestSummary = 300,
        LongestName = 80,
        LongestAbstract = 160,
        StepsShown = 12;

    public static JsonObject Answer(DiagnosisCard card, IReadOnlyDictionary<string, Uri> origins)
    {
        var details = new JsonArray([
            .. card.Details.SelectMany(part => Part(part, origins)),
            Line(Faint($"{card.Way} · {card.Investigation}")),
        ]);
        var body = new JsonArray([
            Line(
                With(
                    With(Bold(card.Title), "size", "Large"),
                    "color",
                    card.Fault switch
                    {
                        Diagnosis.None => "Good",
                        Diagnosis.Unknown => "Warning",
                        _ => "Attention",
                    }
                )
            ),
            Line(Run(card.RootCause)),
            Line(Faint($"{card.Certainty} · cluster {card.Cluster}")),
            .. card.Answer.SelectMany(part => Part(part, origins)),
            Container(DetailsId, isVisible: false, details),
        ]);
        var message = Message(
            $"{card.Title}. {card.RootCause}",
            Card(
                body,
                [.. card.Buttons.Select(button => Button(button, card.Investigation)), Toggle("Details", DetailsId)]
            )
        );
        message["entities"] = new JsonArray(Citations(card));
        message["channelData"] = new JsonObject { ["feedbackLoop"] = new JsonObject { ["type"] = "default" } };
        return Bounded(message, body, details);
    }

    /// <summary>A reply of a few words, and under it a text as it is, a link of ours, or buttons.</summary>
    public static JsonObject Reply(string text, string? verbatim = null, Uri? link = null, CardButtons? buttons = null)
    {
        var body = new JsonArray([.. text.Split('\n').Select((line, n) => n == 0 ? Line(Run(line)) : Next(Run(line)))]);
        if (link is not null)
            body.Add(Line(Link(link, "the thread")));
        if (verbatim is not null)
            body.Add(Verbatim(verbatim, isCopied: false));
        return Bounded(
            Message(text, Card(body, [.. buttons?.Buttons.Select(button => Button(button, buttons.Value)) ?? []])),
            body,
            body
        );
    }

    /// <summary>
    /// What is done so far. Where a message like this stays behind after a crash, what it says is true all the same.
    /// </summary>
    public static JsonObject Working(IReadOnlyList<string> steps) =>
        Message(
            "Looking into it",
            Card(
                new JsonArray([
                    Line(Run("I am looking into it; the answer follows here.")),
                    .. steps.TakeLast(StepsShown).Select(step => Next(Faint($"• {step}"))),
                ])
            )
        );

    public static JsonObject Alert(string text, bool isResolved = false) =>
        Message(
            text,
            Card([Line(With(With(Bold(text), "size", "Medium"), "color", isResolved ? "Good" : "Attention"))])
        );

    /// <summary>
    /// The same words without any form: an answer that is refused for how it looks is still an answer.
    /// </summary>
    public static JsonObject Bare(JsonObject message) =>
        new()
        {
            ["type"] = "message",
            ["textFormat"] = "plain",
            ["text"] = ChatText.Cut(string.Join('\n', Texts(message["attachments"])), 10_000),
        };

    private static JsonObject Message(string summary, JsonObject card) =>
        new()
        {
            ["type"] = "message",
            ["summary"] = ChatText.Cut(summary, LongestSummary),
            ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = ContentType, ["content"] = card }),
        };

    private static IEnumerable<JsonNode> Part(CardPart part, IReadOnlyDictionary<string, Uri> origins)
    {
        yield return Line(Bold(part.Title));
        foreach (var (line, n) in part.Lines.Select((line, n) => (line, n)))
        {
            yield return part.Style switch
            {
                CardPartStyle.List
                    when line.Incident is { } incident && origins.GetValueOrDefault(incident) is { } origin => Next(
                    Run("• "),
                    Link(origin, incident),
                    Run(line.Text[incident.Length..])
                ),
                CardPartStyle.List => Next(Run($"• {line.Text}")),
                // As the citations count them.
                CardPartStyle.Quotes => Next(Run($"[{n + 1}] {line.Text}")),
                _ => Next(Run(line.Text)),
            };
            foreach (var text in line.Verbatim)
                yield return Verbatim(text, isCopied: part.Style == CardPartStyle.Steps);
        }
    }

    private static JsonObject Button(CardButton button, string investigation)
    {
        var data = new JsonObject { [Investigation] = investigation };
        if (button.Verb != CardVerb.What)
            return Execute(button.Title, button.Verb, data, button.IsPrimary);
        return Form(
            button.Title,
            [
                TextInput(What, "What did you do?", "created the Secret db-credentials and restarted", LongestWhat),
                Choice(
                    Cause,
                    "The cause, where I named another",
                    "as answered",
                    FaultCatalogue.All.Select(fault => (fault.Title, fault.Code))
                ),
            ],
            Execute("Remember it", CardVerb.What, data)
        );
    }

    /// <summary>The findings as sources; that it was generated is said where a model wrote part of it.</summary>
    private static JsonObject Citations(DiagnosisCard card)
    {
        var entity = new JsonObject
        {
            ["type"] = "https://schema.org/Message",
            ["@type"] = "Message",
            ["@context"] = "https://schema.org",
        };
        if (card.IsByModel)
            entity["additionalType"] = new JsonArray("AIGeneratedContent");
        var quotes = card.Details.FirstOrDefault(part => part.Style == CardPartStyle.Quotes)?.Lines ?? [];
        if (quotes.Count > 0)
            entity["citation"] = new JsonArray([
                .. quotes.Select(
                    (line, n) =>
                        new JsonObject
                        {
                            ["@type"] = "Claim",
                            ["position"] = n + 1,
                            ["appearance"] = new JsonObject
                            {
                                ["@type"] = "DigitalDocument",
                                ["name"] = ChatText.Cut(line.Text, LongestName),
                                ["abstract"] = ChatText.Cut(
                                    line.Verbatim[0].Length == 0 ? " " : line.Verbatim[0],
                                    LongestAbstract
                                ),
                            },
                        }
                ),
            ]);
        return entity;
    }

    /// <summary>
    /// Leaves out what makes a message too large, from the largest element on: first of what is folded away, then of
    /// the rest; the first element and the last stay.
    /// </summary>
    private static JsonObject Bounded(JsonObject message, JsonArray body, JsonArray details)
    {
        while (Encoding.UTF8.GetByteCount(TeamsApi.Serialize(message)) > LargestMessage)
        {
            var from = details.Count > 2 ? details : body;
            if (from.Count <= 2)
                break;
            from.Remove(from.Skip(1).SkipLast(1).MaxBy(element => TeamsApi.Serialize(element!).Length));
        }
        return message;
    }

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Texts),
            JsonObject map when (string?)map["type"] == "RichTextBlock" =>
            [
                string.Concat(map["inlines"]!.AsArray().Select(run => (string?)run!["text"])),
            ],
            // Not what the form offers.
            JsonObject map => map.Where(one => one.Key != "actions").SelectMany(one => Texts(one.Value)),
            _ => [],
        };
}
