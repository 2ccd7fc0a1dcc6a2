using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Judges single log lines of one container, with the pod's spec at hand.</summary>
internal sealed class LogLineJudge(InspectionContext context, V1Pod pod, string container, string source)
{
    private const int LongestError = 120;

    /// <summary>Shorter names and values match by accident.</summary>
    private const int ShortestName = 3,
        ShortestValue = 2,
        LongestValue = 100;

    private static readonly MessagePattern Complaint = new(
        @"\b(invalid|malformed|not a|must be|cannot (be )?(parse|convert|use)|could not (parse|convert)"
            + @"|unsupported|unexpected value|out of range|illegal|bad value|wrong)\b",
        ConfigurationFaults.BadValue,
        "setting {variable} has a value that the program refuses",
        0.88
    );

    // A word after a name that makes it a command of a protocol and no setting.
    private static readonly MessagePattern Opcode = new(
        @"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ (command|opcode|packet|message|request|response|method|operation|query)",
        null,
        ""
    );

    private readonly ConnectionErrors connections = new(context, pod, container, source);
    private readonly DatabaseErrors databases = new(context, pod, container, source);

    public ResourceRef Resource { get; } = InspectionContext.Ref(pod, container);

    public string Source => source;

    /// <summary>The dependencies that the judged lines show.</summary>
    public IReadOnlyList<TopologyEdge> Edges => [.. connections.Edges, .. databases.Edges];

    private V1Container? Spec => PodReferences.Containers(pod.Spec).FirstOrDefault(c => c.Name == container);

    /// <summary>
    /// The finding of a stack trace that ends in a refused connection and names no host, but the kind of the server.
    /// </summary>
    public Finding? JudgeTrace(IReadOnlyList<string> texts)
    {
        if (!texts.Any(text => text.Contains("Connection refused", StringComparison.OrdinalIgnoreCase)))
            return null;
        var whole = string.Join('\n', texts);
        return databases.CalledServer(whole) is { } server ? connections.RefusedByServer(texts[^1], server) : null;
    }

    /// <summary>The finding of a line without its timestamp, or null where it matches no rule.</summary>
    public Finding? Judge(string text)
    {
        if (RefusedRequest.Judge(context, Resource.Namespace, Resource, source, text) is { } request)
            return request;
        if (databases.Judge(text) is { } database)
            return database;
        if (connections.Judge(text) is { } connection)
            return connection;
        if (MessagePattern.First(LogPatterns.All, text) is not { } known)
            return RefusedSetting(text);
        if (known.Message.Fault == ApplicationFaults.Crash && RefusedSetting(text) is { } refused)
            return refused;
        var finding = known.Message.Find(Resource, source, text, known.Facts);
        return finding.Fault switch
        {
            ConfigurationFaults.MissingEnv
            or ConfigurationFaults.BadValue when finding.Facts.TryGetValue("variable", out var variable) => Setting(
                finding,
                variable
            ),
            ConfigurationFaults.InvalidFile => InvalidFile(finding, finding.Facts.GetValueOrDefault("file")),
            ConfigurationFaults.BadCredentials => OfOldSecret(finding),
            ResourceFaults.VolumeFull => VolumeFull(finding),
            ConfigurationFaults.PortConflict => PortConflict(finding),
            ConfigurationFaults.SecurityContextDenied => PermissionDenied(finding),
            ApplicationFaults.Crash => finding with
            {
                Summary = $"the program fails by an error of its own: {Shorten(text)}",
            },
            null when finding.Facts.TryGetValue("path", out var path) => MissingFile(finding, path),
            _ => finding,
        };
    }

    /// <summary>The program's own error, in the words of the line that says what it was.</summary>
    public Finding Crash(string text) =>
        new()
        {
            Fault = ApplicationFaults.Crash,
            Resource = Resource,
            Summary = $"the program fails by an error of its own: {Shorten(text)}",
            Source = source,
            Quote = text,
            Weight = 0.72,
        };

    /// <summary>
    /// A setting that the line calls missing may be set, and one that it calls invalid may not be set. The spec decides
    /// between the two faults.
    /// </summary>
    private Finding? Setting(Finding finding, string variable)
    {
        // Of a variable that stands twice, the later value is what the program gets.
        var set = Spec?.Env?.LastOrDefault(v => v.Name == variable);
        var map = ConfigMapOf(variable, set);
        var isSet =
            map is not null || set is not null && (set.ValueFrom is not null || !string.IsNullOrEmpty(set.Value));
        if (!isSet && Opcode.Match(finding.Quote) is not null)
            return null;
        if (!isSet)
            return finding.Fault == ConfigurationFaults.MissingEnv ? finding : finding with { Weight = 0.78 };
        var value =
            set?.Value is { Length: > 0 } plain && !Redactor.IsCredentialName(variable) ? $" (\"{plain}\")" : "";
        return finding with
        {
            Fault = ConfigurationFaults.BadValue,
            Summary = $"setting {variable}{value} has a value that the program refuses",
            Weight = 0.88,
            Facts = map is null ? finding.Facts : new Dictionary<string, string>(finding.Facts) { ["configmap"] = map },
            About = map is null ? null : new("ConfigMap", Resource.Namespace, map),
            AboutDescription = $"holds {variable}",
        };
    }

    /// <summary>The ConfigMap that holds a variable of the container, or null.</summary>
    private string? ConfigMapOf(string variable, V1EnvVar? set) =>
        (Spec?.EnvFrom ?? [])
            .Select(from => from.ConfigMapRef?.Name)
            .Append(set?.ValueFrom?.ConfigMapKeyRef?.Name)
            .OfType<string>()
            .FirstOrDefault(name =>
                context.Snapshot.Find<V1ConfigMap>(Resource.Namespace, name)?.Data is { } data
                && (data.ContainsKey(variable) || set is not null)
            );

    /// <summary>A line that complains, and names a variable of this container or quotes its value.</summary>
    private Finding? RefusedSetting(string text)
    {
        if (Complaint.Match(text) is null || Spec is not { } spec)
            return null;
        var names = (spec.Env ?? [])
            .Select(variable => variable.Name)
            .Concat(
                (spec.EnvFrom ?? []).SelectMany(from =>
                    context.Snapshot.Find<V1ConfigMap>(Resource.Namespace, from.ConfigMapRef?.Name)?.Data?.Keys ?? []
                )
            );
        var named =
            names.FirstOrDefault(name => name.Length >= ShortestName && IsWord(name).IsMatch(text))
            // Programs also quote the value alone: "invalid literal for int() with base 10: 'four'".
            ?? spec.Env?.FirstOrDefault(variable =>
                variable.Value is { Length: >= ShortestValue and < LongestValue } value && IsQuoted(value).IsMatch(text)
            )?.Name;
        if (named is null)
            return null;
        var facts = new Dictionary<string, string> { ["variable"] = named };
        return Setting(Complaint.Find(Resource, source, text, facts), named);
    }

    private static Regex IsQuoted(string value) =>
        new($"""['"`]{Regex.Escape(value)}['"`]""", RegexOptions.CultureInvariant);

    private static Regex IsWord(string name) =>
        new($@"(?<![A-Za-z0-9_]){Regex.Escape(name)}(?![A-Za-z0-9_])", RegexOptions.CultureInvariant);

    /// <summary>
    /// Variables are read when a container starts: one that started before its Secret was changed has the old value.
    /// </summary>
    private Finding OfOldSecret(Finding finding)
    {
        var started = ClusterSnapshot.Utc(
            PodState.Containers(pod).FirstOrDefault(state => state.Name == container)?.State?.Running?.StartedAt
        );
        var changed = SecretsRead()
            .Select(name => new ResourceRef("Secret", Resource.Namespace, name))
            .Select(secret => (Secret: secret, Write: context.Snapshot.WritesOf(secret).FirstOrDefault()))
            .Where(read => read.Write?.At > started)
            .OrderByDescending(read => read.Write!.At)
            .FirstOrDefault();
        if (changed.Write is not { } write)
            return finding;
        var says = $"was changed {write.By}, after container {container} started";
        return finding with
        {
            Summary =
                $"a dependency rejects the program's credentials: Secret {changed.Secret.Name} {says}, so the "
                + "program still has the old value",
            Weight = 0.94,
            About = changed.Secret,
            AboutDescription = says,
            Facts = new Dictionary<string, string>(finding.Facts) { ["oldsecret"] = changed.Secret.Name },
        };
    }

    /// <summary>
    /// The Secrets whose values the container got at its start: variables, and files mounted by subPath.
    /// </summary>
    private IEnumerable<string> SecretsRead()
    {
        var files = (Spec?.VolumeMounts ?? [])
            .Where(mount => !string.IsNullOrEmpty(mount.SubPath))
            .Select(mount => pod.Spec.Volumes?.FirstOrDefault(volume => volume.Name == mount.Name)?.Secret?.SecretName);
        return (Spec?.EnvFrom ?? [])
            .Select(from => from.SecretRef?.Name)
            .Concat((Spec?.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name))
            .Concat(files)
            .OfType<string>()
            .Distinct();
    }

    /// <summary>A file that does not parse; the ConfigMap it is mounted from, if any, has to change.</summary>
    private Finding InvalidFile(Finding finding, string? file)
    {
        // A program that names no file read the only one that it is given.
        var map = file is null ? OnlyMountedMap() : MountOf(file)?.Volume.ConfigMap?.Name;
        if (map is null)
            return finding;
        return finding with
        {
            Weight = file is null ? 0.88 : 0.92,
            Facts = new Dictionary<string, string>(finding.Facts)
            {
                ["configmap"] = map,
                ["file"] = file ?? "the configuration file",
            },
            About = new("ConfigMap", Resource.Namespace, map),
            AboutDescription = $"holds {file ?? "the configuration file"}, which does not parse",
        };
    }

    private string? OnlyMountedMap() =>
        (Spec?.VolumeMounts ?? [])
            .Select(mount => pod.Spec.Volumes?.FirstOrDefault(volume => volume.Name == mount.Name)?.ConfigMap?.Name)
            .OfType<string>()
            .Distinct()
            .ToList()
            is [var only]
            ? only
            : null;

    /// <summary>Names the other container of the pod that has to do with the port.</summary>
    private Finding PortConflict(Finding finding)
    {
        var port = finding.Facts.GetValueOrDefault("port") ?? PortIn(finding.Quote);
        if (port is null)
            return finding;
        var other = (pod.Spec?.Containers ?? []).FirstOrDefault(c => c.Name != container && Uses(c, port));
        var facts = new Dictionary<string, string>(finding.Facts) { ["port"] = port };
        if (other is not null)
            facts["other"] = other.Name;
        return finding with
        {
            Facts = facts,
            Weight = other is null ? 0.88 : 0.94,
            Summary = other is null
                ? $"the program cannot bind port {port}: another program of the pod has it already"
                : $"the program cannot bind port {port}: container {other.Name} of the same pod uses it",
        };
    }

    private static string? PortIn(string line) =>
        Regex.Match(line, @"[:\s](\d{2,5})\b(?!:\d)(?=[^\n]{0,40}in use)|\bport:? (\d{2,5})\b", RegexOptions.IgnoreCase)
            is { Success: true } match
            ? match.Groups.Cast<Group>().Skip(1).First(group => group.Success).Value
            : null;

    /// <summary>True if a container declares a port, or its settings or arguments hold it.</summary>
    private static bool Uses(V1Container other, string port) =>
        other.Ports?.Any(p => p.ContainerPort.ToString(CultureInfo.InvariantCulture) == port) == true
        || (other.Env ?? [])
            .Select(variable => variable.Value)
            .Concat(other.Command ?? [])
            .Concat(other.Args ?? [])
            .Any(value => value is not null && IsWord(port).IsMatch(value));

    /// <summary>
    /// A program may not write to a volume: the volume's owner decides, not the image. Its path is in the line, or the
    /// volume is the only one that the container may write to.
    /// </summary>
    private Finding PermissionDenied(Finding finding)
    {
        var path = finding.Facts.GetValueOrDefault("path");
        var writable = (Spec?.VolumeMounts ?? [])
            .Where(mount => mount.ReadOnlyProperty != true && IsData(mount))
            .ToList();
        var mount = path is not null ? MountOf(path) : null;
        if (mount is null && path is null && writable is [var only])
            mount = MountOf(only.MountPath);
        if (mount is not { } volume || finding.Quote.Contains("bind", StringComparison.OrdinalIgnoreCase))
            return finding;
        var user = Spec?.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser;
        var group = pod.Spec.SecurityContext?.FsGroup;
        return finding with
        {
            Summary =
                $"the program may not write to volume {volume.Volume.Name} at {volume.Path} (permission denied):"
                + $" its owner does not fit runAsUser {user?.ToString(CultureInfo.InvariantCulture) ?? "of the image"}"
                + $" and fsGroup {group?.ToString(CultureInfo.InvariantCulture) ?? "unset"}",
            Weight = 0.9,
            Facts = new Dictionary<string, string>(finding.Facts)
            {
                ["path"] = volume.Path,
                ["volume"] = volume.Volume.Name,
            },
        };
    }

    /// <summary>True for a mount of storage, which has an owner of its own.</summary>
    private bool IsData(V1VolumeMount mount) =>
        pod.Spec.Volumes?.FirstOrDefault(volume => volume.Name == mount.Name)
            is { PersistentVolumeClaim: not null }
                or { HostPath: not null }
                or { Nfs: not null }
                or { Csi: not null };

    /// <summary>
    /// Names the pod's only claim, and twice its size where its StorageClass allows expansion.
    /// </summary>
    private Finding VolumeFull(Finding finding)
    {
        var claims = (pod.Spec.Volumes ?? [])
            .Select(volume => volume.PersistentVolumeClaim?.ClaimName)
            .OfType<string>()
            .ToList();
        if (claims is not [var claim])
            return finding;
        var facts = new Dictionary<string, string> { ["claim"] = claim };
        var spec = context.Snapshot.Find<V1PersistentVolumeClaim>(Resource.Namespace, claim)?.Spec;
        if (
            context.Snapshot.Find<V1StorageClass>(null, spec?.StorageClassName)?.AllowVolumeExpansion == true
            && spec?.Resources?.Requests?.TryGetValue("storage", out var size) == true
            && Quantity.Twice(size, isMemory: true) is { } more
        )
            facts["more"] = more;
        return finding with { Facts = facts };
    }

    /// <summary>
    /// A missing file below a mounted folder is hidden by the mount. Elsewhere it counts only if the command names it.
    /// </summary>
    private Finding? MissingFile(Finding finding, string path)
    {
        if (MountOf(path) is { } mount)
            return finding with
            {
                Fault = ConfigurationFaults.VolumeMountWrong,
                Summary = $"file {path} does not exist: volume {mount.Volume.Name} is mounted over {mount.Path}",
                Weight = 0.9,
            };
        var command = string.Join(' ', (Spec?.Command ?? []).Concat(Spec?.Args ?? []));
        return command.Contains(path, StringComparison.Ordinal)
            ? finding with
            {
                Fault = ConfigurationFaults.BadCommand,
                Summary = $"the command names {path}, which does not exist",
                Weight = 0.82,
            }
            : null;
    }

    /// <summary>The volume that holds a file, by the longest mount path.</summary>
    private (V1Volume Volume, string Path)? MountOf(string file)
    {
        var mount = (Spec?.VolumeMounts ?? [])
            .Where(m =>
                file == m.MountPath || file.StartsWith(m.MountPath.TrimEnd('/') + "/", StringComparison.Ordinal)
            )
            .MaxBy(m => m.MountPath.Length);
        var volume = mount is null ? null : pod.Spec.Volumes?.FirstOrDefault(v => v.Name == mount.Name);
        return volume is null ? null : (volume, mount!.MountPath);
    }

    private static string Shorten(string text) =>
        text.Length > LongestError ? string.Concat(text.AsSpan(0, LongestError - 1), "…") : text;
}
