using System.Globalization;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>Tables of objects: the output of <c>kubectl get</c>, with its header or without.</summary>
internal static class PastedTable
{
    /// <summary>The kinds that <c>kubectl get all</c> lists.</summary>
    private static readonly string[] InAll =
    [
        "Pod",
        "Service",
        "DaemonSet",
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "HorizontalPodAutoscaler",
        "CronJob",
        "Job",
    ];

    /// <summary>Reads a table with a header.</summary>
    public static void Read(PastedObjects objects, PastedBlock block)
    {
        var columns = PastedColumns.Read(block.Lines[0]);
        if (columns.HasEvents)
        {
            PastedEvents.ReadTable(objects, block, columns);
            return;
        }
        if (IsOfAnotherTool(block, columns))
            return;
        var rows = 0;
        foreach (var line in block.Lines.Skip(1).Where(columns.IsRow))
        {
            var cells = columns.Cells(line);
            Add(
                objects,
                KindOf(columns, block.Command),
                column => cells.GetValueOrDefault(column, ""),
                line,
                block.Command
            );
            rows++;
        }
        MarkListed(objects, block, columns, rows);
    }

    /// <summary>True for the table of a tool other than kubectl, which lists things of its own.</summary>
    public static bool IsOfAnotherTool(PastedBlock block) =>
        IsOfAnotherTool(block, PastedColumns.Read(block.Lines[0]));

    // Helm lists releases by name too.
    private static bool IsOfAnotherTool(PastedBlock block, PastedColumns columns) =>
        block.Command is { IsKubectl: false } || columns.Has("REVISION") && columns.Has("CHART");

    /// <summary>Reads rows without their header, which never are a complete list.</summary>
    public static void ReadRows(PastedObjects objects, PastedBlock block)
    {
        foreach (var line in block.Lines)
            if (PastedRow.Cells(line, block.Command) is { } cells)
                Add(
                    objects,
                    block.Command?.Kind is { } kind && kind != "all" ? kind : "Pod",
                    column => cells.GetValueOrDefault(column, ""),
                    line,
                    block.Command
                );
    }

    private static void MarkListed(PastedObjects objects, PastedBlock block, PastedColumns columns, int rows)
    {
        // Commands are marked where they are read.
        if (block.Command is not null || rows < 2 || KindOf(columns, null) is not "Pod")
            return;
        objects.MarkListed("Pod", columns.Has("NAMESPACE") ? ClusterSnapshot.Everywhere : null);
    }

    /// <summary>Marks the kinds of which a command prints all objects.</summary>
    public static void MarkListed(PastedObjects objects, PastedCommand command)
    {
        if (!command.ListsAll)
            return;
        var ns = command.AllNamespaces ? ClusterSnapshot.Everywhere : command.Namespace;
        IEnumerable<string> kinds = command.Verb == "events" ? ["Event"] : command.Objects().Kinds;
        foreach (var kind in kinds.SelectMany(kind => kind == "all" ? InAll : [kind]))
            if (ResourceKind.Find(kind) is not null)
                objects.MarkListed(kind, ns);
    }

    private static string? KindOf(PastedColumns columns, PastedCommand? command) =>
        command?.Kind is { } kind && kind != "all" ? kind : KindOf(columns);

    private static string? KindOf(PastedColumns columns) =>
        columns switch
        {
            _ when columns.Has("RESTARTS") => "Pod",
            _ when columns.Has("MINPODS") => "HorizontalPodAutoscaler",
            _ when columns.Has("UP-TO-DATE") => columns.Has("DESIRED") ? "DaemonSet" : "Deployment",
            _ when columns.Has("DESIRED") && columns.Has("CURRENT") => "ReplicaSet",
            _ when columns.Has("CLUSTER-IP") => "Service",
            _ when columns.Has("COMPLETIONS") => "Job",
            _ when columns.Has("SCHEDULE") => "CronJob",
            _ when columns.Has("HOSTS") && columns.Has("PORTS") => "Ingress",
            _ when columns.Has("ALLOWED DISRUPTIONS") => "PodDisruptionBudget",
            _ when columns.Has("RECLAIM POLICY") => "PersistentVolume",
            _ when columns.Has("STORAGECLASS") && columns.Has("VOLUME") => "PersistentVolumeClaim",
            _ when columns.Has("REQUEST") && columns.Has("LIMIT") => "ResourceQuota",
            _ when columns.Has("ROLES") => "Node",
            _ when columns.Has("ENDPOINTS") => "Endpoints",
            _ when columns.Has("PROVISIONER") => "StorageClass",
            _ => null,
        };

    private static void Add(
        PastedObjects objects,
        string? kind,
        Func<string, string> cell,
        string line,
        PastedCommand? command
    )
    {
        var name = cell("NAME");
        if (name.Split('/') is [var prefix, var plain])
            (kind, name) = (ResourceKind.Named(prefix.Split('.')[0])?.Kind ?? prefix.Split('.')[0], plain);
        if (name.Length == 0 || kind is null)
            return;
        var ns = cell("NAMESPACE") is { Length: > 0 } told ? told : command?.Namespace;
        var labels = Labels(cell("LABELS"));
        var item = ObjectOf(
            kind,
            new()
            {
                Name = name,
                NamespaceProperty = ns,
                Labels = labels,
            },
            cell
        );
        objects.Add(item, PastedDetail.Row, ShownFields.Status | Shown(labels), [line]);
        if (item is V1Endpoints)
            objects.MarkEndpoints(ns, name, cell("ENDPOINTS") != "<none>");
        if (item is V1Pod { Spec.NodeName: { } node })
            objects.Mention("Node", null, node, [line]);
    }

    private static IKubernetesObject<V1ObjectMeta> ObjectOf(
        string kind,
        V1ObjectMeta meta,
        Func<string, string> cell
    ) =>
        kind switch
        {
            "Pod" => PastedPodRow.Read(meta, cell),
            "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "Job" or "CronJob" => Workload(
                kind,
                meta,
                cell
            ),
            "Service" => Service(meta, cell),
            "PersistentVolumeClaim" => PastedStorage.Claim(meta, cell),
            "PersistentVolume" => PastedStorage.Volume(meta, cell),
            "ResourceQuota" => PastedQuota.Read(meta, cell),
            "Endpoints" => PastedEndpoints.Read(meta, cell("ENDPOINTS")),
            "Node" => Node(meta, cell("STATUS")),
            "Ingress" => new V1Ingress
            {
                Metadata = meta,
                Spec = new() { IngressClassName = Told(cell("CLASS")) },
            },
            "HorizontalPodAutoscaler" => Autoscaler(meta, cell),
            "PodDisruptionBudget" => new V1PodDisruptionBudget
            {
                Metadata = meta,
                // A row tells neither the pods nor how many of them are healthy.
                Status = Number(cell("ALLOWED DISRUPTIONS")) is { } allowed
                    ? new() { DisruptionsAllowed = allowed }
                    : null,
            },
            _ when ResourceKind.Find(kind) is not null => PastedMention.Of(kind, meta.NamespaceProperty, meta.Name),
            _ => CustomResource.Of(kind, meta, [.. Conditions(cell)]),
        };

    private static ShownFields Shown(IDictionary<string, string>? labels) =>
        labels is null ? ShownFields.None : ShownFields.Labels;

    /// <summary>The column of --show-labels; null where the table has none, or not the whole of it.</summary>
    private static Dictionary<string, string>? Labels(string cell)
    {
        if (cell == "<none>")
            return [];
        var pairs = cell.Split(',').Select(pair => pair.Split('=', 2)).ToList();
        return pairs.TrueForAll(pair => pair is [{ Length: > 0 }, _])
            ? pairs.DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1])
            : null;
    }

    private static string? Told(string cell) => cell is "" or "<none>" or "<unset>" or "<unknown>" ? null : cell;

    /// <summary>Many kinds have a column for their condition "Ready", and one that says why.</summary>
    private static IEnumerable<(string, V1Condition)> Conditions(Func<string, string> cell)
    {
        if (cell("READY") is "True" or "False" or "Unknown")
            yield return (
                "status.conditions[Ready]",
                new()
                {
                    Type = "Ready",
                    Status = cell("READY"),
                    Reason = Told(cell("REASON")),
                    Message = Told(cell("STATUS")) ?? Told(cell("MESSAGE")) ?? "",
                }
            );
        // "False (MissingEndpoints)" of an APIService
        if (cell("AVAILABLE").Split(' ', 2) is [("True" or "False" or "Unknown") and var status, .. var reason])
            yield return (
                "status.conditions[Available]",
                new()
                {
                    Type = "Available",
                    Status = status,
                    Reason = reason is [var told] ? told.Trim('(', ')') : null,
                    Message = Told(cell("SERVICE")) is { } service ? $"{service} {cell("AVAILABLE")}" : "",
                }
            );
    }

    private static IKubernetesObject<V1ObjectMeta> Workload(string kind, V1ObjectMeta meta, Func<string, string> cell)
    {
        var (ready, wanted) = Fraction(cell("READY"));
        return kind switch
        {
            // Before Kubernetes 1.14 a Deployment had the columns DESIRED and AVAILABLE.
            "Deployment" => new V1Deployment
            {
                Metadata = meta,
                Spec = new() { Replicas = Number(cell("DESIRED")) ?? wanted, Template = new() },
                Status = new() { AvailableReplicas = Number(cell("AVAILABLE")) ?? ready },
            },
            "StatefulSet" => new V1StatefulSet
            {
                Metadata = meta,
                Spec = new() { Replicas = Number(cell("DESIRED")) ?? wanted, Template = new() },
                Status = new() { ReadyReplicas = ready },
            },
            "DaemonSet" => DaemonSet(meta, cell),
            "ReplicaSet" => new V1ReplicaSet
            {
                Metadata = meta,
                Spec = new() { Replicas = Number(cell("DESIRED")), Template = new() },
                Status = new() { Replicas = Number(cell("CURRENT")) ?? 0, ReadyReplicas = Number(cell("READY")) },
            },
            "CronJob" => new V1CronJob
            {
                Metadata = meta,
                Spec = new() { Schedule = cell("SCHEDULE"), Suspend = cell("SUSPEND") is "True" or "true" },
            },
            _ => Job(meta, cell),
        };
    }

    private static V1DaemonSet DaemonSet(V1ObjectMeta meta, Func<string, string> cell) =>
        new()
        {
            Metadata = meta,
            Spec = new() { Template = new() },
            Status = new()
            {
                DesiredNumberScheduled = Number(cell("DESIRED")) ?? 0,
                CurrentNumberScheduled = Number(cell("CURRENT")) ?? 0,
                NumberReady = Number(cell("READY")) ?? 0,
            },
        };

    private static V1Job Job(V1ObjectMeta meta, Func<string, string> cell) =>
        new()
        {
            Metadata = meta,
            Spec = new() { Template = new() },
            Status = new()
            {
                Succeeded = Fraction(cell("COMPLETIONS")).Item1,
                Conditions = cell("STATUS") is "Failed" or "Complete"
                    ? [new() { Type = cell("STATUS"), Status = "True" }]
                    : null,
            },
        };

    private static V1Service Service(V1ObjectMeta meta, Func<string, string> cell) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                Type = cell("TYPE"),
                ClusterIP = cell("CLUSTER-IP"),
                Ports =
                [
                    .. cell("PORT(S)")
                        .Split(',')
                        .Select(port => (Number: Number(port.Split(['/', ':'])[0]), Protocol: port.Split('/')[^1]))
                        .Where(port => port.Number > 0)
                        .Select(port => new V1ServicePort { Port = port.Number!.Value, Protocol = port.Protocol }),
                ],
            },
            Status = new()
            {
                LoadBalancer =
                    cell("EXTERNAL-IP") == "<pending>"
                        ? new()
                        : new() { Ingress = [new() { Ip = cell("EXTERNAL-IP") }] },
            },
        };

    private static V2HorizontalPodAutoscaler Autoscaler(V1ObjectMeta meta, Func<string, string> cell) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                ScaleTargetRef = cell("REFERENCE").Split('/') is [var kind, var name]
                    ? new() { Kind = kind, Name = name }
                    : new() { Kind = "", Name = "" },
                MaxReplicas = Number(cell("MAXPODS")) ?? 0,
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

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>"1/3" as 1 and 3.</summary>
    public static (int, int) Fraction(string text) =>
        text.Split('/') is [var a, var b] && Number(a) is { } x && Number(b) is { } y ? (x, y) : (0, 0);
}
