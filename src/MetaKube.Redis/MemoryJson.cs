using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Memory;

namespace MetaKube.Redis;

/// <summary>The JSON of memory as stored and as exported.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(VectorConverter)]
)]
[JsonSerializable(typeof(Episode))]
[JsonSerializable(typeof(Pattern))]
[JsonSerializable(typeof(Calibration))]
[JsonSerializable(typeof(StoredController))]
public sealed partial class MemoryJson : JsonSerializerContext
{
    /// <summary>A vector as base64 of its little-endian floats: exact, and half as long as decimal numbers.</summary>
    private sealed class VectorConverter : JsonConverter<float[]>
    {
        public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MemoryMarshal.Cast<byte, float>(reader.GetBytesFromBase64()).ToArray();

        public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes<float>(value));
    }
}
