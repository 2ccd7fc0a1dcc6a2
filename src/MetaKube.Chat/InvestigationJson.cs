using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetaKube.Investigations;

namespace MetaKube.Chat;

/// <summary>The answer as JSON, exactly as models/schemas/investigation.schema.json says.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(InvestigationReport))]
public sealed partial class InvestigationJson : JsonSerializerContext
{
    // Quotes are full of characters that the default encoder would turn into \u0022; nothing here goes into a web page
    // unescaped.
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
