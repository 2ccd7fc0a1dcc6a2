using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations.FollowUps;

/// <summary>The facts around a subject, one a line: what a free question is answered from.</summary>
internal static class CaseFacts
{
    private const int MostObjects = 30,
        MostLeaves = 200;

    private static readonly string[] Dull =
    [
        "metadata.labels",
        "metadata.annotations",
        "metadata.ownerReferences",
        "apiVersion",
        "status.conditions",
        "tolerations",
        "podCIDR",
        "imageID",
        "containerID",
        "managedFields",
        "status.images",
        "nodeInfo",
    ];

    /// <summary>The facts of a case, the most telling first.</summary>
    /// <param name="c">The case, read again where it can be.</param>
    /// <param name="opened">The case of the evidence, for more about single objects; null for pasted text.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(
        ThreadCase c,
        IEvidenceCase? opened,
        CancellationToken cancellationToken
    )
    {
        var facts = new List<string>();
        facts.AddRange(c.Cause.Findings.Select(one => $"{one.Summary}: {one.Quote}"));
        facts.AddRange(c.Report.Signals.Select(one => $"{one.Summary}: {one.Quote}"));
        facts.Add($"the question: {c.Report.Question}");
        if (opened is null || c.Now is not { } now)
            return facts;
        foreach (var resource in Around(c, now))
        {
            foreach (var tool in (EvidenceTool[])[EvidenceTool.Pods, EvidenceTool.Changes, EvidenceTool.Events])
                if (resource == c.Thread.Target?.Object)
                    facts.AddRange(await LinesAsync(tool, resource, opened, cancellationToken));
            facts.AddRange(
                Leaves(resource, await ReadAsync(EvidenceTool.Describe, resource, opened, cancellationToken))
            );
        }
        return facts;
    }

    private static IEnumerable<ResourceRef> Around(ThreadCase c, Evidence now)
    {
        var start = new[] { c.Thread.Target?.Object, c.Cause.Resource?.ToResource().Object }
            .OfType<ResourceRef>()
            .ToList();
        return start
            .Concat(c.Cause.Findings.Select(one => one.Resource.ToResource().Object))
            .Concat(now.Findings.Where(one => one.About is not null).Select(one => one.About!.Object))
            .Concat(start.Select(now.Topology.Controller))
            .Concat(start.SelectMany(one => now.Topology.Reach(one).Keys))
            .Concat(start.SelectMany(now.Topology.DependentsOf))
            .Where(one => one.Kind is not "ReplicaSet")
            .Distinct()
            .Take(MostObjects);
    }

    private static async Task<IEnumerable<string>> LinesAsync(
        EvidenceTool tool,
        ResourceRef resource,
        IEvidenceCase opened,
        CancellationToken cancellationToken
    ) => (await ReadAsync(tool, resource, opened, cancellationToken)).Split('\n').Where(line => line.Contains(':'));

    private static async Task<string> ReadAsync(
        EvidenceTool tool,
        ResourceRef resource,
        IEvidenceCase opened,
        CancellationToken cancellationToken
    ) => (await opened.ReadAsync(new(tool, resource), cancellationToken)).Text;

    private static IEnumerable<string> Leaves(ResourceRef resource, string text)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return [];
        }
        var leaves = new List<string>();
        Walk(json, "", leaves);
        return leaves
            .Where(leaf => !Dull.Any(leaf.Contains))
            .Take(MostLeaves)
            .Select(leaf => $"{resource.Kind} {ThreadRecord.NameOf(resource)}: {leaf}");
    }

    private static void Walk(JsonNode? node, string path, List<string> leaves)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map)
                    Walk(value, path.Length == 0 ? name : $"{path}.{name}", leaves);
                break;
            case JsonArray list:
                foreach (var item in list)
                    Walk(
                        item,
                        item is JsonObject named && named["name"] is JsonValue by ? $"{path}[{by}]" : path,
                        leaves
                    );
                break;
            case JsonValue value:
                leaves.Add($"{path.Replace("spec.template.spec.", "", StringComparison.Ordinal)}: {value}");
                break;
        }
    }
}
