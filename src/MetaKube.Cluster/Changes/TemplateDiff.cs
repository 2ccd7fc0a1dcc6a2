using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Changes;

/// <summary>The difference between two revisions of a pod template, by field paths.</summary>
internal static class TemplateDiff
{
    // Set by controllers and by "kubectl rollout restart"; they do not change what runs.
    private static readonly string[] Ignored =
    [
        ResourceTopology.TemplateHash,
        "kubectl.kubernetes.io/restartedAt",
        "controller-revision-hash",
    ];

    /// <summary>The fields that differ, in the order of their paths.</summary>
    public static IReadOnlyList<TemplateChange> Between(V1PodTemplateSpec before, V1PodTemplateSpec after)
    {
        var (old, now) = (Leaves(before), Leaves(after));
        return
        [
            .. old
                .Keys.Union(now.Keys)
                .Order(StringComparer.Ordinal)
                .Where(path =>
                    old.GetValueOrDefault(path) != now.GetValueOrDefault(path) && !Ignored.Any(path.Contains)
                )
                .Select(path => new TemplateChange(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path))),
        ];
    }

    private static Dictionary<string, string> Leaves(V1PodTemplateSpec template)
    {
        var leaves = new Dictionary<string, string>();
        Walk(JsonNode.Parse(KubernetesJson.Serialize(template)), "", leaves);
        return leaves;
    }

    private static void Walk(JsonNode? node, string path, Dictionary<string, string> leaves)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    Walk(value, path is "" or "spec" ? key : $"{path}.{key}", leaves);
                break;
            // Containers, variables, ports and volumes are identified by their names.
            case JsonArray list when list.All(item => item is JsonObject named && named["name"] is JsonValue):
                foreach (var item in list)
                    Walk(item, $"{path}[{item!["name"]}]", leaves);
                break;
            case JsonArray list:
                leaves[path] = string.Join(' ', list.Select(item => item?.ToString()));
                break;
            case JsonValue value:
                if (!path.EndsWith("].name", StringComparison.Ordinal))
                    leaves[path] = value.ToString();
                break;
        }
    }
}
