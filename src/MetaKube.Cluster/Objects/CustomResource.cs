using System.Text.Json;
using k8s;
using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// An object of a kind that this program does not know, reduced to metadata and conditions.
/// </summary>
internal sealed class CustomResource : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>
    /// The conditions, each with its path. A Gateway API route has conditions for each parent.
    /// </summary>
    public IReadOnlyList<(string Path, V1Condition Condition)> Conditions { get; private init; } = [];

    /// <summary>The Services to which a Gateway API route sends requests.</summary>
    public IReadOnlyList<ResourceRef> Backends { get; private init; } = [];

    public static CustomResource Of(
        string kind,
        V1ObjectMeta metadata,
        IReadOnlyList<(string Path, V1Condition Condition)> conditions
    ) =>
        new()
        {
            Kind = kind,
            Metadata = metadata,
            Conditions = conditions,
        };

    /// <summary>Reads an object; null where it has no name.</summary>
    public static CustomResource? Read(JsonElement element, string kind)
    {
        if (
            !element.TryGetProperty("metadata", out var metadata)
            || KubernetesJson.Deserialize<V1ObjectMeta>(metadata) is not { Name.Length: > 0 } meta
        )
            return null;
        return new()
        {
            Kind = kind,
            ApiVersion = element.TryGetProperty("apiVersion", out var version) ? version.GetString() ?? "" : "",
            Metadata = meta,
            Backends = kind.EndsWith("Route", StringComparison.Ordinal) ? [.. BackendsIn(element, meta)] : [],
            Conditions =
                element.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Object
                    ? [.. ConditionsIn(status, "status")]
                    : [],
        };
    }

    private static IEnumerable<ResourceRef> BackendsIn(JsonElement element, V1ObjectMeta meta)
    {
        if (!element.TryGetProperty("spec", out var spec) || spec.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var backend in Items(spec, "rules").SelectMany(rule => Items(rule, "backendRefs")))
        {
            if (Text(backend, "kind") is not ("" or "Service") || Text(backend, "name") is not { Length: > 0 } name)
                continue;
            var ns = Text(backend, "namespace");
            yield return new("Service", ns.Length > 0 ? ns : meta.NamespaceProperty, name);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string list) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(list, out var items)
        && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static IEnumerable<(string, V1Condition)> ConditionsIn(JsonElement status, string path)
    {
        if (status.TryGetProperty("conditions", out var conditions) && conditions.ValueKind == JsonValueKind.Array)
            foreach (
                var condition in conditions
                    .EnumerateArray()
                    .Where(condition => condition.ValueKind == JsonValueKind.Object)
            )
                yield return (
                    $"{path}.conditions[{Text(condition, "type")}]",
                    new()
                    {
                        Type = Text(condition, "type"),
                        Status = Text(condition, "status"),
                        Reason = Text(condition, "reason"),
                        Message = Text(condition, "message"),
                        LastTransitionTime = DateTimeOffset.TryParse(
                            Text(condition, "lastTransitionTime"),
                            System.Globalization.CultureInfo.InvariantCulture,
                            out var at
                        )
                            ? at.UtcDateTime
                            : default,
                    }
                );
        foreach (var list in (string[])["parents", "listeners"])
            if (status.TryGetProperty(list, out var parents) && parents.ValueKind == JsonValueKind.Array)
                foreach (
                    var parent in parents.EnumerateArray().Where(parent => parent.ValueKind == JsonValueKind.Object)
                )
                    foreach (var condition in ConditionsIn(parent, $"{path}.{list}"))
                        yield return condition;
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
