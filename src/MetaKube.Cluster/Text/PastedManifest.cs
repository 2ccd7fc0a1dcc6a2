using System.Text.Json;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;
using YamlDotNet.Core;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Objects as JSON or YAML. One that was cut off is read as far as it goes, and a document that does not parse does
/// not hinder the others.
/// </summary>
internal static class PastedManifest
{
    /// <summary>Lines at the end of a document that are given up one by one until the rest parses.</summary>
    private const int MostCutLines = 12;

    /// <summary>A document of more lines takes so long to parse that it is tried twice at most.</summary>
    private const int LongLines = 5000;

    public static void Read(PastedObjects objects, PastedBlock block, string from)
    {
        var read = new ClusterSnapshot(objects.Snapshot.Cluster);
        if (block.Form == PasteForm.Json)
            ReadJson(read, block.Text, from);
        else
            foreach (var document in Documents(block.Lines))
                ReadYaml(read, ManifestKind.Completed(document, kind => OnlyOne(objects, kind)), from);
        objects.Snapshot.Gaps.AddRange(read.Gaps);
        var lines = new ManifestLines(block.Lines);
        foreach (var (resource, item) in read.Everything)
            Add(objects, item, resource.Kind, block.Command, lines.Of(resource.Name));
        // A list by name or label is not complete.
        if (block.Command is null or { ListsAll: true })
            foreach (var kind in ResourceKind.All.Where(kind => read.HasSeen(kind.Kind)))
                if (read.IsComplete(kind.Kind, null))
                    objects.MarkListed(kind.Kind, ClusterSnapshot.Everywhere);
    }

    private static void Add(
        PastedObjects objects,
        IKubernetesObject<V1ObjectMeta> item,
        string kind,
        PastedCommand? command,
        IReadOnlyList<string> lines
    )
    {
        if (item is Corev1Event e)
        {
            objects.Add(e, lines);
            return;
        }
        if (item.Metadata.NamespaceProperty is null && ResourceKind.Find(kind) is { IsNamespaced: true })
            item.Metadata.NamespaceProperty = command?.Namespace;
        var isWhole = item.Metadata.Uid is not null || item.Metadata.ResourceVersion is not null || HasStatus(item);
        objects.Add(
            item,
            isWhole ? PastedDetail.Object : PastedDetail.Manifest,
            isWhole ? ShownFields.All : ShownFields.All & ~ShownFields.Status,
            lines
        );
    }

    private static string OnlyOne(PastedObjects objects, string kind) =>
        objects.NamesOf(kind) is [var (_, name)] ? name : ResourceRef.Unnamed;

    private static bool HasStatus(IKubernetesObject<V1ObjectMeta> item) =>
        item switch
        {
            V1Pod { Status: { } status } => status.Phase is not null
                || status.ContainerStatuses is not null
                || status.Conditions is not null,
            V1Deployment { Status: { } status } => status.Replicas is not null || status.Conditions is not null,
            V1StatefulSet { Status: { } status } => status.Replicas > 0 || status.CurrentRevision is not null,
            V1DaemonSet { Status: { } status } => status.DesiredNumberScheduled > 0,
            V1Service { Status.LoadBalancer: not null } => true,
            V1PersistentVolumeClaim { Status.Phase: not null } => true,
            V1Job { Status: { } status } => status.Conditions is not null
                || status.Active is not null
                || status.Failed is not null,
            V1Deployment or V1StatefulSet or V1DaemonSet or V1Service or V1PersistentVolumeClaim or V1Job or V1Pod =>
                false,
            CustomResource custom => custom.Conditions.Count > 0,
            _ => item.Metadata.CreationTimestamp is not null,
        };

    private static IEnumerable<List<string>> Documents(IReadOnlyList<string> lines)
    {
        var document = new List<string>();
        foreach (var line in lines)
        {
            if (line.StartsWith("---", StringComparison.Ordinal))
            {
                yield return document;
                document = [];
            }
            else
                document.Add(line);
        }
        yield return document;
    }

    private static void ReadYaml(ClusterSnapshot read, List<string> document, string from)
    {
        if (document.All(line => line.Trim().Length == 0))
            return;
        var indent = document.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        var lines = document.ConvertAll(line => line.Length >= indent ? line[indent..] : "");
        YamlException? first = null;
        var mostCut = lines.Count > LongLines ? 1 : MostCutLines;
        for (var cut = 0; cut <= Math.Min(mostCut, lines.Count - 1); cut++)
            try
            {
                ObjectReader.ReadYaml(read, string.Join('\n', lines.Take(lines.Count - cut)), from);
                if (first is not null)
                    read.Gaps.Add(new(from, $"the last {cut} lines of a YAML document do not parse and were left out"));
                return;
            }
            catch (YamlException e)
            {
                first ??= e;
            }
        read.Gaps.Add(new(from, $"looks like yaml and does not parse: {ObjectReader.FirstSentence(first!.Message)}"));
    }

    private static void ReadJson(ClusterSnapshot read, string text, string from)
    {
        var options = new JsonDocumentOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        };
        try
        {
            using var document = JsonDocument.Parse(text, options);
            ObjectReader.Read(read, document.RootElement, null, from);
        }
        catch (JsonException e)
        {
            if (CutJson.Close(text) is not { } closed)
                throw;
            using var document = JsonDocument.Parse(closed, options);
            ObjectReader.Read(read, document.RootElement, null, from);
            read.Gaps.Add(new(from, $"a JSON document is cut off or broken: {ObjectReader.FirstSentence(e.Message)}"));
        }
    }
}
