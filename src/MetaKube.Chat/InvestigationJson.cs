using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Investigations;

namespace MetaKube.Chat;

/// <summary>An investigation as the JSON that models/schemas/investigation.schema.json describes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(InvestigationReport))]
public sealed partial class InvestigationJson : JsonSerializerContext
{
    // The default encoder would turn the quotation marks in quotes into \u0022. No web page embeds this JSON.
    private static readonly InvestigationJson Readable = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(Investigation investigation) =>
        JsonSerializer.Serialize(
            Chat.InvestigationReport.Of(investigation),
            Readable.GetTypeInfo(typeof(InvestigationReport))!
        );
}
