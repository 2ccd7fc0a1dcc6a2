using System.Text.Json.Nodes;

namespace MetaKube.Cluster.Redaction;

/// <summary>Redacts a whole Kubernetes object.</summary>
internal static class RedactedObject
{
    /// <summary>The annotation in which kubectl keeps a copy of the object, values of Secrets included.</summary>
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>True for kinds whose writers say nothing, because only controllers and kubelets write them.</summary>
    public static bool IsWrittenByControllers(string kind) => kind is "Pod" or "ReplicaSet" or "Event" or "Endpoints";

    /// <summary>
    /// Removes credentials, the values of Secrets, and bookkeeping fields. Changes the object that is passed in.
    /// </summary>
    public static JsonObject Clean(string kind, JsonObject item, Redactor redaction)
    {
        if (item["metadata"] is JsonObject meta)
        {
            if (IsWrittenByControllers(kind))
                meta.Remove("managedFields");
            // The owned fields of data are its keys, which are in the object; those of a spec tell who set what.
            if (kind is "ConfigMap" or "Secret")
                foreach (var entry in (meta["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
                    entry.Remove("fieldsV1");
            if (kind == "Secret")
                meta.Remove("annotations");
            (meta["annotations"] as JsonObject)?.Remove(LastAppliedAnnotation);
        }
        item["kind"] = kind;
        CleanText(item, redaction);
        if (kind == "Secret")
            foreach (var field in (string[])["data", "stringData"])
                item.Remove(field);
        return item;
    }

    /// <summary>
    /// Redacts each string of a node: the value of a credential's name whole, any other by what it looks like.
    /// </summary>
    private static void CleanText(JsonNode node, Redactor redaction)
    {
        if (node is JsonArray list)
            CleanItems(list, redaction);
        if (node is not JsonObject map)
            return;
        var variable = TextOf(map["name"]);
        foreach (var (key, value) in map.ToList())
            if (TextOf(value) is { } text)
                Replace(
                    text,
                    redaction.CleanField(key == "value" && variable is not null ? variable : key, text),
                    clean => map[key] = clean
                );
            else if (value is not null)
                CleanText(value, redaction);
    }

    /// <summary>An argument after "--password" is its value.</summary>
    private static void CleanItems(JsonArray list, Redactor redaction)
    {
        string? option = null;
        for (var i = 0; i < list.Count; i++)
        {
            var at = i;
            if (TextOf(list[i]) is not { } text)
            {
                option = null;
                if (list[i] is { } child)
                    CleanText(child, redaction);
                continue;
            }
            var isOption = text.StartsWith('-') && !text.Contains('=', StringComparison.Ordinal);
            Replace(
                text,
                option is null || isOption ? redaction.Clean(text) : redaction.CleanField(option, text),
                clean => list[at] = clean
            );
            option = isOption ? text : null;
        }
    }

    private static void Replace(string text, string clean, Action<string> write)
    {
        if (clean != text)
            write(clean);
    }

    private static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
