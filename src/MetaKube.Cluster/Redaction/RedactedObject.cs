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
        CleanText(item, null, redaction);
        if (kind == "Secret")
            foreach (var field in (string[])["data", "stringData"])
                item.Remove(field);
        return item;
    }

    private static void CleanText(JsonNode node, string? name, Redactor redaction)
    {
        switch (node)
        {
            case JsonObject map:
                var credential =
                    map["name"] is JsonValue n
                    && n.TryGetValue<string>(out var variable)
                    && Redactor.IsCredentialName(variable);
                foreach (var (key, value) in map.ToList())
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var plain))
                    {
                        var clean =
                            credential && key == "value" || name == "data" && Redactor.IsCredentialName(key)
                                ? Redactor.Mark
                                : redaction.Clean(plain);
                        if (clean != plain)
                            map[key] = clean;
                    }
                    else if (value is not null)
                        CleanText(value, key, redaction);
                }
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonValue text && text.TryGetValue<string>(out var plain))
                    {
                        var clean = redaction.Clean(plain);
                        if (clean != plain)
                            list[i] = clean;
                    }
                    else if (list[i] is { } child)
                        CleanText(child, name, redaction);
                }
                break;
        }
    }
}
