using System.Text.Json.Serialization;

namespace MetaKube.ChatOps.Health;

[JsonConverter(typeof(JsonStringEnumConverter<CheckStatus>))]
internal enum CheckStatus
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>The part is not configured, and the bot works without it.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>The part works, with a limitation.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>One finding of <c>metakube doctor</c>.</summary>
/// <param name="Part">"configuration", "cluster", "remediation", "memory", "slack", "teams", "model", "embedding",
/// "knowledge" or "clock".</param>
/// <param name="Status">The state of the part.</param>
/// <param name="Summary">The finding, in one or two sentences.</param>
/// <param name="Remedy">The step that corrects it, or null.</param>
internal sealed record CheckResult(
    string Part,
    CheckStatus Status,
    [property: JsonPropertyName("says")] string Summary,
    [property: JsonPropertyName("mend")] string? Remedy = null
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>))]
internal sealed partial class CheckResultJson : JsonSerializerContext;
