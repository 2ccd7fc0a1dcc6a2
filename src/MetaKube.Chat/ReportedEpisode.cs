using System.Text.Json.Serialization;

namespace MetaKube.Chat;

public sealed record ReportedEpisode(string Id, double Similarity, string Fault, string Outcome, DateTimeOffset At)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportedOpen? Open { get; init; }
}
