using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using MetaKube.Cluster;
using MetaKube.Cluster.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaKube.Fakes.Clusters;

/// <summary>
/// An API server over real HTTP that holds the objects it was given: lists with limit and continue, field and label
/// selectors, metadata alone, single objects, patches, logs. It replaces clusters that no test machine could run, and
/// answers that a real cluster cannot be made to give.
/// </summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private readonly Dictionary<string, SortedList<string, Item>> lists = ResourceKind.All.ToDictionary(
        kind => kind.Plural,
        _ => new SortedList<string, Item>(StringComparer.Ordinal)
    );
    private readonly Dictionary<(string Pod, string Container, bool Previous), string> logs = [];
    private readonly Lock gate = new();
    private readonly WebApplication server;
    private long version = 1_000_000;

    private sealed record Item(
        string? Namespace,
        string Name,
        byte[] Json,
        byte[] Metadata,
        JsonObject Labels,
        Dictionary<string, string> Fields
    );

    private SimulatedCluster(WebApplication server)
    {
        this.server = server;
        Writes = new(this);
    }

    /// <summary>Patches of objects.</summary>
    public SimulatedWrites Writes { get; }

    /// <summary>Paths with their queries, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<SimulatedCluster> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var cluster = new SimulatedCluster(app);
        app.Run(cluster.AnswerAsync);
        await app.StartAsync();
        return cluster;
    }

    /// <summary>Fixed answers by path, for APIs that hold no objects.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>Answers wait until this task completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Cuts every connection.</summary>
    public bool IsAway { get; set; }

    /// <summary>Answers 401 to every request.</summary>
    public bool IsClosed { get; set; }

    /// <summary>
    /// True for a right that the caller has, given as "list pods", "get pods/log", "patch deployments".
    /// </summary>
    public Func<string, bool> Allows { get; set; } =
        static what => !what.EndsWith(" secrets", StringComparison.Ordinal);

    /// <summary>The clock of the cluster minus the clock of this machine.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>Runs at each request, before it is answered.</summary>
    public Action Noticed { get; set; } = static () => { };

    public string Url => server.Urls.First();

    public ClusterEvidence Source(TimeProvider? time = null, Uri? prometheus = null) =>
        new(
            () => new(new Kubernetes(new KubernetesClientConfiguration { Host = Url }), "simulated", []),
            time ?? TimeProvider.System,
            prometheus
        );

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>The object as it is now, or null.</summary>
    public JsonObject? Find(string kind, string? ns, string name)
    {
        lock (gate)
            return lists[ResourceKind.Find(kind)!.Plural].TryGetValue($"{ns}/{name}", out var item)
                ? (JsonObject)JsonNode.Parse(item.Json)!
                : null;
    }

    public void Remove(string kind, string? ns, string name)
    {
        lock (gate)
            lists[ResourceKind.Find(kind)!.Plural].Remove($"{ns}/{name}");
    }

    /// <summary>Adds an object; one of the same kind and name is replaced by a new version.</summary>
    public void Add(string kind, JsonObject item)
    {
        lock (gate)
            Store(kind, (JsonObject)item.DeepClone());
    }

    private void Store(string kind, JsonObject item)
    {
        item["kind"] = kind;
        if (kind == "Secret")
            foreach (var field in (string[])["data", "stringData"])
                item.Remove(field);
        var meta = (JsonObject)item["metadata"]!;
        var (ns, name) = ((string?)meta["namespace"], (string)meta["name"]!);
        var list = lists[ResourceKind.Find(kind)!.Plural];
        if (meta["resourceVersion"] is null || list.ContainsKey($"{ns}/{name}"))
            meta["resourceVersion"] = (++version).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var partial = new JsonObject
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = meta.DeepClone(),
        };
        var fields = new Dictionary<string, string>
        {
            ["metadata.name"] = name,
            ["type"] = (string?)item["type"] ?? "",
            ["spec.nodeName"] = Text(item["spec"], "nodeName"),
            ["involvedObject.name"] = Text(item["involvedObject"], "name"),
        };
        list[$"{ns}/{name}"] = new(
            ns,
            name,
            Bytes(item),
            Bytes(partial),
            (JsonObject?)meta["labels"]?.DeepClone() ?? [],
            fields
        );
    }

    private static string Text(JsonNode? node, string name) =>
        node is JsonObject map && map[name] is JsonValue value ? (string?)value ?? "" : "";

    public void AddLog(string ns, string pod, string container, bool previous, string text) =>
        logs[($"{ns}/{pod}", container, previous)] = text;

    /// <summary>Adds the objects and logs of a dump.</summary>
    public void AddDump(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
            foreach (var item in JsonNode.Parse(File.ReadAllText(file))!["items"]!.AsArray().OfType<JsonObject>())
                Add(ResourceKind.All.First(kind => kind.Plural == Path.GetFileNameWithoutExtension(file)).Kind, item);
        foreach (var file in Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
            var container = Path.GetFileNameWithoutExtension(file);
            var previous = container.EndsWith(".previous", StringComparison.Ordinal);
            AddLog(
                path[0],
                path[1],
                previous ? Path.GetFileNameWithoutExtension(container) : container,
                previous,
                File.ReadAllText(file)
            );
        }
    }

    private static byte[] Bytes(JsonObject item) => JsonSerializer.SerializeToUtf8Bytes(item);

    /// <summary>Answers with a Status object.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(
            context,
            new()
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["status"] = "Failure",
                ["message"] = message,
                ["code"] = status,
            }
        );
    }

    public static Task WriteAsync(HttpContext context, JsonObject answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.Path}{request.QueryString}");
        Noticed();
        await Gate;
        if (IsAway)
        {
            context.Abort();
            return;
        }
        context.Response.Headers.Date = (TimeProvider.System.GetUtcNow() + ClockSkew).ToString(
            "R",
            System.Globalization.CultureInfo.InvariantCulture
        );
        if (IsClosed)
            await RefuseAsync(context, 401, "Unauthorized");
        else if (request.Path == "/version")
            await context.Response.WriteAsync("""{"gitVersion":"v1.34.1"}""");
        else if (request.Path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
            await ReviewAsync(context);
        else if (Answers.TryGetValue(request.Path.Value!, out var answer))
            await context.Response.WriteAsync(answer);
        else
            await AnswerForObjectsAsync(context, request.Path.Value!.Trim('/').Split('/'));
    }

    private async Task ReviewAsync(HttpContext context)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var asked = review["spec"]!["resourceAttributes"]!;
        var subresource = asked["subresource"] is { } sub ? $"/{sub}" : "";
        review["status"] = new JsonObject { ["allowed"] = Allows($"{asked["verb"]} {asked["resource"]}{subresource}") };
        context.Response.StatusCode = 201;
        await WriteAsync(context, review);
    }

    private Task AnswerForObjectsAsync(HttpContext context, string[] parts)
    {
        if (parts is ["api", "v1", "namespaces", var podNs, "pods", var pod, "log"])
            return WriteLogAsync(context, $"{podNs}/{pod}");
        if (Split(parts) is var (kind, ns) && kind is not null)
            return WriteListAsync(context, kind, ns);
        if (parts.Length > 1 && Split(parts[..^1]) is var (kindOfOne, nsOfOne) && kindOfOne is not null)
            return AnswerForOneAsync(context, kindOfOne, nsOfOne, Uri.UnescapeDataString(parts[^1]));
        return RefuseAsync(context, 404, "the server could not find the requested resource");
    }

    /// <summary>The kind and namespace in the path of a list; the kind is null for another path.</summary>
    private static (ResourceKind? Kind, string? Namespace) Split(string[] parts)
    {
        var kind = ResourceKind.All.FirstOrDefault(kind => kind.Plural == parts[^1]);
        var ns = parts.Length > 2 && parts[^3] == "namespaces" ? parts[^2] : null;
        return kind is not null && kind.GroupVersions.Contains(string.Join('/', parts[..^(ns is null ? 1 : 3)]))
            ? (kind, ns)
            : (null, null);
    }

    private Task AnswerForOneAsync(HttpContext context, ResourceKind kind, string? ns, string name)
    {
        if (context.Request.Method == HttpMethods.Patch)
            return Writes.AnswerAsync(context, kind, ns, name);
        return Find(kind.Kind, ns, name) is { } item
            ? WriteAsync(context, item)
            : RefuseAsync(context, 404, $"{kind.Plural} \"{name}\" not found");
    }

    private Task WriteLogAsync(HttpContext context, string pod)
    {
        var query = context.Request.Query;
        return logs.TryGetValue((pod, query["container"].ToString(), query.ContainsKey("previous")), out var text)
            ? context.Response.WriteAsync(text)
            : RefuseAsync(context, 400, "no such log");
    }

    private async Task WriteListAsync(HttpContext context, ResourceKind kind, string? ns)
    {
        var query = context.Request.Query;
        var namesOnly = context
            .Request.Headers.Accept.ToString()
            .Contains("PartialObjectMetadataList", StringComparison.Ordinal);
        var limit = int.TryParse(query["limit"], out var given) && given > 0 ? given : int.MaxValue;
        var from = int.TryParse(query["continue"], out var skip) ? skip : 0;
        List<Item> matching;
        lock (gate)
            matching = lists[kind.Plural]
                .Values.Where(item =>
                    (ns is null || item.Namespace == ns) && Fits(item, query["fieldSelector"], query["labelSelector"])
                )
                .Skip(from)
                .Take(limit == int.MaxValue ? limit : limit + 1)
                .ToList();
        var next =
            matching.Count > limit ? (from + limit).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        var listed = namesOnly ? "PartialObjectMetadata" : kind.Kind;
        context.Response.ContentType = "application/json";
        var output = context.Response.BodyWriter;
        output.Write(
            Encoding.UTF8.GetBytes($$"""{"kind":"{{listed}}List","metadata":{"continue":"{{next}}"},"items":[""")
        );
        for (var i = 0; i < Math.Min(limit, matching.Count); i++)
        {
            if (i > 0)
                output.Write(","u8);
            output.Write(namesOnly ? matching[i].Metadata : matching[i].Json);
        }
        output.Write("]}"u8);
        await output.FlushAsync();
    }

    private static bool Fits(Item item, string? fieldSelector, string? labelSelector) =>
        (
            string.IsNullOrEmpty(fieldSelector)
            || fieldSelector
                .Split(',')
                .All(term =>
                    term.Split("!=") is [var name, var not]
                        ? item.Fields[name] != not
                        : term.Split('=') is [var field, var value] && item.Fields[field] == value
                )
        )
        && (
            string.IsNullOrEmpty(labelSelector)
            || labelSelector
                .Split(',')
                .All(term => term.Split('=') is [var label, var value] && Text(item.Labels, label) == value)
        );
}
