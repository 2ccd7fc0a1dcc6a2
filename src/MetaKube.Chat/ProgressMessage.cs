using System.Text.Json;

namespace MetaKube.Chat;

/// <summary>A message of ours that shows the progress of a work item; an answer may replace it.</summary>
/// <param name="Id">The platform's id of the message.</param>
/// <param name="IsStream">True if it is a stream that, as far as is known, was not ended.</param>
public sealed record ProgressMessage(string Id, bool IsStream)
{
    public string ToJson() => JsonSerializer.Serialize(this, ConversationJson.Default.ProgressMessage);

    /// <summary>
    /// Reads a stored message. Versions up to November 2026 stored the id alone, with a tilde before that of a stream;
    /// such entries expire after two days.
    /// </summary>
    public static ProgressMessage Parse(string stored) =>
        stored switch
        {
            ['{', ..] => JsonSerializer.Deserialize(stored, ConversationJson.Default.ProgressMessage)!,
            ['~', .. var id] => new(id, IsStream: true),
            _ => new(stored, IsStream: false),
        };
}
