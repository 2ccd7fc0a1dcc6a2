using System;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Faults;
using static MetaKube.ChatOps.Teams.AdaptiveCard;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// Renders messages as Teams activities with one Adaptive Card each. The card of an answer holds the details in a
/// container that is hidden until somebody opens it.
/// </summary>
internal static class TeamsCard
{
    /// <summary>Names of the values that a click sends.</summary>
    public const string Investigation = "investigation",
        What = "what",
        Cause = "cause",
        Words = "words";

    /// <summary>Bytes of a serialised activity; Teams limits some kinds of messages to 28 KB.</summary>
    public const int LargestMessage = 27 * 1024;

    private const string DetailsId = "details";

    private const int LongestWhat = 500,
        LongestSummary = 300,
        LongestName = 80,
        LongestAbstract = 160,
        LongestVerdict = 500,
        LongestReply = 2900,
        ShortestReply = 100,
        StepsShown = 12;

    /// <summary>Renders a message as an activity.</summary>
    public static JsonObject Render(OutgoingMessage message) =>
        message switch
        {
            OutgoingMessage.Answer answer => Answer(answer.View),
            OutgoingMessage.Reply reply => Reply(reply.Text, reply.Verbatim, reply.Link, reply.Buttons),
            OutgoingMessage.AlertHeadline alert => Alert(alert.Text, alert.IsResolved),
            OutgoingMessage.Rendered rendered => JsonNode.Parse(rendered.Payload)!.AsObject(),
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };

    public static JsonObject Answer(AnswerView view)
    {
        var message = AnswerMessage(view);
        while (IsTooLarge(message) && view.Shortened() is { } shorter)
        {
            view = shorter;
            message = AnswerMessage(view);
        }
        return message;
    }

    /// <summary>A reply, with its texts cut to fit into one message.</summary>
    /// <param name="text">The reply; each line becomes a paragraph.</param>
    /// <param name="verbatim">A text in monospace below it, or null.</param>
    /// <param name="link">The address of another thread, or null.</param>
    /// <param name="buttons">Buttons below it, or null.</param>
    public static JsonObject Reply(string text, string? verbatim = null, Uri? link = null, CardButtons? buttons = null)
    {
        var message = ReplyMessage(text, verbatim, link, buttons);
        for (var most = LongestReply; IsTooLarge(message) && most >= ShortestReply; most /= 2)
            message = ReplyMessage(
                ChatText.Cut(text, most),
                verbatim is null ? null : ChatText.Cut(verbatim, most),
                link,
                buttons
            );
        return message;
    }

    /// <summary>
    /// The steps so far, in the message that the answer will replace. Its text stays true if a crash leaves it behind.
    /// </summary>
    public static JsonObject Working(IReadOnlyList<string> steps) =>
        Message(
            "Investigating",
            Card(
                new JsonArray([
                    Line(Run("Investigating; the answer will appear here.")),
                    .. steps.TakeLast(StepsShown).Select(step => Next(Faint($"• {step}"))),
                ])
            )
        );

    public static JsonObject Alert(string text, bool isResolved = false) =>
        Message(
            text,
            Card([
                .. text.Split('\n')
                    .Select((line, n) => n == 0 ? Line(Headline(line, isResolved)) : Line(Run(line))),
            ])
        );

    private static JsonObject Headline(string line, bool isResolved) =>
        With(With(Bold(line), "size", "Medium"), "color", isResolved ? "Good" : "Attention");

    /// <summary>
    /// A simpler form of an activity that Teams refused: first without citations and feedback, then as plain text.
    /// </summary>
    public static JsonObject Simpler(JsonObject message)
    {
        if (!message.ContainsKey("entities") && !message.ContainsKey("channelData"))
            return Bare(message);
        var simpler = message.DeepClone().AsObject();
        simpler.Remove("entities");
        simpler.Remove("channelData");
        return simpler;
    }

    /// <summary>The text of a message, without its card.</summary>
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

    private static JsonObject AnswerMessage(AnswerView view)
    {
        var colour = view.Kind switch
        {
            AnswerKind.Healthy => "Good",
            AnswerKind.Undetermined => "Warning",
            _ => "Attention",
        };
        var body = new JsonArray([
            Line(With(With(Bold(ChatText.Cut(view.Verdict, LongestVerdict)), "size", "Large"), "color", colour)),
        ]);
        if (view.Remark is { } remark)
            body.Insert(0, Line(Run(remark)));
        if (view.Cause is { } cause)
            body.Add(Line(Run(cause)));
        foreach (var element in view.Summary.SelectMany(Brief))
            body.Add(element);
        foreach (var opinion in view.Opinions)
            body.Add(Line(Bold(opinion.Words), Run($", says {NameOf(opinion)}")));
        body.Add(Line(Faint(view.SmallPrint)));
        if (view.Details.Any())
        {
            var details = view.Details.SelectMany(Elements).Append(Line(Faint(view.Reference)));
            body.Add(Container(DetailsId, isVisible: false, new JsonArray([.. details])));
        }
        var actions = view.Buttons.Buttons.Select(button => Button(button, view.Buttons.Value));
        var message = Message($"{view.Remark} {view.Verdict}. {view.Cause}".Trim(), Card(body, [.. actions]));
        message["entities"] = new JsonArray(Citations(view));
        message["channelData"] = new JsonObject { ["feedbackLoop"] = new JsonObject { ["type"] = "default" } };
        return message;
    }

    private static JsonObject ReplyMessage(string text, string? verbatim, Uri? link, CardButtons? buttons)
    {
        var body = new JsonArray([.. text.Split('\n').Select((line, n) => n == 0 ? Line(Run(line)) : Next(Run(line)))]);
        if (link is not null)
            body.Add(Line(Link(link, "the thread")));
        if (verbatim is not null)
            body.Add(Verbatim(verbatim, isCopied: false));
        return Message(text, Card(body, [.. buttons?.Buttons.Select(button => Button(button, buttons.Value)) ?? []]));
    }

    private static IEnumerable<JsonNode> Elements(AnswerSection section) =>
        section
            .Lines.SelectMany((line, n) => Elements(section.Style, line, n))
            .Prepend(Line(section.Style == AnswerSectionStyle.Note ? Faint(section.Title) : Bold(section.Title)));

    private static IEnumerable<JsonNode> Elements(AnswerSectionStyle style, AnswerLine line, int number)
    {
        yield return style switch
        {
            AnswerSectionStyle.List when line.Incident is { } incident => Next(
                Run("• "),
                line.Link is { } link ? Link(link, incident) : Run(incident),
                Run($", {line.Text}")
            ),
            AnswerSectionStyle.List => Next(Run($"• {line.Text}")),
            AnswerSectionStyle.Quotes => Next(Run($"[{line.Citation}] {line.Text}")),
            AnswerSectionStyle.Chain when number > 0 => Next(Run($"↳ {line.Text}")),
            AnswerSectionStyle.Note => Next(Faint(line.Text)),
            _ => Next(Run(line.Text)),
        };
        foreach (var text in line.Verbatim)
            yield return Verbatim(text, isCopied: style == AnswerSectionStyle.Steps);
    }

    private static string NameOf(Opinion opinion) => opinion.UserName.Length > 0 ? opinion.UserName : "a colleague";

    private static IEnumerable<JsonNode> Brief(AnswerSection section)
    {
        foreach (var (n, line) in section.Lines.Index())
        {
            yield return n == 0 ? Line(Bold($"{section.Title}: "), Run(line.Text)) : Next(Run(line.Text));
            foreach (var text in line.Verbatim)
                yield return Verbatim(text, isCopied: true);
        }
    }

    private static JsonObject Button(CardButton button, string investigation)
    {
        if (button.Verb == CardVerb.Details)
            return Toggle(button.Title, DetailsId);
        var data = new JsonObject { [Investigation] = button.Value ?? investigation };
        if (button.Verb != CardVerb.WhatFixedIt)
            return Execute(button.Title, button.Verb, data, button.IsPrimary);
        return Form(
            button.Title,
            [
                TextInput(What, "What did you do?", "created the Secret db-credentials and restarted", LongestWhat),
                Choice(
                    Cause,
                    "The actual cause, if the answer named another",
                    "as in the answer",
                    FaultCatalogue.All.Select(fault => (fault.Title, fault.Code))
                ),
                TextInput(
                    Words,
                    "Or the cause in your words",
                    "the old pod still held the lock of the ledger",
                    CauseStatement.LongestWords
                ),
            ],
            Execute("Save", CardVerb.WhatFixedIt, data)
        );
    }

    /// <summary>The quotes as sources; the message is marked as generated where a model contributed to it.</summary>
    private static JsonObject Citations(AnswerView view)
    {
        var entity = new JsonObject
        {
            ["type"] = "https://schema.org/Message",
            ["@type"] = "Message",
            ["@context"] = "https://schema.org",
        };
        if (view.IsByModel)
            entity["additionalType"] = new JsonArray("AIGeneratedContent");
        var citations = view.Sections.SelectMany(section => section.Lines).Where(line => line.Citation is not null);
        JsonNode[] claims = [.. citations.Select(Claim)];
        if (claims.Length > 0)
            entity["citation"] = new JsonArray(claims);
        return entity;
    }

    private static JsonObject Claim(AnswerLine line)
    {
        var quote = line.Verbatim.FirstOrDefault() is { Length: > 0 } text ? text : " ";
        return new()
        {
            ["@type"] = "Claim",
            ["position"] = line.Citation,
            ["appearance"] = new JsonObject
            {
                ["@type"] = "DigitalDocument",
                ["name"] = ChatText.Cut(line.Text, LongestName),
                ["abstract"] = ChatText.Cut(quote, LongestAbstract),
            },
        };
    }

    private static bool IsTooLarge(JsonObject message) =>
        Encoding.UTF8.GetByteCount(TeamsApi.Serialize(message)) > LargestMessage;

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Texts),
            JsonObject map when (string?)map["type"] == "RichTextBlock" =>
            [
                string.Concat(map["inlines"]!.AsArray().Select(run => (string?)run!["text"])),
            ],
            // The options of the form are no text of the message.
            JsonObject map => map.Where(one => one.Key != "actions").SelectMany(one => Texts(one.Value)),
            _ => [],
        };
}
