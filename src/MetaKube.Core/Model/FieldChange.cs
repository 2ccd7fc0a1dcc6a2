using System.Text.Json.Nodes;

namespace MetaKube.Model;

/// <summary>One field of an object before and after a change, as JSON; null if it is absent.</summary>
/// <param name="Pointer">The field as JSON Pointer (RFC 6901).</param>
/// <param name="Field">The field for people; list items have their names.</param>
/// <param name="Before">Its value before.</param>
/// <param name="After">Its value after.</param>
public sealed record FieldChange(string Pointer, string Field, string? Before, string? After)
{
    /// <summary>The change that undoes this one.</summary>
    public FieldChange Reversed() => this with { Before = After, After = Before };

    /// <summary>The differences between two states of one object in spec, labels and annotations.</summary>
    public static IReadOnlyList<FieldChange> Between(JsonObject before, JsonObject after)
    {
        var changes = new List<FieldChange>();
        Compare(before["spec"], after["spec"], "/spec", "spec", changes);
        foreach (var map in (string[])["labels", "annotations"])
            Compare(before["metadata"]?[map], after["metadata"]?[map], $"/metadata/{map}", $"metadata.{map}", changes);
        return changes;
    }

    /// <summary>True if an object's field has the value; null means that the field is absent.</summary>
    public static bool Holds(JsonObject item, string pointer, string? value)
    {
        JsonNode? node = item;
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescaped))
            node = node switch
            {
                JsonObject map => map[step],
                JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
                _ => null,
            };
        return JsonNode.DeepEquals(node, value is null ? null : JsonNode.Parse(value));
    }

    /// <summary>The JSON Patch operation (RFC 6902) that applies the change.</summary>
    public JsonObject Operation()
    {
        if (After is null)
            return new() { ["op"] = "remove", ["path"] = Pointer };
        return new()
        {
            ["op"] = Before is null ? "add" : "replace",
            ["path"] = Pointer,
            ["value"] = JsonNode.Parse(After),
        };
    }

    private static void Compare(
        JsonNode? before,
        JsonNode? after,
        string pointer,
        string field,
        List<FieldChange> changes
    )
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject one && after is JsonObject other)
        {
            foreach (var key in one.Select(entry => entry.Key).Union(other.Select(entry => entry.Key)))
                Compare(one[key], other[key], $"{pointer}/{Escaped(key)}", $"{field}.{key}", changes);
            return;
        }
        // List items are compared by index only if both lists have the same names in the same order. Otherwise the list
        // is replaced as a whole.
        if (
            before is JsonArray ones
            && after is JsonArray others
            && ones.Count == others.Count
            && ones.Zip(others).All(pair => NameOf(pair.First) is { } name && name == NameOf(pair.Second))
        )
        {
            for (var i = 0; i < ones.Count; i++)
                Compare(ones[i], others[i], $"{pointer}/{i}", $"{field}[{NameOf(ones[i])}]", changes);
            return;
        }
        changes.Add(new(pointer, field, before?.ToJsonString(), after?.ToJsonString()));
    }

    private static string Escaped(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Unescaped(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string? NameOf(JsonNode? item) =>
        item is JsonObject map && map["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;
}
