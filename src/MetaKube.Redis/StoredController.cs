using System.Text.Json.Serialization;
using MetaKube.Memory;

namespace MetaKube.Redis;

/// <summary>The stored form of the state beside the calibration.</summary>
public sealed record StoredController(
    ControllerState State,
    [property: JsonPropertyName("commonness")] DocumentFrequency DocumentFrequency,
    Consolidated? Consolidated
);
