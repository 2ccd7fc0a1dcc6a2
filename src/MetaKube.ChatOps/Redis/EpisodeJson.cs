using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Memory;

namespace MetaKube.ChatOps.Redis;

/// <summary>Episodes as stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(VectorConverter)])]
[JsonSerializable(typeof(Episode))]
internal sealed partial class EpisodeJson : JsonSerializerContext
{
    /// <summary>A vector as base64 of its little-endian floats: half the size of its numbers, and exact.</summary>
    private sealed class VectorConverter : JsonConverter<float[]>
    {
        public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MemoryMarshal.Cast<byte, float>(reader.GetBytesFromBase64()).ToArray();

        public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes<float>(value));
    }
}
