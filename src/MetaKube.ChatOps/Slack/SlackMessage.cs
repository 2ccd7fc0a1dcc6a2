using System.Text.Json.Nodes;
using MetaKube.Chat;
using static MetaKube.ChatOps.Slack.SlackBlocks;

namespace MetaKube.ChatOps.Slack;

/// <summary>Renders messages as the arguments of Slack's methods that post and update messages.</summary>
internal static class SlackMessage
{
    private const int LongestFallback = 3000;

    public static JsonObject Render(OutgoingMessage message) =>
        message switch
        {
            OutgoingMessage.Answer { Extent: AnswerExtent.Details } answer => SlackCard.Details(answer.View),
            OutgoingMessage.Answer answer => SlackCard.Answer(answer.View),
            OutgoingMessage.Reply reply => Reply(reply),
            OutgoingMessage.AlertHeadline alert => Reply(new($"{(alert.IsResolved ? "✅ " : "")}{alert.Text}")),
            OutgoingMessage.Rendered rendered => JsonNode.Parse(rendered.Payload)!.AsObject(),
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };

    private static JsonObject Reply(OutgoingMessage.Reply reply)
    {
        var section = reply.Link is null
            ? Section(Text(reply.Text))
            : Section(Text(reply.Text), Text(" "), Link(reply.Link, "the thread"));
        var blocks = new JsonArray(
            reply.Verbatim is null ? RichText(section) : RichText(section, Preformatted(reply.Verbatim))
        );
        if (reply.Buttons is { } buttons)
            blocks.Add(SlackCard.Buttons(buttons));
        return new() { ["text"] = SlackText.Escape(reply.Text, LongestFallback), ["blocks"] = blocks };
    }
}
