using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>A remedy: a summary, kubectl commands to copy, and the risk.</summary>
public sealed record Remedy(string Summary, IReadOnlyList<string> Commands, Risk Risk)
{
    /// <summary>
    /// The change, if it is fully determined. It belongs to the present case, so memory does not store it.
    /// </summary>
    [JsonIgnore]
    public Change? Change { get; init; }
}

/// <summary>
/// Low: reads, or adds something missing. Medium: restarts or changes a workload. High: can lose data or affect others.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Risk>))]
public enum Risk
{
    [JsonStringEnumMemberName("low")]
    Low,

    [JsonStringEnumMemberName("medium")]
    Medium,

    [JsonStringEnumMemberName("high")]
    High,
}
