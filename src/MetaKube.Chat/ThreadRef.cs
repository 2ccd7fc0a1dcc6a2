using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>
/// A thread of a chat platform, by the message that it hangs on; without one, the whole of a chat that has no threads.
/// </summary>
public sealed record ThreadRef(string Platform, string Channel, string Root)
{
    [JsonIgnore]
    public bool IsWholeChat => Root.Length == 0;

    [JsonIgnore]
    public string Key => $"{Platform}:{Channel}:{Root}";
}
