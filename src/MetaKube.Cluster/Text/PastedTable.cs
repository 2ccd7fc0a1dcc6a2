using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>The tables of <c>kubectl get</c>, recognised by their headers.</summary>
internal static partial class PastedTable
{
    public static void Read(PasteContext context, PastedBlock block)
    {
        var header = block.Lines[0];
        var names = Wide().Split(header.Trim());
        var starts = names
            .Select(
                (name, i) =>
                    i == 0 ? 0 : header.IndexOf(name, names.Take(i).Sum(n => n.Length), StringComparison.Ordinal)
            )
            .ToArray();
        foreach (var line in block.Lines.Skip(1).Where(line => line.Trim().Length > 0))
        {
            var cells = Cells(line, names, starts);
            string Cell(string column) => cells.GetValueOrDefault(column, "");
            var ns = cells.GetValueOrDefault("NAMESPACE") ?? context.NamespaceOf(block);
            if (names.Contains("REASON") && names.Contains("OBJECT"))
                AddEvent(context, ns, Cell);
            else
                AddObject(context, ns, names, Cell);
        }
        if (KindOf(names, "") is { } kind)
            context.Snapshot.MarkComplete(
                kind,
                names.Contains("NAMESPACE") ? ClusterSnapshot.Everywhere : context.NamespaceOf(block)
            );
    }

    private static Dictionary<string, string> Cells(string line, string[] names, int[] starts)
    {
        var wide = Wide().Split(line.Trim());
        if (wide.Length == names.Length)
            return Zip(names, wide);
        // Chats fold runs of blanks. Then every cell but the last is one word.
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var aligned = starts.Skip(1).All(start => start >= line.Length || start > 0 && line[start - 1] == ' ');
        if (!aligned && words.Length >= names.Length)
            return Zip(names, [.. words.Take(names.Length - 1), string.Join(' ', words.Skip(names.Length - 1))]);
        return Zip(
            names,
            [
                .. starts.Select(
                    (start, i) =>
                        start >= line.Length
                            ? ""
                            : line[start..(i + 1 < starts.Length ? Math.Min(starts[i + 1], line.Length) : line.Length)]
                                .Trim()
                ),
            ]
        );
    }

    private static Dictionary<string, string> Zip(string[] names, string[] cells) =>
        names.Zip(cells).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);

    private static string? KindOf(string[] columns, string prefix) =>
        prefix switch
        {
            "pod" => "Pod",
            "deployment.apps" or "deployment" => "Deployment",
            "service" => "Service",
            "statefulset.apps" => "StatefulSet",
            "" when columns.Contains("REASON") => "Event",
            "" when columns.Contains("RESTARTS") => "Pod",
            "" when columns.Contains("UP-TO-DATE") && columns.Contains("READY") && !columns.Contains("DESIRED") =>
                "Deployment",
            "" when columns.Contains("CLUSTER-IP") => "Service",
            "" when columns.Contains("STORAGECLASS") && columns.Contains("VOLUME") => "PersistentVolumeClaim",
            "" when columns.Contains("ROLES") => "Node",
            "" when columns.Contains("ENDPOINTS") => "Endpoints",
            _ => null,
        };

    private static void AddObject(PasteContext context, string ns, string[] columns, Func<string, string> cell)
    {
        var (prefix, name) = cell("NAME").Split('/') is [var p, var n] ? (p, n) : ("", cell("NAME"));
        if (name.Length == 0)
            return;
        var meta = new V1ObjectMeta { Name = name, NamespaceProperty = ns };
        var item = ObjectOf(KindOf(columns, prefix), meta, cell);
        // A description that was pasted too says more of a pod than its row.
        if (item is V1Pod pod)
        {
            if (context.Snapshot.Find<V1Pod>(ns, name) is not null)
                return;
            PasteContext.InferOwner(pod);
        }
        if (item is not null)
            context.Snapshot.Add(item);
    }

    /// <summary>The object of a row, or null for a kind that inspectors do not need.</summary>
    private static IKubernetesObject<V1ObjectMeta>? ObjectOf(string? kind, V1ObjectMeta meta, Func<string, string> cell)
    {
        var (ready, wanted) = kind is "Deployment" or "StatefulSet" ? Fraction(cell("READY")) : (0, 0);
        return kind switch
        {
            "Pod" => Pod(meta, cell),
            "Deployment" => new V1Deployment
            {
                Metadata = meta,
                Spec = new() { Replicas = wanted, Template = new() },
                Status = new() { AvailableReplicas = ready },
            },
            "StatefulSet" => new V1StatefulSet
            {
                Metadata = meta,
                Spec = new() { Replicas = wanted, Template = new() },
                Status = new() { ReadyReplicas = ready },
            },
            "Service" => Service(meta, cell),
            "PersistentVolumeClaim" => new V1PersistentVolumeClaim
            {
                Metadata = meta,
                Spec = new() { StorageClassName = cell("STORAGECLASS"), VolumeName = cell("VOLUME") },
                Status = new() { Phase = cell("STATUS") },
            },
            "Node" => Node(meta, cell("STATUS")),
            _ => null,
        };
    }

    private static V1Service Service(V1ObjectMeta meta, Func<string, string> cell) =>
        new()
        {
            Metadata = meta,
            Spec = new() { Type = cell("TYPE"), ClusterIP = cell("CLUSTER-IP") },
            Status = new()
            {
                LoadBalancer =
                    cell("EXTERNAL-IP") == "<pending>"
                        ? new()
                        : new() { Ingress = [new() { Ip = cell("EXTERNAL-IP") }] },
            },
        };

    private static V1Node Node(V1ObjectMeta meta, string status)
    {
        meta.NamespaceProperty = null;
        return new()
        {
            Metadata = meta,
            Spec = new() { Unschedulable = status.Contains("SchedulingDisabled", StringComparison.Ordinal) },
            Status = new()
            {
                Conditions =
                [
                    new()
                    {
                        Type = "Ready",
                        Status = status.StartsWith("Ready", StringComparison.Ordinal) ? "True" : "Unknown",
                        Reason = status,
                    },
                ],
            },
        };
    }

    /// <summary>Reads a row. The STATUS column is the pod's phase, or the reason of its worst container.</summary>
    private static V1Pod Pod(V1ObjectMeta meta, Func<string, string> cell)
    {
        var status = cell("STATUS").Split(':')[^1];
        var (ready, all) = Fraction(cell("READY"));
        var restarts = int.TryParse(cell("RESTARTS").Split(' ')[0], CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;
        var (phase, state) = StateOf(status, restarts);
        var container = new V1ContainerStatus
        {
            Name = "",
            Ready = ready == all && all > 0,
            RestartCount = restarts,
            State = state,
        };
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                NodeName = cell("NODE") is { Length: > 0 } node and not "<none>" ? node : null,
                Containers = [],
            },
            Status = new()
            {
                Phase = phase,
                Reason = status == "Evicted" ? "Evicted" : null,
                ContainerStatuses = status is "Evicted" or "Pending" ? [] : [container],
                Conditions = [new() { Type = "Ready", Status = container.Ready ? "True" : "False" }],
            },
        };
    }

    private static (string Phase, V1ContainerState State) StateOf(string status, int restarts) =>
        status switch
        {
            "Running" => ("Running", new() { Running = new() }),
            "Completed" or "Succeeded" => (
                "Succeeded",
                new()
                {
                    Terminated = new() { ExitCode = 0, Reason = "Completed" },
                }
            ),
            "Pending" => ("Pending", new()),
            "ContainerCreating" or "PodInitializing" => ("Pending", new() { Waiting = new() { Reason = status } }),
            "OOMKilled" => (
                "Running",
                new()
                {
                    Terminated = new() { ExitCode = 137, Reason = "OOMKilled" },
                }
            ),
            "Error" or "Failed" => (
                "Running",
                new()
                {
                    Terminated = new() { ExitCode = 1, Reason = "Error" },
                }
            ),
            "Evicted" => ("Failed", new()),
            "Terminating" or "Unknown" => ("Running", new()),
            _ => (restarts > 0 ? "Running" : "Pending", new() { Waiting = new() { Reason = status } }),
        };

    private static void AddEvent(PasteContext context, string ns, Func<string, string> cell)
    {
        if (cell("OBJECT").Split('/') is not [var kind, var name])
            return;
        AddEvent(context, ns, KindNamed(kind), name, cell("TYPE"), cell("REASON"), cell("LAST SEEN"), cell("MESSAGE"));
    }

    /// <summary>One event; ages are counted back from the paste's latest time.</summary>
    public static void AddEvent(
        PasteContext context,
        string? ns,
        string kind,
        string name,
        string type,
        string reason,
        string age,
        string message
    ) =>
        context.Snapshot.Add(
            new Corev1Event
            {
                Metadata = new() { Name = $"{name}.{reason}.{Guid.NewGuid():N}", NamespaceProperty = ns ?? "default" },
                InvolvedObject = new()
                {
                    Kind = kind,
                    Name = name,
                    NamespaceProperty = ns,
                },
                Type = type,
                Reason = reason,
                Message = message,
                LastTimestamp = (context.Snapshot.Now - Age(age)).UtcDateTime,
            }
        );

    private static string KindNamed(string kind) =>
        ResourceKind.All.FirstOrDefault(known => known.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase))?.Kind
        ?? kind;

    /// <summary>"2m30s (x4 over 5m)" is two and a half minutes ago.</summary>
    public static TimeSpan Age(string text)
    {
        var age = TimeSpan.Zero;
        foreach (Match part in AgePart().Matches(text.Split('(')[0]))
        {
            var value = int.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            age += part.Groups[2].Value switch
            {
                "d" => TimeSpan.FromDays(value),
                "h" => TimeSpan.FromHours(value),
                "m" => TimeSpan.FromMinutes(value),
                _ => TimeSpan.FromSeconds(value),
            };
        }
        return age;
    }

    private static (int, int) Fraction(string text) =>
        text.Split('/') is [var a, var b]
        && int.TryParse(a, CultureInfo.InvariantCulture, out var x)
        && int.TryParse(b, CultureInfo.InvariantCulture, out var y)
            ? (x, y)
            : (0, 0);

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Wide();

    [GeneratedRegex(@"(\d{1,6})([dhms])")]
    private static partial Regex AgePart();
}
