using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Renders an answer as a Slack message: the verdict, the summary sections and the buttons. The details are another
/// message, which is posted on demand.
/// </summary>
internal static partial class SlackCard
{
    /// <summary>
    /// Characters of text in one message. Slack accepts about 13,000, and 50 blocks; people read shorter messages.
    /// </summary>
    private const int LongestMessage = 9000;

    private const int LongestFallback = 3000,
        LongestBlocks = 28_000,
        LongestReference = 200;

    private const string Prefix = "metakube.";

    public static JsonObject Answer(AnswerView view) =>
        new() { ["text"] = SlackText.Escape(Fallback(view), LongestFallback), ["blocks"] = AnswerBlocks(view) };

    /// <summary>The text of notifications.</summary>
    private static string Fallback(AnswerView view) => $"{view.Remark} {view.Verdict}. {view.Cause}".Trim();

    public static JsonObject Details(AnswerView view) =>
        Bounded(
            view with
            {
                Sections = [.. view.Details],
            },
            details =>
                [
                    .. details.Sections.Select(Block),
                    Context(ChatText.Cut(view.Reference, LongestReference)),
                    Buttons(new(view.Investigation, [new(CardVerb.Deeper, "Dig deeper")])),
                ],
            $"Details: {view.Verdict}"
        );

    public static JsonObject Buttons(CardButtons buttons) =>
        Actions([
            .. buttons.Buttons.Select(button =>
                Button(
                    Action(button.Verb, button.Value),
                    button.Title,
                    button.Value ?? buttons.Value,
                    button.IsPrimary ? "primary" : null
                )
            ),
        ]);

    /// <summary>The id of the button with a verb; buttons of one message that differ in their value only have
    /// different ids.</summary>
    public static string Action(string verb, string? value = null) =>
        value is null
            ? $"{Prefix}{verb}"
            : $"{Prefix}{verb}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..8]}";

    /// <summary>The verb of the button with an id; empty for the buttons of other apps.</summary>
    public static string Verb(string action) =>
        action.StartsWith(Prefix, StringComparison.Ordinal) ? action[Prefix.Length..].Split(':')[0] : "";

    private static JsonArray AnswerBlocks(AnswerView view)
    {
        var emoji = view.Kind switch
        {
            AnswerKind.Healthy => "large_green_circle",
            AnswerKind.Undetermined => "large_yellow_circle",
            _ => "red_circle",
        };
        List<JsonNode> lines = [Section(Emoji(emoji), Text(" "), Bold(view.Verdict))];
        if (view.Remark is { } remark)
            lines.Insert(0, Section(Text(remark)));
        if (view.Cause is { } cause)
            lines.Add(Section(Text(cause)));
        lines.AddRange(view.Summary.SelectMany(Brief));
        lines.AddRange(view.Opinions.Select(Said));
        return [RichText([.. lines]), Context(view.SmallPrint), Buttons(view.Buttons)];
    }

    private static JsonObject Said(Opinion opinion) =>
        Section(
            Bold(opinion.Words),
            Text(", says "),
            (opinion.UserName, UserId().IsMatch(opinion.User)) switch
            {
                ({ Length: > 0 } name, _) => Text(name),
                (_, true) => User(opinion.User),
                _ => Text(opinion.User),
            }
        );

    private static IEnumerable<JsonNode> Brief(AnswerSection section)
    {
        foreach (var (n, line) in section.Lines.Index())
        {
            yield return n == 0 ? Section(Bold($"{section.Title}: "), Text(line.Text)) : Section(Text(line.Text));
            foreach (var verbatim in line.Verbatim)
                yield return Preformatted(verbatim);
        }
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

    /// <summary>Leaves out sections, and lines of the last one, until the message is short enough.</summary>
    private static JsonObject Bounded(AnswerView view, Func<AnswerView, JsonArray> render, string fallback)
    {
        var blocks = render(view);
        while (IsTooLong(blocks) && Shorter(view) is { } shorter)
        {
            view = shorter;
            blocks = render(view);
        }
        return new() { ["text"] = SlackText.Escape(fallback, LongestFallback), ["blocks"] = blocks };
    }

    private static AnswerView? Shorter(AnswerView view) =>
        view.Sections switch
        {
            [{ Lines.Count: > 1 } last] => view with { Sections = [last with { Lines = [.. last.Lines.SkipLast(1)] }] },
            [{ Lines: [{ Verbatim.Count: > 0 } only] } last] => view with
            {
                Sections = [last with { Lines = [only with { Verbatim = [.. only.Verbatim.SkipLast(1)] }] }],
            },
            [_, _, ..] => view.Shortened(),
            _ => null,
        };

    private static bool IsTooLong(JsonArray blocks) =>
        Length(blocks) > LongestMessage || blocks.ToJsonString().Length > LongestBlocks;

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

    [GeneratedRegex("^[UW][A-Z0-9]{2,20}$")]
    private static partial Regex UserId();
}
