using System.Text.Json.Serialization;

namespace MetaKube.Model;

/// <summary>A way to put it right: what to do, kubectl commands to copy, and the risk of doing so.</summary>
public sealed record Remedy(string Summary, IReadOnlyList<string> Commands, Risk Risk)
{
    /// <summary>
    /// The change itself, where nothing of it is left open. It is of the case at hand, so memory does not keep it.
    /// </summary>
    [JsonIgnore]
    public Change? Change { get; init; }
}

/// <summary>
/// Low: reads, or adds what is missing. Medium: restarts or changes a workload. High: may lose data or hurt others.
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
