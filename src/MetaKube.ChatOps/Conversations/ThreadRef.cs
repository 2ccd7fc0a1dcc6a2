using System.Text.Json.Serialization;

namespace MetaKube.ChatOps.Conversations;

/// <summary>A thread of a chat platform, by the message that it hangs on.</summary>
internal sealed record ThreadRef(string Platform, string Channel, string Root)
{
    [JsonIgnore]
    public string Key => $"{Platform}:{Channel}:{Root}";
}
