using System.Text.Json.Serialization;

namespace MetaKube.ChatOps.Health;

/// <summary>How a part is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckStatus>))]
internal enum CheckStatus
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Not set up, and not asked for.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>It works, and not as well as it should.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>What was found about one part.</summary>
/// <param name="Part">"configuration", "cluster", "memory", "slack", "teams", "alerts", "model", "embedding",
/// "clock".</param>
/// <param name="Status">How it is.</param>
/// <param name="Says">In words.</param>
/// <param name="Mend">How it is mended, or null.</param>
internal sealed record Checkup(string Part, CheckStatus Status, string Says, string? Mend = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(IReadOnlyList<Checkup>))]
internal sealed partial class CheckupJson : JsonSerializerContext;
