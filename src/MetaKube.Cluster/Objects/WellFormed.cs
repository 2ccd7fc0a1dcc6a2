using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// Removes from the JSON of an object what no API server writes and readers stumble over: null in lists, list items
/// without the name that they need, halves of surrogate pairs, numbers of absurd size, and control characters in names.
/// </summary>
internal static class WellFormed
{
    /// <summary>Digits of a quantity; a number of more is no amount of anything.</summary>
    private const int MostDigits = 25;

    private static readonly SearchValues<byte> Number = SearchValues.Create("0123456789.eE+-"u8);

    private static readonly string[] Named = ["containers", "initContainers", "ephemeralContainers", "volumes"];

    private static readonly string[] UselessWithoutName = ["env", "ownerReferences", "containerStatuses"];

    /// <summary>The element itself where nothing is wrong with it.</summary>
    public static JsonElement Of(JsonElement element) =>
        IsWell(element, "") ? element : JsonSerializer.SerializeToElement(Repaired(element, ""));

    /// <summary>The text of a string; null for any other element.</summary>
    public static string? TextOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            var raw = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
            return raw.Trim('"').Replace("\\u", "?", StringComparison.Ordinal);
        }
    }

    private static bool IsWell(JsonElement element, string field) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => IsWellObject(element),
            JsonValueKind.Array => element.EnumerateArray().All(item => IsWellItem(item, field)),
            JsonValueKind.Number => !IsAbsurd(JsonMarshal.GetRawUtf8Value(element)),
            JsonValueKind.String => IsWellText(JsonMarshal.GetRawUtf8Value(element)),
            _ => true,
        };

    private static bool IsWellObject(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
            if (
                JsonMarshal.GetRawUtf8PropertyName(property).Contains((byte)'\\')
                || !IsWell(property.Value, property.Name)
            )
                return false;
        return true;
    }

    private static bool IsWellItem(JsonElement item, string field) =>
        item.ValueKind != JsonValueKind.Null
        && (
            !Named.Contains(field) && !UselessWithoutName.Contains(field)
            || item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String
        )
        && IsWell(item, "");

    /// <summary>
    /// Text with escapes is looked at in full: it may be half of a surrogate pair or a control character.
    /// </summary>
    private static bool IsWellText(ReadOnlySpan<byte> raw) =>
        raw.IndexOf("\\u"u8) < 0 && !raw.ContainsAnyInRange((byte)0x80, (byte)0xff) && !IsAbsurd(raw[1..^1]);

    private static JsonNode? Repaired(JsonElement element, string field)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject())
                    if (NameOf(property) is { } name && Value(property.Value, name, out var value))
                        map[name] = value;
                return map;
            case JsonValueKind.Array:
                return new JsonArray([
                    .. element.EnumerateArray().Select(item => Item(item, field)).OfType<JsonNode>(),
                ]);
            case JsonValueKind.String:
                var text = TextOf(element)!;
                return field is "name" or "namespace" or "kind" or ""
                    ? PlainText.Of(text).ReplaceLineEndings(" ")
                    : text;
            default:
                return JsonNode.Parse(element.GetRawText());
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Value(JsonElement element, string name, out JsonNode? value)
    {
        var isAbsurd =
            element.ValueKind == JsonValueKind.Number && IsAbsurd(JsonMarshal.GetRawUtf8Value(element))
            || element.ValueKind == JsonValueKind.String && IsAbsurd(JsonMarshal.GetRawUtf8Value(element)[1..^1]);
        value = isAbsurd || element.ValueKind == JsonValueKind.Null ? null : Repaired(element, name);
        return !isAbsurd;
    }

    private static JsonNode? Item(JsonElement item, string field)
    {
        if (item.ValueKind == JsonValueKind.Null)
            return null;
        var node = Repaired(item, "");
        if (IsWellItem(item, field) || !Named.Contains(field) && !UselessWithoutName.Contains(field))
            return node;
        if (node is not JsonObject map || UselessWithoutName.Contains(field) && map["name"] is not JsonValue)
            return null;
        map["name"] = map["name"]?.ToString() ?? "";
        return map;
    }

    /// <summary>"1e9999999", or a number of hundreds of digits.</summary>
    private static bool IsAbsurd(ReadOnlySpan<byte> text)
    {
        if (
            text.Length < 4
            || !char.IsAsciiDigit((char)text[0]) && text[0] is not ((byte)'-' or (byte)'+' or (byte)'.')
        )
            return false;
        var length = text.IndexOfAnyExcept(Number);
        var number = length < 0 ? text : text[..length];
        if (text.Length - number.Length > 2)
            return false;
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        var digits = exponent < 0 ? number : number[..exponent];
        return digits.Length > MostDigits || exponent >= 0 && number[(exponent + 1)..].Trim("+-0"u8).Length > 1;
    }
}
