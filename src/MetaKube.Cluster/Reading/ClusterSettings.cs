using System;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Reads the settings of the objects of a namespace, and of nodes. Of Secrets only names are requested, of ConfigMaps
/// only fingerprints are kept.
/// </summary>
internal static class ClusterSettings
{
    private static readonly string[] Kinds =
    [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Service",
        "ConfigMap",
        "Secret",
        "ServiceAccount",
        "PersistentVolumeClaim",
        "ResourceQuota",
        "LimitRange",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Ingress",
        "NetworkPolicy",
        "Node",
    ];

    private const int LongestValue = 80;

    public static async Task<Settings> ReadAsync(
        ClusterApi api,
        ResourceRef target,
        CancellationToken cancellationToken
    )
    {
        var redaction = new Redactor();
        var objects = new Dictionary<ResourceRef, IReadOnlyDictionary<string, string>>();
        var complete = new HashSet<string>();
        // An object without a namespace depends on no namespaced object.
        var kinds = Kinds
            .Select(name => ResourceKind.Find(name)!)
            .Where(kind => target.Namespace is not null || !kind.IsNamespaced);
        var results = await Task.WhenAll(
            kinds.Select(async kind =>
            {
                var name = kind.Kind;
                var pages = new List<JsonElement>();
                var query = new ListQuery(kind, kind.IsNamespaced ? target.Namespace : null)
                {
                    NamesOnly = name == "Secret",
                };
                var result = await api.ListAsync(query, [], (_, page) => pages.Add(page.Clone()), cancellationToken);
                return (Name: name, result, pages);
            })
        );
        foreach (var (name, result, pages) in results)
        {
            if (result.IsWhole)
                complete.Add(name);
            foreach (var item in pages.SelectMany(ItemsOf))
            {
                var meta = item.GetProperty("metadata");
                var ns = meta.TryGetProperty("namespace", out var space) ? space.GetString() : null;
                objects[new(name, ns, meta.GetProperty("name").GetString()!)] = FieldsOf(name, item, meta, redaction);
            }
        }
        return new(objects, complete);
    }

    /// <summary>The items of a list; an empty list is null on some servers.</summary>
    private static IEnumerable<JsonElement> ItemsOf(JsonElement page) =>
        page.GetProperty("items") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    private static Dictionary<string, string> FieldsOf(
        string kind,
        JsonElement item,
        JsonElement meta,
        Redactor redaction
    )
    {
        var fields = new Dictionary<string, string>();
        // The value is unknown; the version shows that it was written.
        if (kind == "Secret")
            fields["version"] = meta.TryGetProperty("resourceVersion", out var version) ? version.ToString() : "";
        if (kind == "ConfigMap" && item.TryGetProperty("data", out var data))
            foreach (var entry in data.EnumerateObject())
                fields[$"data[{entry.Name}]"] = Fingerprint(entry.Value.ToString());
        if (item.TryGetProperty("spec", out var spec))
            Walk(JsonNode.Parse(spec.GetRawText()), "spec", kind, fields, redaction);
        return fields;
    }

    private static void Walk(
        JsonNode? node,
        string path,
        string kind,
        Dictionary<string, string> fields,
        Redactor redaction
    )
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    if (!IsSetByMachines(kind, key))
                        Walk(value, $"{path}.{key}", kind, fields, redaction);
                break;
            case JsonArray list when list.All(item => item is JsonObject named && named["name"] is JsonValue):
                foreach (var item in list)
                    Walk(item, $"{path}[{item!["name"]}]", kind, fields, redaction);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    Walk(list[i], $"{path}[{i}]", kind, fields, redaction);
                break;
            case JsonValue value:
                fields[path] =
                    path.EndsWith(".value", StringComparison.Ordinal) && Redactor.IsCredentialName(path)
                        ? Redactor.Mark
                        : redaction.Quote(value.ToString(), LongestValue);
                break;
        }
    }

    /// <summary>Fields of a spec that controllers write.</summary>
    private static bool IsSetByMachines(string kind, string key) =>
        kind switch
        {
            "Node" => key is not ("unschedulable" or "taints" or "key" or "value" or "effect"),
            "PersistentVolumeClaim" => key == "volumeName",
            _ => key is "creationTimestamp" or "kubectl.kubernetes.io/restartedAt",
        };

    private static string Fingerprint(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
}
