using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Writes a dump in the layout of <c>kubectl cluster-info dump --output-directory</c>, with more kinds and redacted.
/// </summary>
internal sealed class ClusterDump(ClusterApi api, TimeProvider time)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Redactor redaction = new();
    private readonly List<string> gaps = [];

    public async Task WriteAsync(
        string folder,
        IReadOnlyList<string> only,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(folder);
        IReadOnlyList<JsonObject> pods = [];
        IReadOnlyList<string> namespaces = only;
        // Namespaces first: the lists of the other kinds are written by namespace.
        foreach (var kind in ResourceKind.All.OrderBy(kind => kind.Kind == "Namespace" ? 0 : 1))
        {
            progress.Report($"writing {kind.Plural}");
            var (listing, items) = await ListAsync(kind, only, cancellationToken);
            if (kind.Kind == "Pod")
                pods = items;
            if (kind.Kind == "Namespace" && only.Count == 0)
                namespaces = [.. items.Select(NameOf)];
            if (listing.Namespaces.Count == 0)
                continue;
            if (kind.IsNamespaced)
                await WriteByNamespaceAsync(folder, kind, items, only, namespaces, cancellationToken);
            else
                await WriteListAsync(
                    Path.Combine(folder, $"{kind.Plural}.json"),
                    kind,
                    kind.Kind == "Namespace" && only.Count > 0
                        ? [.. items.Where(item => only.Contains(NameOf(item)))]
                        : items,
                    cancellationToken
                );
        }
        await WriteLogsAsync(folder, pods, only, progress, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "metakube-dump.txt"),
            $"Written by metakube dump at {time.GetUtcNow():O}; secrets redacted.\n{string.Join('\n', gaps)}\n",
            cancellationToken
        );
    }

    private async Task<(ListResult Listing, List<JsonObject> Items)> ListAsync(
        ResourceKind kind,
        IReadOnlyList<string> only,
        CancellationToken cancellationToken
    )
    {
        var items = new List<JsonObject>();
        var listing = await api.ListAsync(
            new(kind),
            only,
            (_, page) =>
                items.AddRange(
                    (JsonNode.Parse(page.GetRawText())!["items"]?.AsArray() ?? [])
                        .OfType<JsonObject>()
                        .Select(item => RedactedObject.Clean(kind.Kind, item, redaction))
                ),
            cancellationToken
        );
        if (listing.IsUnreachable)
            throw new EvidenceUnavailableException($"The cluster does not answer: {listing.Gap}");
        if (listing.Gap is { } gap)
            gaps.Add($"{kind.Plural}: {gap}");
        return (listing, items);
    }

    /// <summary>An empty list says that there are no objects; a missing file would say nothing.</summary>
    private static async Task WriteByNamespaceAsync(
        string folder,
        ResourceKind kind,
        IReadOnlyList<JsonObject> items,
        IReadOnlyList<string> only,
        IReadOnlyList<string> namespaces,
        CancellationToken cancellationToken
    )
    {
        var byNamespace = items.ToLookup(item => (string?)item["metadata"]?["namespace"] ?? "default");
        foreach (var ns in only.Count > 0 ? only : namespaces.Union(byNamespace.Select(group => group.Key)))
            await WriteListAsync(
                Path.Combine(folder, ns, $"{kind.Plural}.json"),
                kind,
                [.. byNamespace[ns]],
                cancellationToken
            );
    }

    private static string NameOf(JsonObject item) => (string)item["metadata"]!["name"]!;

    private async Task WriteLogsAsync(
        string folder,
        IReadOnlyList<JsonObject> pods,
        IReadOnlyList<string> only,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        foreach (var pod in pods)
        {
            var (ns, name) = ((string)pod["metadata"]!["namespace"]!, (string)pod["metadata"]!["name"]!);
            if (only.Count > 0 && !only.Contains(ns))
                continue;
            progress.Report($"writing logs of {ns}/{name}");
            var states = ((JsonArray?)pod["status"]?["initContainerStatuses"] ?? []).Concat(
                (JsonArray?)pod["status"]?["containerStatuses"] ?? []
            );
            foreach (var state in states.OfType<JsonObject>())
            {
                var container = (string)state["name"]!;
                await WriteLogAsync(folder, new(ns, name, container, false), cancellationToken);
                if ((int?)state["restartCount"] > 0)
                    await WriteLogAsync(folder, new(ns, name, container, true), cancellationToken);
            }
        }
    }

    private async Task WriteLogAsync(string folder, LogRef log, CancellationToken cancellationToken)
    {
        var read = await api.LogAsync(log, cancellationToken);
        if (read.Gap is { } gap)
            gaps.Add($"log of {log.Namespace}/{log.Pod} {log.Container}: {gap}");
        if (read.Text is null)
            return;
        var path = Path.Combine(folder, log.Namespace, log.Pod);
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(
            Path.Combine(path, $"{log.Container}{(log.Previous ? ".previous" : "")}.log"),
            redaction.Clean(read.Text),
            cancellationToken
        );
    }

    private static async Task WriteListAsync(
        string path,
        ResourceKind kind,
        IReadOnlyList<JsonObject> items,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var list = new JsonObject
        {
            ["kind"] = $"{kind.Kind}List",
            ["apiVersion"] = "v1",
            ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        };
        await File.WriteAllTextAsync(path, list.ToJsonString(Indented), cancellationToken);
    }
}
