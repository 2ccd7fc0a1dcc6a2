using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Pasted;

/// <summary>What <c>kubectl describe</c> prints, as the object it was printed from, as far as inspectors need it.</summary>
internal static partial class PastedDescription
{
    public static void Read(PasteContext context, PastedBlock block)
    {
        var root = DescribedField.Parse(block.Lines);
        var meta = new V1ObjectMeta { Name = root.Text("Name"), NamespaceProperty = root.Text("Namespace") ?? context.NamespaceOf(block) };
        var kind = KindOf(root);
        if (kind is "Node" or "PersistentVolume") meta.NamespaceProperty = null;
        switch (kind)
        {
            case "Pod":
                var pod = Pod(root, meta);
                PasteContext.InferOwner(pod);
                context.Snapshot.Add(pod);
                break;
            case "PersistentVolumeClaim":
                context.Snapshot.Add(new V1PersistentVolumeClaim
                {
                    Metadata = meta, Spec = new() { StorageClassName = root.Text("StorageClass"), VolumeName = root.Text("Volume") },
                    Status = new() { Phase = root.Text("Status") },
                });
                break;
            case "Node":
                context.Snapshot.Add(Node(root, meta));
                break;
            case "Deployment":
                context.Snapshot.Add(Deployment(root, meta));
                break;
            case "ReplicaSet":
                if (root.Text("Controlled By")?.Split('/') is [var ownerKind, var owner]) meta.OwnerReferences = [new()
                {
                    Kind = ownerKind, Name = owner,
                }];
                var wanted = FirstNumber(root.Text("Replicas")?.Split('/')[^1]);
                context.Snapshot.Add(new V1ReplicaSet
                {
                    Metadata = meta, Spec = new() { Replicas = wanted }, Status = new() { Replicas = FirstNumber(root.Text("Replicas")) ?? 0 },
                });
                break;
            case "Service":
                context.Snapshot.Add(new V1Service
                {
                    Metadata = meta, Spec = new() { Type = root.Text("Type") },
                    Status = new() { LoadBalancer = root.Text("LoadBalancer Ingress") is { } ip ? new() { Ingress = [new() { Ip = ip }] } : new() },
                });
                break;
            case "Job":
                context.Snapshot.Add(new V1Job { Metadata = meta, Spec = new() { Template = new() }, Status = new() });
                break;
            case "CronJob":
                context.Snapshot.Add(new V1CronJob
                {
                    Metadata = meta, Spec = new() { Schedule = root.Text("Schedule"), Suspend = root.Text("Suspend") == "True" },
                });
                break;
        }
        if (root["Events"] is { } events) ReadEvents(context, meta, kind, events);
    }

    private static string KindOf(DescribedField root) => root switch
    {
        _ when root["Allocatable"] is not null || root["Unschedulable"] is not null => "Node",
        _ when root["Schedule"] is not null => "CronJob",
        _ when root["Pods Statuses"] is not null && root["Completions"] is not null => "Job",
        _ when root["StrategyType"] is not null => "Deployment",
        _ when root["Replicas"] is not null && root["Pods Status"] is not null => "ReplicaSet",
        _ when root["Access Modes"] is not null && root["Used By"] is not null || root["StorageClass"] is not null && root["Namespace"] is not null => "PersistentVolumeClaim",
        _ when root["IP Families"] is not null || root["Session Affinity"] is not null => "Service",
        _ => "Pod",
    };

    private static V1Pod Pod(DescribedField root, V1ObjectMeta meta)
    {
        meta.Labels = Labels(root["Labels"]);
        if (root.Text("Controlled By")?.Split('/') is [var kind, var owner]) meta.OwnerReferences = [new() { Kind = kind, Name = owner }];
        var containers = Containers(root["Containers"]).ToList();
        var inits = Containers(root["Init Containers"]).ToList();
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                NodeName = root.Text("Node")?.Split('/')[0],
                ServiceAccountName = root.Text("Service Account"),
                NodeSelector = Labels(root["Node-Selectors"]),
                Containers = [.. containers.Select(container => container.Spec)],
                InitContainers = [.. inits.Select(container => container.Spec)],
                Volumes = [.. (root["Volumes"]?.Children ?? []).Select(Volume)],
            },
            Status = new()
            {
                Phase = root.Text("Status")?.Split(' ')[0],
                Reason = root.Text("Reason"),
                Message = root.Text("Message"),
                ContainerStatuses = [.. containers.Select(container => container.Status)],
                InitContainerStatuses = [.. inits.Select(container => container.Status)],
                Conditions = [.. (root["Conditions"]?.Children ?? []).Select(line => $"{line.Key} {line.Value}".Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(cells => cells is [not "Type", "True" or "False" or "Unknown"]).Select(cells => new V1PodCondition
                {
                    Type = cells[0], Status = cells[1],
                })],
            },
        };
    }

    private static IEnumerable<(V1Container Spec, V1ContainerStatus Status)> Containers(DescribedField? list)
    {
        foreach (var field in list?.Children ?? [])
        {
            var spec = new V1Container
            {
                Name = field.Key,
                Image = field.Text("Image"),
                Command = Lines(field["Command"]),
                Args = Lines(field["Args"]),
                Ports = [.. (field.Text("Port") ?? field.Text("Ports") ?? "").Split(',').Select(port => FirstNumber(port)).Where(port => port > 0).Select(port => new V1ContainerPort { ContainerPort = port!.Value })],
                Resources = new() { Limits = Quantities(field["Limits"]), Requests = Quantities(field["Requests"]) },
                LivenessProbe = Probe(field.Text("Liveness")),
                ReadinessProbe = Probe(field.Text("Readiness")),
                StartupProbe = Probe(field.Text("Startup")),
                Env = [.. (field["Environment"]?.Children ?? []).Select(Variable)],
                VolumeMounts = [.. (field["Mounts"]?.Children ?? []).Select(line => Mount().Match($"{line.Key}{line.Value}")).Where(match => match.Success).Select(match => new V1VolumeMount
                {
                    MountPath = match.Groups[1].Value, Name = match.Groups[2].Value,
                })],
            };
            yield return (spec, new()
            {
                Name = field.Key, Ready = field.Text("Ready") == "True", RestartCount = FirstNumber(field.Text("Restart Count")) ?? 0,
                State = State(field["State"]) ?? new(), LastState = State(field["Last State"]),
            });
        }
    }

    private static V1ContainerState? State(DescribedField? field) => field?.Value switch
    {
        "Waiting" => new() { Waiting = new() { Reason = field.Text("Reason"), Message = field.Text("Message") } },
        "Running" => new() { Running = new() { StartedAt = Time(field.Text("Started")) } },
        "Terminated" => new() { Terminated = new() { Reason = field.Text("Reason"), Message = field.Text("Message"), ExitCode = FirstNumber(field.Text("Exit Code")) ?? 0, StartedAt = Time(field.Text("Started")), FinishedAt = Time(field.Text("Finished")) } },
        _ => null,
    };

    private static V1EnvVar Variable(DescribedField line)
    {
        if (FromKey().Match(line.Value) is not { Success: true } match) return new() { Name = line.Key, Value = line.Value };
        var (key, name) = (match.Groups[1].Value, match.Groups[3].Value);
        return new()
        {
            Name = line.Key,
            ValueFrom = match.Groups[2].Value == "secret" ? new() { SecretKeyRef = new() { Key = key, Name = name } } : new() { ConfigMapKeyRef = new() { Key = key, Name = name } },
        };
    }

    private static V1Volume Volume(DescribedField field)
    {
        var type = field.Text("Type")?.Split(' ')[0];
        return type switch
        {
            "ConfigMap" => new() { Name = field.Key, ConfigMap = new() { Name = field.Text("Name") } },
            "Secret" => new() { Name = field.Key, Secret = new() { SecretName = field.Text("SecretName") } },
            "PersistentVolumeClaim" => new() { Name = field.Key, PersistentVolumeClaim = new() { ClaimName = field.Text("ClaimName") } },
            _ => new() { Name = field.Key },
        };
    }

    /// <summary>"http-get http://:8080/healthz delay=2s timeout=1s period=2s #success=1 #failure=2"</summary>
    private static V1Probe? Probe(string? text)
    {
        if (text is null) return null;
        int? Number(string name) => FirstNumber(Regex.Match(text, $@"{name}=(\d+)").Groups[1].Value);
        var probe = new V1Probe
        {
            InitialDelaySeconds = Number("delay"), PeriodSeconds = Number("period"), FailureThreshold = Number("#failure"),
            TimeoutSeconds = Number("timeout"),
        };
        if (Regex.Match(text, @"^http-get (https?)://[^:/]*:([\w-]+)(/\S*)?") is { Success: true } http) probe.HttpGet = new()
        {
            Scheme = http.Groups[1].Value, Port = http.Groups[2].Value, Path = http.Groups[3].Value,
        };
        else if (Regex.Match(text, @"^tcp-socket [^:]*:([\w-]+)") is { Success: true } tcp) probe.TcpSocket = new() { Port = tcp.Groups[1].Value };
        else if (Regex.Match(text, @"^exec \[(.*?)\]") is { Success: true } exec) probe.Exec = new() { Command = exec.Groups[1].Value.Split(' ') };
        else if (Regex.Match(text, @"^grpc <pod>:(\d+)") is { Success: true } grpc) probe.Grpc = new() { Port = int.Parse(grpc.Groups[1].Value, CultureInfo.InvariantCulture) };
        return probe;
    }

    private static V1Node Node(DescribedField root, V1ObjectMeta meta) => new()
    {
        Metadata = meta,
        Spec = new() { Unschedulable = root.Text("Unschedulable") == "true" },
        Status = new()
        {
            // "MemoryPressure   False   DATE   DATE   KubeletHasSufficientMemory   kubelet has sufficient memory available"
            Conditions = [.. (root["Conditions"]?.Children ?? []).Select(line => Regex.Split($"{line.Key} {line.Value}".Trim(), @"\s{2,}")).Where(cells => cells is [_, "True" or "False" or "Unknown", ..]).Select(cells => new V1NodeCondition
            {
                Type = cells[0], Status = cells[1], Reason = cells.ElementAtOrDefault(4), Message = cells.ElementAtOrDefault(5),
            })],
        },
    };

    /// <summary>"Replicas: 3 desired | 3 updated | 3 total | 1 available | 2 unavailable"</summary>
    private static V1Deployment Deployment(DescribedField root, V1ObjectMeta meta)
    {
        int? Count(string word) => FirstNumber(Regex.Match(root.Text("Replicas") ?? "", $@"(\d+) {word}").Groups[1].Value);
        return new()
        {
            Metadata = meta, Spec = new() { Replicas = Count("desired"), Template = new() },
            Status = new() { AvailableReplicas = Count("available") },
        };
    }

    private static void ReadEvents(PasteContext context, V1ObjectMeta meta, string kind, DescribedField events)
    {
        // No events is an answer as well.
        context.Snapshot.MarkSeen("Event");
        foreach (var line in events.Children)
        {
            var text = line.Key.Length > 0 ? $"{line.Key}: {line.Value}" : line.Value;
            if (EventLine().Match(text) is not { Success: true } match) continue;
            PastedTable.AddEvent(
                context, meta.NamespaceProperty, kind, meta.Name, match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value,
                match.Groups[5].Value);
        }
    }

    private static Dictionary<string, string>? Labels(DescribedField? field)
    {
        if (field is null) return null;
        return field.Children.Select(child => child.Value).Prepend(field.Value)
            .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
    }

    private static List<string>? Lines(DescribedField? field) =>
        field is null ? null : [.. field.Children.Select(child => child.Key.Length > 0 ? $"{child.Key}: {child.Value}" : child.Value)];

    private static Dictionary<string, ResourceQuantity>? Quantities(DescribedField? field) =>
        field?.Children.Where(child => child.Value.Length > 0).ToDictionary(child => child.Key, child => new ResourceQuantity(child.Value));

    private static int? FirstNumber(string? text) =>
        text is not null && Number().Match(text) is { Success: true } match && int.TryParse(match.Value, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static DateTime? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.UtcDateTime : null;

    [GeneratedRegex(@"^(/\S+) from (\S+)")]
    private static partial Regex Mount();

    [GeneratedRegex(@"^<set to the key '([^']+)' (?:in|of) (secret|config map) '([^']+)'>")]
    private static partial Regex FromKey();

    [GeneratedRegex(@"^(Normal|Warning)\s+(\S+)\s+(\d\S*(?: \(x\d+ over \S+\))?|<unknown>|<invalid>)\s+([\w-]+(?:, [\w.-]+)?)\s+(.+)$")]
    private static partial Regex EventLine();

    [GeneratedRegex(@"\d{1,9}")]
    private static partial Regex Number();
}
