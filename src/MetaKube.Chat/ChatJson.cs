using System.Text.Json;

namespace MetaKube.Chat;

/// <summary>Reading of what platforms send, of which nothing is certain.</summary>
public static class ChatJson
{
    /// <summary>A text by its name; empty where there is none.</summary>
    public static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    /// <summary>The value of a property; an undefined element if it is absent.</summary>
    public static JsonElement Below(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The elements of an array by its name; none where there is no array.</summary>
    public static IEnumerable<JsonElement> Each(JsonElement element, string name) =>
        Below(element, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
