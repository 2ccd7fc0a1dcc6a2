using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaKube.Faults;

/// <summary>
/// The form in which known failures are embedded: one JSON object a line, made from the YAML files. Parsing the YAML
/// would take most of the time of a short question. The description, the last property, is not read before it is asked
/// for.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(TextPatternConverter)]
)]
[JsonSerializable(typeof(KnowledgeLine))]
internal sealed partial class KnowledgeJson : JsonSerializerContext
{
    /// <summary>Writes failures as JSON lines.</summary>
    public static string Write(IEnumerable<KnownFailure> failures) =>
        string.Concat(
            failures
                .Select(Faults.KnowledgeLine.Of)
                .Select(line => JsonSerializer.Serialize(line, Default.KnowledgeLine) + "\n")
        );

    /// <summary>Reads JSON lines that <see cref="Write"/> made.</summary>
    public static IReadOnlyList<KnownFailure> Read(ReadOnlyMemory<byte> lines)
    {
        var failures = new List<KnownFailure>();
        while (lines.Length > 0)
        {
            var end = lines.Span.IndexOf((byte)'\n');
            failures.Add(ReadLine(lines[..end]));
            lines = lines[(end + 1)..];
        }
        return failures;
    }

    private static KnownFailure ReadLine(ReadOnlyMemory<byte> line)
    {
        var reader = new Utf8JsonReader(line.Span);
        reader.Read();
        var texts = new Dictionary<string, string>();
        var weight = 0.0;
        var when = new Signs();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name == "fault")
                break;
            reader.Read();
            if (name == "when")
                when = ReadSigns(ref reader);
            else if (name == "weight")
                weight = reader.GetDouble();
            else
                texts[name] = reader.GetString()!;
        }
        // The value of the last property ends before the brace that closes the object.
        var fault = line[(int)reader.BytesConsumed..^1];
        return new()
        {
            Id = texts["id"],
            Component = texts["component"],
            Origin = texts["origin"],
            Versions = texts["versions"],
            Refines = texts.GetValueOrDefault("refines"),
            When = when,
            Cause = texts["cause"],
            Weight = weight,
            Description = new(() => JsonSerializer.Deserialize(fault.Span, Default.Fault)!),
        };
    }

    private static Signs ReadSigns(ref Utf8JsonReader reader)
    {
        var signs = new Signs();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            signs = reader.GetString() switch
            {
                "all" => signs with { All = ReadConditions(ref reader) },
                "any" => signs with { Any = ReadConditions(ref reader) },
                _ => signs with { None = ReadConditions(ref reader) },
            };
        return signs;
    }

    private static List<FailureCondition> ReadConditions(ref Utf8JsonReader reader)
    {
        var conditions = new List<FailureCondition>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var condition = new FailureCondition();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                condition = reader.GetString() switch
                {
                    "kind" => condition with { Kind = KindOf(ReadText(ref reader)) },
                    "pattern" => condition with { Pattern = Faults.TextPattern.OfWritten(ReadText(ref reader)) },
                    "reasons" => condition with { Reasons = ReadTexts(ref reader) },
                    _ => condition with { Values = ReadTexts(ref reader) },
                };
            conditions.Add(condition);
        }
        return conditions;
    }

    /// <summary>The kind with a name; reflection over the names would take a good part of the start.</summary>
    private static Faults.ObservationKind KindOf(string name) =>
        name switch
        {
            nameof(Faults.ObservationKind.Log) => Faults.ObservationKind.Log,
            nameof(Faults.ObservationKind.Event) => Faults.ObservationKind.Event,
            nameof(Faults.ObservationKind.Condition) => Faults.ObservationKind.Condition,
            nameof(Faults.ObservationKind.Waiting) => Faults.ObservationKind.Waiting,
            nameof(Faults.ObservationKind.Exit) => Faults.ObservationKind.Exit,
            nameof(Faults.ObservationKind.Image) => Faults.ObservationKind.Image,
            nameof(Faults.ObservationKind.Kind) => Faults.ObservationKind.Kind,
            _ => throw new JsonException($"'{name}' is no kind of an observation."),
        };

    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString()!;
    }

    private static IReadOnlyList<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            texts.Add(reader.GetString()!);
        return texts.Count == 0 ? [] : texts;
    }

    private sealed class TextPatternConverter : JsonConverter<Faults.TextPattern>
    {
        public override Faults.TextPattern Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Faults.TextPattern.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Faults.TextPattern value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Text);
    }
}
