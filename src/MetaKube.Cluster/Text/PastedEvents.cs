using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Text;

/// <summary>Events: rows of <c>kubectl get events</c>, and the blocks below descriptions, also without these.</summary>
internal static partial class PastedEvents
{
    public static void ReadTable(PastedObjects objects, PastedBlock block, PastedColumns columns)
    {
        PastedEventLine? open = null;
        var lines = new List<string>();
        void Close()
        {
            if (open is not null)
                Add(objects, open with { Namespace = open.Namespace ?? block.Command?.Namespace }, lines);
            lines = [];
        }
        foreach (var line in block.Lines.Skip(1))
        {
            if ((PastedEventLine.Parse(line) ?? FromCells(columns, line)) is { Object: not null } next)
            {
                Close();
                open = next;
            }
            else if (open is not null && line.Trim().Length > 0)
                open = open with { Message = $"{open.Message}\n{line.Trim()}" };
            lines.Add(line);
        }
        Close();
    }

    /// <summary>
    /// Reads lines of events about one object; without it, of the object that the events themselves tell.
    /// </summary>
    public static void Read(
        PastedObjects objects,
        IEnumerable<string> lines,
        (string Kind, string? Namespace, string Name)? about
    )
    {
        var found = new List<(PastedEventLine Event, List<string> Lines)>();
        foreach (var line in lines)
        {
            if (PastedEventLine.Parse(line) is { } next)
                found.Add((next, [line]));
            else if (found.Count > 0 && line.Trim() is { Length: > 0 } more && !IsHeader(more))
            {
                var (last, of) = found[^1];
                of.Add(line);
                found[^1] = (last with { Message = $"{last.Message}\n{more}" }, of);
            }
        }
        // One block is about one object, which one of its events may name.
        var named = about ?? found.Select(item => Named(item.Event)).FirstOrDefault(name => name is not null);
        foreach (var (e, of) in found)
        {
            if (e.Object is not null)
                Add(objects, e, of);
            else
            {
                var (kind, ns, name) = named ?? Guessed(objects, KindOf(e, found.Select(item => item.Event)));
                Add(objects, e with { Object = $"{kind}/{name}", Namespace = ns }, of);
            }
        }
    }

    private static void Add(PastedObjects objects, PastedEventLine e, IReadOnlyList<string> lines)
    {
        var cut = e.Object!.IndexOf('/', StringComparison.Ordinal);
        var kind = e.Object[..cut].Split('.')[0];
        var at = (objects.Snapshot.Now - PastedEventLine.AgeOf(e.Age)).UtcDateTime;
        objects.Add(
            new Corev1Event
            {
                InvolvedObject = new()
                {
                    Kind = ResourceKind.Named(kind)?.Kind ?? kind,
                    Name = e.Object[(cut + 1)..],
                    NamespaceProperty = e.Namespace,
                },
                Type = e.Type,
                Reason = e.Reason,
                Message = e.Message,
                Count = e.Count,
                Source = new() { Component = e.From },
                LastTimestamp = at,
            },
            lines
        );
    }

    private static PastedEventLine? FromCells(PastedColumns columns, string line)
    {
        if (line.Trim().Length == 0)
            return null;
        var cells = columns.Cells(line);
        string Cell(string column) => cells.GetValueOrDefault(column, "");
        // Old versions of kubectl print KIND, and NAME with a hash after a full stop.
        var about = columns.Has("OBJECT") ? Cell("OBJECT") : $"{Cell("KIND")}/{Cell("NAME").Split('.')[0]}";
        var ns = Cell("NAMESPACE");
        var age = columns.Has("LAST SEEN") ? Cell("LAST SEEN") : Cell("LASTSEEN");
        if (!About().IsMatch(about) || Cell("REASON").Length == 0)
            return null;
        return new(
            Cell("TYPE"),
            Cell("REASON"),
            age,
            Cell("SOURCE"),
            about,
            ns.Length > 0 ? ns : null,
            Cell("MESSAGE")
        );
    }

    private static bool IsHeader(string line) =>
        line.StartsWith("Type ", StringComparison.Ordinal)
        || line.StartsWith("----", StringComparison.Ordinal)
        || line.StartsWith("FirstSeen", StringComparison.Ordinal)
        || line.StartsWith("Events:", StringComparison.Ordinal);

    /// <summary>"Successfully assigned shop/web-0 to node-1", "… in pod web-0_shop(uid)"</summary>
    private static (string Kind, string? Namespace, string Name)? Named(PastedEventLine e)
    {
        if (Assigned().Match(e.Message) is { Success: true } assigned)
            return ("Pod", assigned.Groups[1].Value, assigned.Groups[2].Value);
        return InPod().Match(e.Message) is { Success: true } pod
            ? ("Pod", pod.Groups[2].Value, pod.Groups[1].Value)
            : null;
    }

    /// <summary>The only object of the kind that was pasted so far, else one without a name.</summary>
    private static (string Kind, string? Namespace, string Name) Guessed(PastedObjects objects, string kind) =>
        objects.NamesOf(kind) is [var (ns, name)] ? (kind, ns, name) : (kind, null, ResourceRef.Unnamed);

    /// <summary>The kind of the object, by the controllers that report about it.</summary>
    private static string KindOf(PastedEventLine e, IEnumerable<PastedEventLine> block)
    {
        var from = block.Select(item => item.From?.Split(',')[0]).OfType<string>().ToHashSet();
        return from switch
        {
            _ when from.Contains("kubelet") && e.Reason.StartsWith("Node", StringComparison.Ordinal) => "Node",
            _ when from.Contains("kubelet") || from.Contains("default-scheduler") => "Pod",
            _ when from.Contains("replicaset-controller") => "ReplicaSet",
            _ when from.Contains("deployment-controller") => "Deployment",
            _ when from.Contains("statefulset-controller") => "StatefulSet",
            _ when from.Contains("daemonset-controller") || from.Contains("daemon-set") => "DaemonSet",
            _ when from.Contains("job-controller") => "Job",
            _ when from.Contains("cronjob-controller") => "CronJob",
            _ when from.Contains("horizontal-pod-autoscaler") => "HorizontalPodAutoscaler",
            _ when from.Contains("persistentvolume-controller") => "PersistentVolumeClaim",
            _ when from.Contains("service-controller") => "Service",
            _ when from.Contains("node-controller") => "Node",
            _ when from.Any(name => name.Contains("ingress", StringComparison.Ordinal)) => "Ingress",
            _ => "Pod",
        };
    }

    [GeneratedRegex(@"^[A-Za-z][\w.]*/\S+$")]
    private static partial Regex About();

    [GeneratedRegex(@"Successfully assigned ([a-z0-9-]+)/(\S+) to ")]
    private static partial Regex Assigned();

    [GeneratedRegex(@"in pod ([a-z0-9.-]+)_([a-z0-9-]+)\(")]
    private static partial Regex InPod();
}
