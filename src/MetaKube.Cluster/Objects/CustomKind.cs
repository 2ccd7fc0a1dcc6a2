using System.Text.Json;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// A kind that the cluster serves and this program does not know, with the names that kubectl accepts for it.
/// </summary>
internal sealed record CustomKind(
    string Kind,
    string Plural,
    string GroupVersion,
    bool IsNamespaced,
    IReadOnlyList<string> Names
)
{
    /// <summary>
    /// The Accept header that asks for the kinds of all groups in one answer. Servers before Kubernetes 1.26 answer
    /// without the kinds.
    /// </summary>
    public const string Discovery =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        + ",application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
        + ",application/json";

    /// <summary>
    /// The list path: of one namespace if the kind is namespaced and a namespace is given, else of the cluster.
    /// </summary>
    public string PathIn(string? ns) =>
        ns is null || !IsNamespaced ? $"apis/{GroupVersion}/{Plural}" : $"apis/{GroupVersion}/namespaces/{ns}/{Plural}";

    public static IEnumerable<CustomKind> Read(JsonElement discovery)
    {
        foreach (var group in Items(discovery, "items"))
        {
            var name = group.GetProperty("metadata").GetProperty("name").GetString();
            // The first version is the preferred one.
            if (Items(group, "versions").Cast<JsonElement?>().FirstOrDefault() is not { } version)
                continue;
            foreach (var resource in Items(version, "resources"))
            {
                var (plural, kind) = (Text(resource, "resource"), Text(resource.GetProperty("responseKind"), "kind"));
                if (ResourceKind.Find(kind) is not null)
                    continue;
                yield return new(
                    kind,
                    plural,
                    $"{name}/{Text(version, "version")}",
                    Text(resource, "scope") == "Namespaced",
                    [
                        .. Items(resource, "shortNames").Select(item => item.GetString() ?? ""),
                        plural,
                        Text(resource, "singularResource"),
                        kind.ToLowerInvariant(),
                    ]
                );
            }
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var list)
        && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
