using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Text;

/// <summary>The logs of pasted text, and the containers that they belong to.</summary>
internal sealed partial class PastedLogs
{
    /// <summary>Of a longer log these many lines at the end are kept, and lines with errors before them.</summary>
    private const int Tail = 140,
        Errors = 60;

    private readonly List<PastedLog> logs = [];

    /// <summary>Adds a text that is neither a table nor an object. Sentences of a person are no log.</summary>
    public void Add(PastedObjects objects, PastedBlock block, string from)
    {
        if (block.Command is null && block.Lines.Where(line => line.Trim().Length > 0).All(IsProse))
            return;
        foreach (var log in LogWrappers.Read(block, from).Where(log => log.Text.Trim().Length > 0))
        {
            logs.Add(log);
            if (log.Pod is { } pod)
                objects.Mention("Pod", log.Namespace, pod, []);
            else if (log.Workload?.Split('/') is [var kind, var name])
                objects.Mention(kind, log.Namespace, name, []);
            else if (log.IsOutput && Refused().Match(log.Text) is { Success: true } refused)
                objects.Mention(refused.Groups[1].Value, log.Namespace, refused.Groups[2].Value, [refused.Value]);
        }
    }

    /// <summary>Gives every log to its container; one that finds none stays the evidence of the case itself.</summary>
    public void Place(PastedObjects objects)
    {
        foreach (var log in logs)
            Place(objects, log);
    }

    private static void Place(PastedObjects objects, PastedLog log)
    {
        var snapshot = objects.Snapshot;
        var pods = snapshot.All<V1Pod>().Where(pod => pod.Status?.Phase != "Succeeded" || log.Pod is not null).ToList();
        var pod = OwnerAmong(pods, log);
        var container = pod is null ? null : ContainerOf(pod, log);
        if (pod is not null && container is not null)
        {
            Keep(snapshot, pod, container, log);
            return;
        }
        pod ??= Unknown(objects, log);
        var owner = OwnerOf(objects, pod, log);
        Keep(snapshot, pod, log.Container ?? "", log);
        var isKnown = snapshot.UnplacedLogs.Exists(known =>
            known.Pod.Metadata.Name == pod.Metadata.Name
            && known.Pod.Metadata.NamespaceProperty == pod.Metadata.NamespaceProperty
            && known.Container == (log.Container ?? "")
            && known.Previous == log.Previous
        );
        if (!isKnown)
            snapshot.UnplacedLogs.Add(new(owner, pod, log.Container ?? "", log.Previous));
    }

    private static V1Pod? OwnerAmong(List<V1Pod> pods, PastedLog log)
    {
        if (log.Pod is not null || log.Workload is not null)
            return OfCommand(pods, log);
        return log.IsOutput ? null : OfText(pods, log);
    }

    private static void Keep(ClusterSnapshot snapshot, V1Pod pod, string container, PastedLog log)
    {
        var key = new LogRef(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container, log.Previous);
        var text = snapshot.Redaction.Clean(Essence(log.Text));
        snapshot.Logs[key] = snapshot.Logs.TryGetValue(key, out var before) ? Essence($"{before}\n{text}") : text;
    }

    private static V1Pod? OfCommand(List<V1Pod> pods, PastedLog log)
    {
        bool IsThere(V1Pod pod) => log.Namespace is null || pod.Metadata.NamespaceProperty == log.Namespace;
        if (log.Pod is { } name)
            return pods.Find(pod => pod.Metadata.Name == name && IsThere(pod))
                ?? pods.Find(pod => pod.Metadata.Name == name);
        var workload = log.Workload!.Split('/')[1];
        var replicas = pods.Where(pod => IsThere(pod) && IsReplicaOf(pod, workload)).ToList();
        return replicas.Find(IsUnwell) ?? replicas.FirstOrDefault();
    }

    private static bool IsReplicaOf(V1Pod pod, string workload) =>
        pod.Metadata.OwnerReferences?.Any(owner =>
            owner.Name == workload || owner.Name.StartsWith($"{workload}-", StringComparison.Ordinal)
        ) == true
        || pod.Metadata.Name.StartsWith($"{workload}-", StringComparison.Ordinal);

    /// <summary>
    /// The pod that the file is named after; the only one that fails, or whose container the log's is; the pods of the
    /// only workload.
    /// </summary>
    private static V1Pod? OfText(List<V1Pod> pods, PastedLog log)
    {
        var real = pods.Where(pod => pod.Status?.Phase is not null).ToList();
        var named = real.Where(pod => log.From.StartsWith(pod.Metadata.Name, StringComparison.Ordinal)).ToList();
        if (named.Count > 0)
            return named[0];
        if (log.Container is { } container)
            return OnlyWorkload(
                real.Where(pod => PodState.Containers(pod).Any(state => state.Name == container)).ToList()
            );
        return OnlyWorkload(real.Where(IsUnwell).ToList()) ?? OnlyWorkload(real);
    }

    /// <summary>The first of the pods if all of them are replicas of one workload.</summary>
    private static V1Pod? OnlyWorkload(List<V1Pod> pods) =>
        pods.Count > 0 && pods.Select(WorkloadOf).Distinct().Count() == 1 ? pods[0] : null;

    private static string WorkloadOf(V1Pod pod) =>
        pod.Metadata.OwnerReferences is [var owner, ..]
            ? $"{pod.Metadata.NamespaceProperty}/{owner.Name}"
            : $"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}";

    /// <summary>The container of the command, the one that failed, or the only one; null where that is open.</summary>
    private static string? ContainerOf(V1Pod pod, PastedLog log)
    {
        var states = (pod.Status?.InitContainerStatuses ?? [])
            .Concat(pod.Status?.ContainerStatuses ?? [])
            .Concat(pod.Status?.EphemeralContainerStatuses ?? [])
            .ToList();
        if (log.Container is { } told && !states.Exists(state => state.Name == told))
            return states is [{ Name: "" }] ? "" : null;
        if (log.Container is not null)
            return log.Container;
        var failed = states.Where(IsFailed).ToList();
        if (failed.Count == 1 || failed.Count > 1 && failed.Exists(HasEnded))
            return (failed.Find(HasEnded) ?? failed[0]).Name;
        return (pod.Status?.ContainerStatuses ?? []).FirstOrDefault()?.Name;
    }

    private static bool IsUnwell(V1Pod pod) =>
        (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []).Any(IsFailed);

    private static bool IsFailed(V1ContainerStatus state) =>
        HasEnded(state)
        || !state.Ready
            && state.State?.Terminated is not { ExitCode: 0 }
            && state.State?.Waiting?.Reason is not "PodInitializing";

    private static bool HasEnded(V1ContainerStatus state) =>
        state.State?.Terminated is { ExitCode: not 0 }
        || state.LastState?.Terminated is not null && !state.Ready
        || state.State?.Waiting?.Reason is "CrashLoopBackOff";

    private static V1Pod Unknown(PastedObjects objects, PastedLog log) =>
        RequiredFields.Fill(
            new V1Pod
            {
                Metadata = new() { Name = log.From, NamespaceProperty = log.Namespace ?? objects.Home },
            }
        );

    private static ResourceRef OwnerOf(PastedObjects objects, V1Pod pod, PastedLog log)
    {
        if (log.Pod is not null)
            return ClusterSnapshot.RefOf(pod) with { Container = log.Container };
        return log.Workload?.Split('/') is [var kind, var name]
            ? new(kind, log.Namespace ?? objects.Home, name, log.Container)
            : new(ResourceRef.Log, null, log.From);
    }

    /// <summary>The end of a log, with the lines before it that speak of errors.</summary>
    private static string Essence(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length <= Tail + Errors)
            return text;
        var errors = lines.Take(lines.Length - Tail).Where(line => Error().IsMatch(line)).TakeLast(Errors);
        return string.Join('\n', errors.Concat(lines.TakeLast(Tail)));
    }

    /// <summary>A sentence of a person, without any sign of a program.</summary>
    private static bool IsProse(string line)
    {
        var text = line.Trim();
        return Sentence().IsMatch(text) && !Program().IsMatch(text);
    }

    [GeneratedRegex(
        @"\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|Error|Exception|panic|fatal|error|failed|refused|timeout)\b|^E\d{4} "
    )]
    private static partial Regex Error();

    // 'Deployment.apps "web" is invalid: …': the API server names the object that it refuses.
    [GeneratedRegex(
        @"\b([A-Z][A-Za-z]{1,60})(?:\.[a-z0-9.-]{1,80})? ""([a-z0-9][a-z0-9.-]{0,252})"" is invalid: ",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Refused();

    // Words with the blanks and stops of a sentence.
    [GeneratedRegex(
        @"^[A-Za-z""'(*#-][\w'""`(),;/-]*(?:[ ,:;]+[\w'""`(),;/.-]+){2,}[.:?!)…]*$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Sentence();

    [GeneratedRegex(
        @"(?i)\b(?:error|fail(?:ed|ure)?|exception|fatal|panic|refused|denied|cannot|could(?:n't| not)|unable|invalid"
            + @"|timed? ?out|not found|missing|killed|undefined|warn(?:ing)?|down|unavailable|no such|info|debug)\b"
            + @"|=|\d{2}:\d{2}"
    )]
    private static partial Regex Program();
}
