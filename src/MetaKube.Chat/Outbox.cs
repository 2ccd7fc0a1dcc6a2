using System.Text.Json;
using System.Text.Json.Nodes;

namespace MetaKube.Chat;

/// <summary>
/// The messages that one work item posts. Once stored they are posted, if need be by another process.
/// </summary>
/// <param name="Messages">The messages, in order.</param>
/// <param name="Answer">The thread's new record, or null where the thread stays as it is.</param>
/// <param name="Recent">The entry for the list of recent answers, or null where no message answers an
/// investigation.</param>
public sealed record Outbox(IReadOnlyList<OutgoingMessage> Messages, ThreadRecord? Answer, RecentAnswer? Recent)
{
    /// <summary>An outbox with one message that answers no investigation.</summary>
    public static Outbox Of(OutgoingMessage message) => new([message], null, null);

    public string ToJson() => JsonSerializer.Serialize(this, ConversationJson.Default.Outbox);

    /// <summary>
    /// Reads a stored outbox. Messages without a kind were stored by an older version, as
    /// <see cref="OutgoingMessage.Rendered"/>.
    /// </summary>
    public static Outbox Parse(string json)
    {
        var outbox = JsonNode.Parse(json)!.AsObject();
        foreach (var message in outbox["messages"]!.AsArray().OfType<JsonObject>())
            if (!message.ContainsKey("kind"))
                message.Insert(0, "kind", "rendered");
        return outbox.Deserialize(ConversationJson.Default.Outbox)!;
    }
}
