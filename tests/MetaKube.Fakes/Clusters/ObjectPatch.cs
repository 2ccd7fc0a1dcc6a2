using System.Globalization;
using System.Text.Json.Nodes;

namespace MetaKube.Fakes.Clusters;

/// <summary>The two kinds of patch that the product sends, applied as the API server does.</summary>
internal static class ObjectPatch
{
    /// <summary>Applies a strategic merge patch; items of lists are merged by their names.</summary>
    public static JsonObject Merge(JsonObject item, JsonObject patch)
    {
        var merged = (JsonObject)item.DeepClone();
        foreach (var (key, value) in patch)
            if (value is null)
                merged.Remove(key);
            else
                merged[key] = (merged[key], value) switch
                {
                    (JsonObject before, JsonObject after) => Merge(before, after),
                    (JsonArray before, JsonArray after) when after.All(one => NameOf(one) is not null) => MergeNamed(
                        before,
                        after
                    ),
                    _ => value.DeepClone(),
                };
        return merged;
    }

    /// <summary>Applies a JSON Patch (RFC 6902).</summary>
    /// <exception cref="FormatException">An operation cannot be applied, or its test fails.</exception>
    public static JsonObject Apply(JsonObject item, JsonArray operations)
    {
        var patched = (JsonObject)item.DeepClone();
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var steps = ((string)operation["path"]!).Split('/')[1..];
            for (var i = 0; i < steps.Length; i++)
                steps[i] = steps[i]
                    .Replace("~1", "/", StringComparison.Ordinal)
                    .Replace("~0", "~", StringComparison.Ordinal);
            JsonNode? parent = patched;
            foreach (var step in steps[..^1])
                parent = At(parent, step);
            Apply(parent, steps[^1], (string)operation["op"]!, operation["value"]?.DeepClone());
        }
        return patched;
    }

    private static void Apply(JsonNode? parent, string step, string op, JsonNode? value)
    {
        var before = At(parent, step);
        if (op == "test" && !JsonNode.DeepEquals(before, value))
            throw new FormatException($"testing value {step} failed: test failed");
        if (op is "replace" or "remove" && before is null)
            throw new FormatException($"{op} operation does not apply: doc is missing key: {step}: missing value");
        switch (parent)
        {
            case JsonObject map when op == "remove":
                map.Remove(step);
                break;
            case JsonObject map when op is "add" or "replace":
                map[step] = value;
                break;
            case JsonArray list when op is "add":
                list.Insert(step == "-" ? list.Count : Index(step), value);
                break;
            case JsonArray list when op == "replace":
                list[Index(step)] = value;
                break;
            case JsonArray list when op == "remove":
                list.RemoveAt(Index(step));
                break;
            case null:
                throw new FormatException($"{op} operation does not apply: doc is missing path: missing value");
        }
    }

    private static JsonNode? At(JsonNode? node, string step) =>
        node switch
        {
            JsonObject map => map[step],
            JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
            _ => null,
        };

    private static int Index(string step) => int.Parse(step, CultureInfo.InvariantCulture);

    private static JsonArray MergeNamed(JsonArray before, JsonArray after)
    {
        var merged = (JsonArray)before.DeepClone();
        foreach (var item in after.OfType<JsonObject>())
        {
            var at = merged.ToList().FindIndex(one => NameOf(one) == NameOf(item));
            if (at < 0)
                merged.Add(item.DeepClone());
            else
                merged[at] = Merge((JsonObject)merged[at]!, item);
        }
        return merged;
    }

    private static string? NameOf(JsonNode? item) => item is JsonObject map ? (string?)map["name"] : null;
}
