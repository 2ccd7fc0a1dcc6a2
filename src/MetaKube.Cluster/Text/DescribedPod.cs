using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>A pod, or the pod template of a workload, as <c>kubectl describe</c> prints it.</summary>
internal static partial class DescribedPod
{
    public static V1Pod Read(DescribedField root, V1ObjectMeta meta)
    {
        var spec = Spec(root);
        spec.NodeName = root.Text("Node")?.Split('/')[0];
        return new()
        {
            Metadata = meta,
            Spec = spec,
            Status = new()
            {
                Phase = root.Text("Status")?.Split(' ')[0],
                Reason = root.Text("Reason"),
                Message = root.Message("Message"),
                PodIP = root.Text("IP"),
                // A pod without a node has containers without a state.
                ContainerStatuses = Statuses(root["Containers"]),
                InitContainerStatuses = Statuses(root["Init Containers"]),
                EphemeralContainerStatuses = Statuses(root["Ephemeral Containers"]),
                Conditions =
                [
                    .. (root["Conditions"]?.Children ?? [])
                        .Select(line => line.Line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                        .Where(cells => cells is [not "Type", "True" or "False" or "Unknown"])
                        .Select(cells => new V1PodCondition { Type = cells[0], Status = cells[1] }),
                ],
            },
        };
    }

    /// <summary>
    /// The description of a pod that begins at a container, or within one, as if it were whole; null for any other.
    /// </summary>
    public static DescribedField? Completed(DescribedField root)
    {
        if (root["Containers"] is not null)
            return root;
        var containers = root.Children.Where(field => IsContainer(field)).ToList();
        if (containers.Count == 0 && !IsContainer(root))
            return null;
        var list = new DescribedField("Containers", "", 0, "");
        if (containers.Count > 0)
            list.Children.AddRange(containers);
        else
        {
            var unnamed = new DescribedField("", "", 0, "");
            unnamed.Children.AddRange(root.Children);
            list.Children.Add(unnamed);
        }
        var whole = new DescribedField("", "", -1, "");
        whole.Children.Add(list);
        whole.Children.AddRange(root.Children.Except(containers));
        return whole;
    }

    private static bool IsContainer(DescribedField field) =>
        field["Image"] is not null || field["State"] is not null || field["Last State"] is not null;

    /// <summary>
    /// True if nothing of the containers was cut off: limits stand before the environment and the mounts.
    /// </summary>
    public static bool ShowsResources(DescribedField root) =>
        Containers(root["Containers"])
            .Concat(Containers(root["Init Containers"]))
            .All(field =>
                field["Environment"] is not null
                || field["Environment Variables from"] is not null
                || field["Mounts"] is not null
                || field["Limits"] is not null
            );

    /// <summary>The pod template of a Deployment, StatefulSet or the like.</summary>
    public static V1PodTemplateSpec Template(DescribedField? template) =>
        template is null
            ? new()
            : new()
            {
                Metadata = new() { Labels = DescribedField.Labels(template["Labels"]) },
                Spec = Spec(template),
            };

    private static V1PodSpec Spec(DescribedField root) =>
        new()
        {
            ServiceAccountName = root.Text("Service Account"),
            NodeSelector = DescribedField.Labels(root["Node-Selectors"]),
            Tolerations = DescribedTolerations.Read(root["Tolerations"]),
            Containers = [.. Containers(root["Containers"]).Select(ContainerSpec)],
            InitContainers = [.. Containers(root["Init Containers"]).Select(ContainerSpec)],
            Volumes = [.. (root["Volumes"]?.Children ?? []).Select(Volume)],
        };

    private static IEnumerable<DescribedField> Containers(DescribedField? list) =>
        (list?.Children ?? []).Where(field => field.Children.Count > 0);

    private static List<V1ContainerStatus> Statuses(DescribedField? list) =>
        [.. Containers(list).Select(ContainerStatus).OfType<V1ContainerStatus>()];

    private static V1Container ContainerSpec(DescribedField field) =>
        new()
        {
            Name = field.Key,
            Image = field.Text("Image"),
            Command = Lines(field["Command"]),
            Args = Lines(field["Args"]),
            Ports = Ports(field.Text("Port") ?? field.Text("Ports") ?? ""),
            Resources = new() { Limits = Quantities(field["Limits"]), Requests = Quantities(field["Requests"]) },
            LivenessProbe = Probe(field.Text("Liveness")),
            ReadinessProbe = Probe(field.Text("Readiness")),
            StartupProbe = Probe(field.Text("Startup")),
            EnvFrom =
            [
                .. (field["Environment Variables from"]?.Children ?? [])
                    .Select(line => FromWhole().Match(line.Line.Trim()))
                    .Where(match => match.Success)
                    .Select(Source),
            ],
            Env = [.. (field["Environment"]?.Children ?? []).Select(Variable)],
            VolumeMounts =
            [
                .. (field["Mounts"]?.Children ?? [])
                    .Select(line => Mount().Match(line.Line.Trim()))
                    .Where(match => match.Success)
                    .Select(match => new V1VolumeMount
                    {
                        MountPath = match.Groups[1].Value,
                        Name = match.Groups[2].Value,
                    }),
            ],
        };

    private static List<V1ContainerPort> Ports(string text) =>
        [
            .. text.Split(',')
                .Select(port => (Number: DescribedField.FirstNumber(port), Protocol: port.Split('/')[^1].Trim()))
                .Where(port => port.Number > 0)
                .Select(port => new V1ContainerPort
                {
                    ContainerPort = port.Number!.Value,
                    Protocol = port.Protocol is "UDP" or "SCTP" ? port.Protocol : "TCP",
                }),
        ];

    /// <summary>The status of a container; a template prints none.</summary>
    private static V1ContainerStatus? ContainerStatus(DescribedField field) =>
        field["State"] is null
            ? null
            : new()
            {
                Name = field.Key,
                Ready = field.Text("Ready") == "True",
                RestartCount = DescribedField.FirstNumber(field.Text("Restart Count")) ?? 0,
                State = State(field["State"]) ?? new(),
                LastState = State(field["Last State"]),
            };

    private static V1ContainerState? State(DescribedField? field) =>
        field?.Value switch
        {
            "Waiting" => new()
            {
                Waiting = new() { Reason = field.Text("Reason"), Message = field.Message("Message") },
            },
            "Running" => new() { Running = new() { StartedAt = Time(field.Text("Started")) } },
            "Terminated" => new()
            {
                Terminated = new()
                {
                    Reason = field.Text("Reason"),
                    Message = field.Message("Message"),
                    ExitCode = DescribedField.FirstNumber(field.Text("Exit Code")) ?? 0,
                    StartedAt = Time(field.Text("Started")),
                    FinishedAt = Time(field.Text("Finished")),
                },
            },
            _ => null,
        };

    private static V1EnvFromSource Source(Match match) =>
        match.Groups[2].Value == "Secret"
            ? new()
            {
                SecretRef = new() { Name = match.Groups[1].Value, Optional = match.Groups[3].Value == "true" },
            }
            : new()
            {
                ConfigMapRef = new() { Name = match.Groups[1].Value, Optional = match.Groups[3].Value == "true" },
            };

    private static V1EnvVar Variable(DescribedField line)
    {
        if (FromKey().Match(line.Value) is not { Success: true } match)
            return new() { Name = line.Key, Value = line.Value };
        var (key, name) = (match.Groups[1].Value, match.Groups[3].Value);
        return new()
        {
            Name = line.Key,
            ValueFrom =
                match.Groups[2].Value == "secret"
                    ? new()
                    {
                        SecretKeyRef = new() { Key = key, Name = name },
                    }
                    : new()
                    {
                        ConfigMapKeyRef = new() { Key = key, Name = name },
                    },
        };
    }

    private static V1Volume Volume(DescribedField field)
    {
        var type = field.Text("Type")?.Split(' ')[0];
        return type switch
        {
            "ConfigMap" => new()
            {
                Name = field.Key,
                ConfigMap = new() { Name = field.Text("Name") ?? "", Optional = field.Text("Optional") == "true" },
            },
            "Secret" => new()
            {
                Name = field.Key,
                Secret = new()
                {
                    SecretName = field.Text("SecretName") ?? "",
                    Optional = field.Text("Optional") == "true",
                },
            },
            "PersistentVolumeClaim" => new()
            {
                Name = field.Key,
                PersistentVolumeClaim = new() { ClaimName = field.Text("ClaimName") },
            },
            "EmptyDir" => new() { Name = field.Key, EmptyDir = new() },
            _ => new() { Name = field.Key },
        };
    }

    /// <summary>"http-get http://:8080/healthz delay=2s timeout=1s period=2s #success=1 #failure=2"</summary>
    private static V1Probe? Probe(string? text)
    {
        if (text is null)
            return null;
        int? Number(string name) => DescribedField.FirstNumber(Regex.Match(text, $@"{name}=(\d+)").Groups[1].Value);
        var probe = new V1Probe
        {
            InitialDelaySeconds = Number("delay"),
            PeriodSeconds = Number("period"),
            FailureThreshold = Number("#failure"),
            TimeoutSeconds = Number("timeout"),
        };
        if (Regex.Match(text, @"^http-get (https?)://[^:/]*:([\w-]+)(/\S*)?") is { Success: true } http)
            probe.HttpGet = new()
            {
                Scheme = http.Groups[1].Value,
                Port = http.Groups[2].Value,
                Path = http.Groups[3].Value,
            };
        else if (Regex.Match(text, @"^tcp-socket [^:]*:([\w-]+)") is { Success: true } tcp)
            probe.TcpSocket = new() { Port = tcp.Groups[1].Value };
        else if (Regex.Match(text, @"^exec \[(.*?)\]") is { Success: true } exec)
            probe.Exec = new() { Command = exec.Groups[1].Value.Split(' ') };
        else if (Regex.Match(text, @"^grpc <pod>:(\d+)") is { Success: true } grpc)
            probe.Grpc = new() { Port = int.Parse(grpc.Groups[1].Value, CultureInfo.InvariantCulture) };
        return probe;
    }

    private static List<string>? Lines(DescribedField? field) =>
        field is null
            ? null
            : [.. field.Children.Select(child => child.Key.Length > 0 ? $"{child.Key}: {child.Value}" : child.Value)];

    public static Dictionary<string, ResourceQuantity>? Quantities(DescribedField? field) =>
        field
            ?.Children.Where(child => Amount().IsMatch(child.Value))
            .DistinctBy(child => child.Key)
            .ToDictionary(child => child.Key, child => new ResourceQuantity(child.Value));

    private static DateTime? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime
            : null;

    [GeneratedRegex(@"^\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i)?$")]
    private static partial Regex Amount();

    [GeneratedRegex(@"^(/\S+) from (\S+)")]
    private static partial Regex Mount();

    [GeneratedRegex(@"^<set to the key '([^']+)' (?:in|of) (secret|config map) '([^']+)'>")]
    private static partial Regex FromKey();

    [GeneratedRegex(@"^(\S+)\s+(ConfigMap|Secret)\b(?:\s+with prefix \S+)?\s+Optional:? *(\w+)?")]
    private static partial Regex FromWhole();
}
