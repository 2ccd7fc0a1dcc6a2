using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaKube.Faults;

/// <summary>
/// The form in which known failures are embedded: one JSON object a line, made from the YAML files. Parsing the YAML
/// would take most of the time of a short question.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(TextPatternConverter)]
)]
[JsonSerializable(typeof(KnownFailure))]
public sealed partial class KnowledgeJson : JsonSerializerContext
{
    /// <summary>Writes failures as JSON lines.</summary>
    public static string Write(IEnumerable<KnownFailure> failures) =>
        string.Concat(failures.Select(failure => JsonSerializer.Serialize(failure, Default.KnownFailure) + "\n"));

    /// <summary>Reads JSON lines that <see cref="Write"/> made.</summary>
    public static IReadOnlyList<KnownFailure> Read(ReadOnlySpan<byte> lines)
    {
        var failures = new List<KnownFailure>();
        foreach (var line in lines.Split((byte)'\n'))
            if (lines[line] is { Length: > 0 } json)
                failures.Add(JsonSerializer.Deserialize(json, Default.KnownFailure)!);
        return failures;
    }

    private sealed class TextPatternConverter : JsonConverter<Faults.TextPattern>
    {
        public override Faults.TextPattern Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Faults.TextPattern.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Faults.TextPattern value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Text);
    }
}
