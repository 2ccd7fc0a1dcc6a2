using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>Merges what several texts show of one object.</summary>
internal static class PastedMerge
{
    /// <summary>Objects of which exactly one field may be set.</summary>
    private static readonly HashSet<string> Whole =
    [
        "state",
        "lastState",
        "valueFrom",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "selector",
        "labels",
        "loadBalancer",
        "template",
    ];

    /// <summary>Merges field by field.</summary>
    /// <param name="sources">One object of one kind, the richest first.</param>
    public static IKubernetesObject<V1ObjectMeta> Merge(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> sources)
    {
        if (sources.Count == 1)
            return sources[0];
        if (sources[0] is CustomResource)
            return sources.OfType<CustomResource>().MaxBy(item => item.Conditions.Count)!;
        if (ResourceKind.Find(ClusterSnapshot.RefOf(sources[0]).Kind) is not { } kind)
            return sources[0];
        var merged = Tree(sources[0]);
        foreach (var source in sources.Skip(1))
            Fill(merged, Tree(source));
        return kind.Parse(JsonSerializer.SerializeToElement(merged)) is { } item
            ? RequiredFields.Fill(item)
            : sources[0];
    }

    /// <summary>
    /// The row of a watched pod that came last, with the end of an earlier run, which the later rows no longer show.
    /// </summary>
    public static V1Pod Latest(IReadOnlyList<V1Pod> rows)
    {
        var last = rows[^1];
        if (last.Status?.ContainerStatuses is not [{ LastState: null, State.Terminated: null } now])
            return last;
        now.LastState = rows.Reverse()
            .Select(row => row.Status?.ContainerStatuses?.FirstOrDefault()?.State)
            .FirstOrDefault(state => state?.Terminated is { ExitCode: not 0 });
        return last;
    }

    private static JsonObject Tree(IKubernetesObject<V1ObjectMeta> item) =>
        JsonNode.Parse(KubernetesJson.Serialize(item))!.AsObject();

    private static void Fill(JsonObject rich, JsonObject poor)
    {
        foreach (var (name, value) in poor.ToList())
        {
            if (value is null)
                continue;
            var known = rich[name];
            if (known is null)
                rich[name] = value.DeepClone();
            else if (known is JsonObject inner && value is JsonObject other && !Whole.Contains(name))
                Fill(inner, other);
            else if (known is JsonArray list && value is JsonArray others)
                Fill(list, others);
        }
    }

    /// <summary>
    /// Elements with a name or a type are merged with their like; of other lists the richer one stays.
    /// </summary>
    private static void Fill(JsonArray rich, JsonArray poor)
    {
        if (rich.Count == 0 && poor.Count > 0 && KeyOf(poor[0]) is not null)
        {
            foreach (var item in poor)
                rich.Add(item?.DeepClone());
            return;
        }
        foreach (var item in poor)
        {
            if (KeyOf(item) is not { } key)
                continue;
            if (rich.FirstOrDefault(known => KeyOf(known) == key) is JsonObject known && item is JsonObject other)
                Fill(known, other);
        }
    }

    private static string? KeyOf(JsonNode? item) =>
        item is JsonObject element
        && (element["name"] ?? element["type"]) is JsonValue value
        && value.TryGetValue<string>(out var key)
        && key.Length > 0
            ? key
            : null;
}
