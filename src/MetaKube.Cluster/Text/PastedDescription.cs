using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Reads the output of <c>kubectl describe</c> back into the object, as far as inspectors need it.
/// </summary>
internal static partial class PastedDescription
{
    public static void Read(PasteContext context, PastedBlock block)
    {
        var root = DescribedField.Parse(block.Lines);
        var kind = KindOf(root);
        var meta = new V1ObjectMeta
        {
            Name = root.Text("Name"),
            Labels = DescribedField.Labels(root["Labels"]),
            NamespaceProperty = kind is "Node" or "PersistentVolume"
                ? null
                : root.Text("Namespace") ?? context.NamespaceOf(block),
        };
        if (root.Text("Controlled By")?.Split('/') is [var ownerKind, var owner])
            meta.OwnerReferences = [new() { Kind = ownerKind, Name = owner }];
        AddDeletion(context, root, meta);
        if (ObjectOf(kind, root, meta) is { } item)
            context.Snapshot.Add(item);
        if (root["Events"] is { } events)
            ReadEvents(context, meta, kind, events);
    }

    /// <summary>The object, or null for a kind that inspectors do not need.</summary>
    private static IKubernetesObject<V1ObjectMeta>? ObjectOf(string kind, DescribedField root, V1ObjectMeta meta) =>
        kind switch
        {
            "Pod" => Pod(root, meta),
            "PersistentVolumeClaim" => new V1PersistentVolumeClaim
            {
                Metadata = meta,
                Spec = new() { StorageClassName = root.Text("StorageClass"), VolumeName = root.Text("Volume") },
                Status = new() { Phase = meta.DeletionTimestamp is null ? root.Text("Status") : "Pending" },
            },
            "Node" => Node(root, meta),
            "Deployment" => Deployment(root, meta),
            "StatefulSet" => StatefulSet(root, meta),
            "DaemonSet" => DaemonSet(root, meta),
            "ReplicaSet" => ReplicaSet(root, meta),
            "Service" => Service(root, meta),
            "Ingress" => Ingress(root, meta),
            "HorizontalPodAutoscaler" => Autoscaler(root, meta),
            "NetworkPolicy" => Policy(root, meta),
            "Job" => new V1Job
            {
                Metadata = meta,
                Spec = new() { Template = new() },
                Status = new(),
            },
            "CronJob" => new V1CronJob
            {
                Metadata = meta,
                Spec = new() { Schedule = root.Text("Schedule"), Suspend = root.Text("Suspend") == "True" },
            },
            _ => null,
        };

    private static V1Pod Pod(DescribedField root, V1ObjectMeta meta)
    {
        var pod = DescribedPod.Read(root, meta);
        PasteContext.InferOwner(pod);
        return pod;
    }

    private static V1StatefulSet StatefulSet(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                Replicas = Number(root, "Replicas", "desired"),
                Template = DescribedPod.Template(root["Pod Template"]),
            },
            Status = new() { ReadyReplicas = Number(root, "Pods Status", "Running") },
        };

    private static V1DaemonSet DaemonSet(DescribedField root, V1ObjectMeta meta)
    {
        int Count(string field) => DescribedField.FirstNumber(root.Text(field)) ?? 0;
        return new()
        {
            Metadata = meta,
            Spec = new() { Template = DescribedPod.Template(root["Pod Template"]) },
            Status = new()
            {
                DesiredNumberScheduled = Count("Desired Number of Nodes Scheduled"),
                CurrentNumberScheduled = Count("Current Number of Nodes Scheduled"),
                NumberReady = Count("Number of Nodes Scheduled with Available Pods"),
            },
        };
    }

    private static V1ReplicaSet ReplicaSet(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                Replicas = DescribedField.FirstNumber(root.Text("Replicas")?.Split('/')[^1]),
                Template = DescribedPod.Template(root["Pod Template"]),
            },
            Status = new() { Replicas = DescribedField.FirstNumber(root.Text("Replicas")) ?? 0 },
        };

    private static string KindOf(DescribedField root) =>
        root switch
        {
            _ when root["Allocatable"] is not null || root["Unschedulable"] is not null => "Node",
            _ when root["Schedule"] is not null => "CronJob",
            _ when root["Pods Statuses"] is not null && root["Completions"] is not null => "Job",
            _ when root["StrategyType"] is not null => "Deployment",
            _ when root["Desired Number of Nodes Scheduled"] is not null => "DaemonSet",
            _ when root["Update Strategy"] is not null && root["Pods Status"] is not null => "StatefulSet",
            _ when root["Replicas"] is not null && root["Pods Status"] is not null => "ReplicaSet",
            _ when root["Reference"] is not null && root["Max replicas"] is not null => "HorizontalPodAutoscaler",
            _ when root["Spec"]?["PodSelector"] is not null => "NetworkPolicy",
            _ when root["Rules"] is not null && root["Default backend"] is not null => "Ingress",
            _ when root["Access Modes"] is not null && root["Used By"] is not null
                    || root["StorageClass"] is not null && root["Namespace"] is not null => "PersistentVolumeClaim",
            _ when root["IP Families"] is not null || root["Session Affinity"] is not null => "Service",
            _ => "Pod",
        };

    /// <summary>"Status: Terminating (lasts 5m52s)"</summary>
    private static void AddDeletion(PasteContext context, DescribedField root, V1ObjectMeta meta)
    {
        if (Terminating().Match(root.Text("Status") ?? "") is not { Success: true } match)
            return;
        meta.DeletionTimestamp = (context.Snapshot.Now - PastedTable.Age(match.Groups[1].Value)).UtcDateTime;
        meta.Finalizers =
        [
            .. (root.Text("Finalizers") ?? "").Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
    }

    private static V1Node Node(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new() { Unschedulable = root.Text("Unschedulable") == "true" },
            Status = new()
            {
                // "MemoryPressure   False   DATE   DATE   KubeletHasSufficientMemory   kubelet has sufficient memory
                // available"
                Conditions =
                [
                    .. (root["Conditions"]?.Children ?? [])
                        .Select(line => Regex.Split($"{line.Key} {line.Value}".Trim(), @"\s{2,}"))
                        .Where(cells => cells is [_, "True" or "False" or "Unknown", ..])
                        .Select(cells => new V1NodeCondition
                        {
                            Type = cells[0],
                            Status = cells[1],
                            Reason = cells.ElementAtOrDefault(4),
                            Message = cells.ElementAtOrDefault(5),
                        }),
                ],
            },
        };

    private static V1Deployment Deployment(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                Replicas = Number(root, "Replicas", "desired"),
                Template = DescribedPod.Template(root["Pod Template"]),
            },
            Status = new() { AvailableReplicas = Number(root, "Replicas", "available") },
        };

    /// <summary>"Replicas: 3 desired | 3 updated | 3 total | 1 available | 2 unavailable"</summary>
    private static int? Number(DescribedField root, string field, string word) =>
        DescribedField.FirstNumber(Regex.Match(root.Text(field) ?? "", $@"(\d+) {word}").Groups[1].Value);

    private static V1Service Service(DescribedField root, V1ObjectMeta meta)
    {
        var targets = root
            .Children.Where(field => field.Key == "TargetPort")
            .Select(field => field.Value.Split('/')[0])
            .ToList();
        var ports = root
            .Children.Where(field => field.Key == "Port")
            .Select(
                (field, i) =>
                    ServicePort().Match(field.Value) is { Success: true } match
                        ? new V1ServicePort
                        {
                            Port = int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
                            Protocol = match.Groups[2].Value,
                            TargetPort = targets.ElementAtOrDefault(i) ?? match.Groups[1].Value,
                        }
                        : null
            );
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                Type = root.Text("Type"),
                Selector = DescribedField.Labels(root["Selector"]),
                ClusterIP = root.Text("IP"),
                Ports = [.. ports.OfType<V1ServicePort>()],
            },
            Status = new()
            {
                LoadBalancer = root.Text("LoadBalancer Ingress") is { } ip
                    ? new() { Ingress = [new() { Ip = ip }] }
                    : new(),
            },
        };
    }

    private static V1Ingress Ingress(DescribedField root, V1ObjectMeta meta)
    {
        var backends = root["Rules"]!
            .Lines()
            .Select(line => Backend().Match(line))
            .Where(match => match.Success)
            .Select(match => new V1HTTPIngressPath
            {
                Path = "/",
                PathType = "Prefix",
                Backend = new()
                {
                    Service = new() { Name = match.Groups[1].Value, Port = Port(match.Groups[2].Value) },
                },
            })
            .ToList();
        var secrets = (root["TLS"]?.Lines() ?? [])
            .Select(line => line.Split(' ')[0])
            .Where(name => name.Length > 0 && name != "SNI");
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                IngressClassName = root.Text("Ingress Class"),
                Tls = [.. secrets.Select(secret => new V1IngressTLS { SecretName = secret })],
                Rules = [new() { Http = new() { Paths = backends } }],
            },
        };
    }

    private static V1ServiceBackendPort Port(string text) =>
        DescribedField.FirstNumber(text) is { } number ? new() { Number = number } : new() { Name = text };

    private static V2HorizontalPodAutoscaler Autoscaler(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                ScaleTargetRef = root.Text("Reference")?.Split('/') is [var kind, var name]
                    ? new() { Kind = kind, Name = name }
                    : new() { Kind = "", Name = "" },
                MaxReplicas = DescribedField.FirstNumber(root.Text("Max replicas")) ?? 0,
            },
            // "ScalingActive  False  FailedGetResourceMetric  the HPA was unable to compute the replica count"
            Status = new()
            {
                Conditions =
                [
                    .. (root["Conditions"]?.Lines() ?? [])
                        .Select(line => Regex.Split(line, @"\s{2,}"))
                        .Where(cells => cells is [not "Type", "True" or "False", ..])
                        .Select(cells => new V2HorizontalPodAutoscalerCondition
                        {
                            Type = cells[0],
                            Status = cells[1],
                            Reason = cells.ElementAtOrDefault(2),
                            Message = cells.ElementAtOrDefault(3),
                        }),
                ],
            },
        };

    /// <summary>
    /// Rules in prose count as allowing everyone, so that only a policy that allows nobody is reported.
    /// </summary>
    private static V1NetworkPolicy Policy(DescribedField root, V1ObjectMeta meta)
    {
        var spec = root["Spec"]!;
        bool Isolates(string direction) =>
            spec.Lines().Any(line => line.Contains($"isolated for {direction}", StringComparison.Ordinal));
        var types = (spec.Text("Policy Types") ?? "Ingress").Split(", ");
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                PodSelector = new() { MatchLabels = DescribedField.Labels(spec["PodSelector"]) },
                PolicyTypes = types,
                Ingress = Isolates("ingress") ? [] : [new()],
                Egress = Isolates("egress") ? [] : [new()],
            },
        };
    }

    private static void ReadEvents(PasteContext context, V1ObjectMeta meta, string kind, DescribedField events)
    {
        // "Events: <none>" means that there are none.
        context.Snapshot.MarkSeen("Event");
        foreach (var line in events.Children)
        {
            var text = line.Key.Length > 0 ? $"{line.Key}: {line.Value}" : line.Value;
            if (EventLine().Match(text) is not { Success: true } match)
                continue;
            PastedTable.AddEvent(
                context,
                meta.NamespaceProperty,
                kind,
                meta.Name,
                match.Groups[1].Value,
                match.Groups[2].Value,
                match.Groups[3].Value,
                match.Groups[5].Value
            );
        }
    }

    [GeneratedRegex(@"^Terminating \(lasts (\S+?)\)")]
    private static partial Regex Terminating();

    [GeneratedRegex(@"(\d{1,5})/(TCP|UDP|SCTP)")]
    private static partial Regex ServicePort();

    // "/   blog-web:80 (10.244.0.3:80)"
    [GeneratedRegex(@"^/\S*\s+([a-z0-9][a-z0-9.-]*):([\w-]+)")]
    private static partial Regex Backend();

    [GeneratedRegex(
        @"^(Normal|Warning)\s+(\S+)\s+(\d\S*(?: \(x\d+ over \S+\))?|<unknown>"
            + @"|<invalid>)\s+([\w-]+(?:, [\w.-]+)?)\s+(.+)$"
    )]
    private static partial Regex EventLine();
}
