using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Reads the output of <c>kubectl describe</c> back into the object, as far as inspectors need it.
/// </summary>
internal static partial class PastedDescription
{
    public static void Read(PastedObjects objects, PastedBlock block)
    {
        var root = DescribedField.Parse(block.Lines);
        var kind = DescribedKind.Of(root, block.Command);
        var name = root.Text("Name") ?? NameIn(block.Command, kind);
        if (name is null)
            (kind, name, root) = Fragment(objects, root, kind);
        if (kind is null || name is null)
        {
            PastedEvents.Read(objects, root["Events"]?.Lines() ?? [], null);
            return;
        }
        var ns = root.Text("Namespace") ?? block.Command?.Namespace;
        var meta = Metadata(objects, root, name, ResourceKind.Find(kind) is { IsNamespaced: false } ? null : ns);
        objects.Add(ObjectOf(kind, root, meta), PastedDetail.Description, Shown(kind, root), block.Lines);
        if (kind == "Service" && root["Endpoints"] is { Value: var addresses })
            objects.MarkEndpoints(meta.NamespaceProperty, name, addresses is not ("" or "<none>"));
        else if (kind == "Service" && root["Endpoints"]?.Value is { } endpoints)
            objects.Add(
                PastedEndpoints.Read(meta, endpoints),
                PastedDetail.Description,
                ShownFields.Status,
                block.Lines
            );
        if (kind == "Node")
        {
            DescribedNode.ReadPods(objects, root, name);
            DescribedNode.ReadAllocated(objects, root, name);
        }
        if (root["Events"] is not { } events)
            return;
        PastedEvents.Read(objects, events.Lines(), (kind, meta.NamespaceProperty, name));
        // "Events: <none>" means that there are none.
        objects.Snapshot.MarkSeen("Event");
    }

    /// <summary>A description lacks the names of ports; a part of one may lack more.</summary>
    private static ShownFields Shown(string kind, DescribedField root) =>
        kind switch
        {
            "Pod" => (root["Labels"] is null ? ShownFields.None : ShownFields.Labels)
                | (root["Containers"] is null ? ShownFields.None : ShownFields.Spec)
                | (DescribedPod.ShowsResources(root) ? ShownFields.Resources : ShownFields.None)
                | ShownFields.Status,
            "Service" => ShownFields.All,
            _ => ShownFields.All & ~ShownFields.PortNames,
        };

    private static string? NameIn(PastedCommand? command, string? kind) =>
        command is { Verb: "describe" } && kind is not null && command.Objects().Names is [var name] ? name : null;

    /// <summary>
    /// A description without its beginning. One that begins in the middle of a pod or node belongs to the only one that
    /// was pasted, if there is one.
    /// </summary>
    private static (string? Kind, string? Name, DescribedField Root) Fragment(
        PastedObjects objects,
        DescribedField root,
        string? kind
    )
    {
        if (kind == "Node")
            return (kind, root["Addresses"]?.Text("Hostname") ?? OnlyOne(objects, kind), root);
        var pod = DescribedPod.Completed(root);
        if (pod is null && kind is not "Pod")
            return (kind, null, root);
        return ("Pod", OnlyOne(objects, "Pod"), pod ?? root);
    }

    private static string OnlyOne(PastedObjects objects, string kind) =>
        objects.NamesOf(kind) is [var (_, only)] ? only : ResourceRef.Unnamed;

    private static V1ObjectMeta Metadata(PastedObjects objects, DescribedField root, string name, string? ns)
    {
        var meta = new V1ObjectMeta
        {
            Name = name,
            Labels = DescribedField.Labels(root["Labels"]),
            Annotations = Annotations(root["Annotations"]),
            NamespaceProperty = ns,
        };
        if (root.Text("Controlled By")?.Split('/') is [var ownerKind, var owner])
            meta.OwnerReferences = [new() { Kind = ownerKind, Name = owner }];
        AddDeletion(objects, root, meta);
        return meta;
    }

    private static Dictionary<string, string>? Annotations(DescribedField? field) =>
        field
            ?.Lines()
            .Prepend(field.Value)
            .Select(line => line.Split(": ", 2))
            .Where(pair => pair is [{ Length: > 0 }, _])
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[1]);

    private static IKubernetesObject<V1ObjectMeta> ObjectOf(string kind, DescribedField root, V1ObjectMeta meta) =>
        kind switch
        {
            "Pod" => DescribedPod.Read(root, meta),
            "PersistentVolumeClaim" => PastedStorage.Claim(root, meta),
            "PersistentVolume" => PastedStorage.Volume(root, meta),
            "ResourceQuota" => PastedQuota.Read(root, meta),
            "Node" => DescribedNode.Read(root, meta),
            "Deployment" => Deployment(root, meta),
            "StatefulSet" => StatefulSet(root, meta),
            "DaemonSet" => DaemonSet(root, meta),
            "ReplicaSet" => ReplicaSet(root, meta),
            "Service" => Service(root, meta),
            "Ingress" when root["Rules"] is not null => Ingress(root, meta),
            "HorizontalPodAutoscaler" => Autoscaler(root, meta),
            "NetworkPolicy" when root["Spec"] is not null => Policy(root, meta),
            "Job" => Job(root, meta),
            "CronJob" => new V1CronJob
            {
                Metadata = meta,
                Spec = new() { Schedule = root.Text("Schedule"), Suspend = root.Text("Suspend") == "True" },
            },
            "Namespace" => new V1Namespace
            {
                Metadata = meta,
                Status = new()
                {
                    Phase = root.Text("Status"),
                    Conditions = [.. DescribedCustom.NamespaceConditions(root)],
                },
            },
            _ when ResourceKind.Find(kind) is not null => Known(kind, meta),
            _ => CustomResource.Of(kind, meta, [.. DescribedCustom.Conditions(root)]),
        };

    /// <summary>An object of a kind whose description is not read further.</summary>
    private static IKubernetesObject<V1ObjectMeta> Known(string kind, V1ObjectMeta meta)
    {
        var item = PastedMention.Of(kind, meta.NamespaceProperty, meta.Name);
        item.Metadata = meta;
        return item;
    }

    /// <summary>"Pods Statuses: 0 Active (0 Ready) / 0 Succeeded / 2 Failed"</summary>
    private static V1Job Job(DescribedField root, V1ObjectMeta meta) =>
        new()
        {
            Metadata = meta,
            Spec = new()
            {
                BackoffLimit = DescribedField.FirstNumber(root.Text("Backoff Limit")),
                ActiveDeadlineSeconds = DescribedField.FirstNumber(root.Text("Active Deadline Seconds")),
                Suspend = root.Text("Suspend") == "true",
                Template = DescribedPod.Template(root["Pod Template"]),
            },
            Status = new()
            {
                Failed = Number(root, "Pods Statuses", "Failed"),
                Active = Number(root, "Pods Statuses", "Active"),
                Succeeded = Number(root, "Pods Statuses", "Succeeded"),
                Conditions = FailedCondition(root) is { } failed ? [failed] : null,
            },
        };

    /// <summary>
    /// A Job that gave up. A description prints no conditions; its events say so, or its counts where they are gone.
    /// </summary>
    private static V1JobCondition? FailedCondition(DescribedField root)
    {
        var gaveUp = (root["Events"]?.Lines() ?? [])
            .Select(PastedEventLine.Parse)
            .FirstOrDefault(e => e?.Reason is "BackoffLimitExceeded" or "DeadlineExceeded");
        var limit = DescribedField.FirstNumber(root.Text("Backoff Limit"));
        var isOver = Number(root, "Pods Statuses", "Active") is 0 && Number(root, "Pods Statuses", "Failed") > limit;
        return gaveUp is null && !isOver
            ? null
            : new()
            {
                Type = "Failed",
                Status = "True",
                Reason = gaveUp?.Reason ?? "BackoffLimitExceeded",
                Message = gaveUp?.Message,
            };
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

    /// <summary>"Status: Terminating (lasts 5m52s)"</summary>
    private static void AddDeletion(PastedObjects objects, DescribedField root, V1ObjectMeta meta)
    {
        if (Terminating().Match(root.Text("Status") ?? "") is not { Success: true } match)
            return;
        meta.DeletionTimestamp = (objects.Snapshot.Now - PastedEventLine.AgeOf(match.Groups[1].Value)).UtcDateTime;
        meta.Finalizers =
        [
            .. (root.Text("Finalizers") ?? "").Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
    }

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
                            Name = PortName(field.Value),
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
                ExternalName = root.Text("External Name"),
                InternalTrafficPolicy = root.Text("Internal Traffic Policy"),
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

    /// <summary>"http  80/TCP"</summary>
    private static string? PortName(string text) =>
        text.Split(' ')[0] is { Length: > 0 } name && name != "<unset>" ? name : null;

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

    [GeneratedRegex(@"^Terminating \(lasts (\S+?)\)")]
    private static partial Regex Terminating();

    [GeneratedRegex(@"(\d{1,5})/(TCP|UDP|SCTP)")]
    private static partial Regex ServicePort();

    // "/   blog-web:80 (10.244.0.3:80)"
    [GeneratedRegex(@"^/\S*\s+([a-z0-9][a-z0-9.-]*):([\w-]+)")]
    private static partial Regex Backend();
}
