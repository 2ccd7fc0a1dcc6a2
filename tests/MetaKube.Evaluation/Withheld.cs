using System;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Cluster.Objects;
using MetaKube.Fakes;
using MetaKube.Model;

namespace MetaKube.Evaluation;

/// <summary>
/// A dump without the decisive evidence: the logs, events or objects of the decisive findings are removed, and their
/// lists count as incomplete. An answer that still names a cause has to be right.
/// </summary>
internal static class Withheld
{
    /// <summary>
    /// Asks with the whole dump, removes the decisive evidence, and asks again; null if the first answer names no
    /// cause.
    /// </summary>
    public static async Task<(Diagnosis First, Diagnosis Second)?> AskAsync(
        Scenario scenario,
        CancellationToken cancellationToken
    )
    {
        var first = (
            await MemorylessInvestigation.RunAsync(
                new DumpEvidence(scenario.Dump),
                scenario.Question,
                null,
                cancellationToken
            )
        ).Diagnosis;
        if (!first.NamesACause)
            return null;
        var folder = Directory.CreateTempSubdirectory("withheld").FullName;
        try
        {
            Copy(scenario.Dump, folder);
            foreach (var finding in first.Findings.Where(finding => finding.Fault == first.Fault))
                Withhold(folder, finding, first.Resource!);
            return (
                first,
                (
                    await MemorylessInvestigation.RunAsync(
                        new DumpEvidence(folder),
                        scenario.Question,
                        null,
                        cancellationToken
                    )
                ).Diagnosis
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Withhold(string folder, Finding finding, ResourceRef blamed)
    {
        var (resource, ns) = (finding.Resource, finding.Resource.Namespace ?? "");
        // The other pods of the workload show the same evidence.
        bool IsMeant(string? name) =>
            name == resource.Name
            || resource.Kind == "Pod" && name?.StartsWith(blamed.Name + "-", StringComparison.Ordinal) == true;
        if (finding.Source.StartsWith("log", StringComparison.Ordinal))
        {
            foreach (
                var pod in Directory
                    .EnumerateDirectories(Path.Combine(folder, ns))
                    .Where(pod => IsMeant(Path.GetFileName(pod)))
            )
                Directory.Delete(pod, recursive: true);
        }
        else if (finding.Source.StartsWith("event", StringComparison.Ordinal))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "events.json", SearchOption.AllDirectories))
                Remove(file, item => IsMeant((string?)item["involvedObject"]?["name"]));
        }
        else
        {
            if (ResourceKind.Find(resource.Kind) is not { Plural: var plural })
                File.Delete(Path.Combine(folder, "custom.yaml"));
            else
                Remove(Path.Combine(folder, ns, $"{plural}.json"), item => IsMeant((string?)item["metadata"]!["name"]));
        }
    }

    /// <summary>
    /// Writes the remaining objects without a list, so that they do not count as complete.
    /// </summary>
    private static void Remove(string file, Func<JsonObject, bool> isWithheld)
    {
        if (!File.Exists(file))
            return;
        var items = JsonNode.Parse(File.ReadAllText(file))!["items"]!
            .AsArray()
            .OfType<JsonObject>()
            .Where(item => !isWithheld(item))
            .ToList();
        File.Delete(file);
        for (var i = 0; i < items.Count; i++)
            File.WriteAllText(
                Path.ChangeExtension(file, $"{i}.json"),
                items[i].ToJsonString(JsonSerializerOptions.Default)
            );
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
