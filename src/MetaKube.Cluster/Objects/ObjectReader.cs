using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// Reads Kubernetes objects, Lists and multi-document files into a snapshot. An object that does not parse is skipped.
/// </summary>
internal static partial class ObjectReader
{
    /// <summary>
    /// Limits of a YAML document. A few lines with aliases of aliases can expand to more nodes than fit into memory.
    /// </summary>
    private const int MostNodes = 2_000_000,
        Deepest = 60;

    /// <summary>Fields of one object that are left out because they do not fit; after more the object is.</summary>
    private const int MostBadFields = 5;

    private static readonly Lazy<IDeserializer> Yaml = new(() =>
        new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build()
    );

    /// <summary>Reads one JSON document; <paramref name="ns"/> is the namespace whose folder it is in.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static async Task ReadJsonAsync(
        ClusterSnapshot snapshot,
        Stream json,
        string from,
        string? ns,
        CancellationToken cancellationToken
    )
    {
        using var document = await JsonDocument.ParseAsync(
            json,
            new JsonDocumentOptions { AllowTrailingCommas = true },
            cancellationToken
        );
        Read(snapshot, document.RootElement, null, from, ns);
    }

    /// <summary>Reads a YAML text of one or more documents.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static void ReadYaml(ClusterSnapshot snapshot, string yaml, string from)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        while (!parser.TryConsume<StreamEnd>(out _))
        {
            var graph = Yaml.Value.Deserialize<object?>(parser);
            if (graph is null)
                continue;
            var nodes = MostNodes;
            Read(snapshot, JsonSerializer.SerializeToElement(Jsonable(graph, 0, ref nodes)), null, from);
        }
    }

    /// <summary>
    /// Reads an object or a List; <paramref name="kind"/> is the kind of a list's items, which do not repeat it.
    /// </summary>
    public static void Read(ClusterSnapshot snapshot, JsonElement element, string? kind, string from, string? ns = null)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Read(snapshot, item, kind, from);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object)
            return;
        // A Secret that is listed without its values arrives as "PartialObjectMetadata": the caller knows its kind.
        if (
            element.TryGetProperty("kind", out var named)
            && WellFormed.TextOf(named) is { } own
            && !(kind is not null && own.StartsWith("PartialObjectMetadata", StringComparison.Ordinal))
        )
            kind = own;
        if (kind is null)
            return;
        if (
            element.TryGetProperty("items", out var items)
            && items.ValueKind is JsonValueKind.Array or JsonValueKind.Null
        )
        {
            var itemKind = kind switch
            {
                "List" => null,
                [.., 'L', 'i', 's', 't'] => kind[..^4],
                _ => kind,
            };
            if (items.ValueKind == JsonValueKind.Array)
                foreach (var item in items.EnumerateArray())
                    Read(snapshot, item, itemKind, from);
            if (itemKind is not null)
                snapshot.MarkComplete(itemKind, ns ?? OnlyNamespace(items) ?? ClusterSnapshot.Everywhere);
            return;
        }
        ReadOne(snapshot, element, kind, from);
    }

    /// <summary>Reads the items of one page of a list. The caller decides whether the list is complete.</summary>
    public static void ReadPage(
        ClusterSnapshot snapshot,
        JsonElement page,
        ResourceKind kind,
        Action<IKubernetesObject<V1ObjectMeta>>? trim = null
    ) => ReadPage(snapshot, page, kind.Kind, kind.Plural, trim);

    /// <inheritdoc cref="ReadPage(ClusterSnapshot, JsonElement, ResourceKind,
    /// Action{IKubernetesObject{V1ObjectMeta}}?)"/>
    public static void ReadPage(
        ClusterSnapshot snapshot,
        JsonElement page,
        string kind,
        string from,
        Action<IKubernetesObject<V1ObjectMeta>>? trim = null
    )
    {
        if (
            page.ValueKind == JsonValueKind.Object
            && page.TryGetProperty("items", out var items)
            && items.ValueKind == JsonValueKind.Array
        )
            foreach (var item in items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
                ReadOne(snapshot, item, kind, from, trim);
    }

    private static void ReadOne(
        ClusterSnapshot snapshot,
        JsonElement element,
        string kind,
        string from,
        Action<IKubernetesObject<V1ObjectMeta>>? trim = null
    )
    {
        element = WellFormed.Of(element);
        // One field that does not fit must not lose the object.
        for (var removed = 0; ; removed++)
            try
            {
                // An unknown kind is kept for its conditions.
                var item = ResourceKind.Find(kind) is { } known
                    ? known.Parse(element)
                    : CustomResource.Read(element, kind);
                if (item is null)
                    return;
                trim?.Invoke(item);
                snapshot.Add(RequiredFields.Fill(item));
                return;
            }
            catch (Exception e) when (IsMisfit(e))
            {
                var path = (e as JsonException)?.Path;
                var rest = removed < MostBadFields ? Without(element, path) : null;
                snapshot.Gaps.Add(
                    new(
                        $"{kind} {snapshot.Redaction.Quote(NameOf(element), 80)} in {from}",
                        rest is null
                            ? $"does not fit the API: {snapshot.Redaction.Quote(FirstSentence(e.Message), 160)}"
                            : $"field {path} does not fit the API and was left out"
                    )
                );
                if (rest is null)
                    return;
                element = rest.Value;
            }
    }

    private static bool IsMisfit(Exception e) =>
        e
            is JsonException
                or FormatException
                or InvalidOperationException
                or NotSupportedException
                or ArgumentException
                or ArithmeticException
                or NullReferenceException
                or KeyNotFoundException;

    private static string NameOf(JsonElement element) =>
        element.TryGetProperty("metadata", out var meta)
        && meta.ValueKind == JsonValueKind.Object
        && meta.TryGetProperty("name", out var name)
            ? name.ToString()
            : "?";

    /// <summary>
    /// The object without the field at a path such as "$.webhooks[0].clientConfig.caBundle"; null where there is none.
    /// </summary>
    private static JsonElement? Without(JsonElement element, string? path)
    {
        var node = JsonNode.Parse(element.GetRawText());
        var names = PathPart().Matches(path ?? "").Select(match => match.Value).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            var isLast = i == names.Count - 1;
            switch (node)
            {
                case JsonObject map when isLast && map.Remove(names[i]):
                    return JsonSerializer.SerializeToElement(map.Root);
                case JsonArray list
                    when isLast
                        && int.TryParse(names[i], CultureInfo.InvariantCulture, out var last)
                        && last < list.Count:
                    list.RemoveAt(last);
                    return JsonSerializer.SerializeToElement(list.Root);
                case JsonObject map:
                    node = map[names[i]];
                    break;
                case JsonArray list
                    when int.TryParse(names[i], CultureInfo.InvariantCulture, out var at) && at < list.Count:
                    node = list[at];
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    [GeneratedRegex(@"(?<=\.|\['|\[)[\w/-]+|(?<=\[')[^']+")]
    private static partial Regex PathPart();

    /// <summary>
    /// The namespace of a list whose objects are all in one namespace; null for several or none, which counts as a list
    /// of the cluster.
    /// </summary>
    private static string? OnlyNamespace(JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array)
            return null;
        var namespaces = items
            .EnumerateArray()
            .Select(item =>
                item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("metadata", out var meta)
                && meta.ValueKind == JsonValueKind.Object
                && meta.TryGetProperty("namespace", out var ns)
                    ? WellFormed.TextOf(ns)
                    : null
            )
            .Distinct()
            .Take(2)
            .ToList();
        return namespaces is [var only] ? only : null;
    }

    public static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static object? Jsonable(object? node, int depth, ref int nodes)
    {
        if (--nodes < 0 || depth > Deepest)
            throw new YamlException("The document is too large once its aliases are followed.");
        switch (node)
        {
            case IDictionary<object, object> map:
                var copy = new Dictionary<string, object?>();
                foreach (var (key, value) in map)
                    copy[key?.ToString() ?? ""] = Jsonable(value, depth + 1, ref nodes);
                return copy;
            case IList<object> list:
                var items = new List<object?>();
                foreach (var item in list)
                    items.Add(Jsonable(item, depth + 1, ref nodes));
                return items;
            case DateTime time:
                return time.ToUniversalTime()
                    .ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
            case double number when !double.IsFinite(number):
            case float single when !float.IsFinite(single):
                return null;
            default:
                return node;
        }
    }
}
