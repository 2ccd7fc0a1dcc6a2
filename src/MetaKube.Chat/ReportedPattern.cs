using System.Text.Json.Serialization;

namespace MetaKube.Chat;

public sealed record ReportedPattern(string Id, double Similarity, string Fault, double Reliability, int Episodes)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportedOpen? Open { get; init; }
}
