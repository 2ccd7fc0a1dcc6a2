using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;

namespace MetaKube.Cluster.Text;

/// <summary>
/// The state while pasted text is read: the objects so far, the namespace, and the logs whose pod is not known yet.
/// </summary>
internal sealed partial class PasteContext(ClusterSnapshot snapshot, string ns)
{
    /// <summary>A log, with its pod and container as far as they are known.</summary>
    public sealed record PastedLog(
        string Text,
        string? Pod,
        string? Container,
        string? Namespace,
        bool Previous,
        string From
    );

    private readonly Dictionary<LogRef, string> attached = [];

    public ClusterSnapshot Snapshot { get; } = snapshot;

    public List<PastedLog> Logs { get; } = [];

    public string NamespaceOf(PastedBlock block) =>
        block.Command is { } command && NamespaceFlag().Match(command) is { Success: true } flag
            ? flag.Groups[1].Value
            : ns;

    /// <summary>Marks a kind as complete: "kubectl -n shop describe pods" prints all objects of a kind.</summary>
    public void MarkListed(PastedBlock block)
    {
        if (
            block.Command is not { } command
            || ListCommand().Match(command) is not { Success: true } match
            || SelectorFlag().IsMatch(command)
        )
            return;
        // A word after the kinds is an object's name.
        var words = FlagWithValue()
            .Replace(match.Groups[1].Value, " ")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word[0] != '-')
            .ToList();
        if (words is not [var kinds] || kinds.Contains('/', StringComparison.Ordinal))
            return;
        var where = AllNamespaces().IsMatch(command) ? ClusterSnapshot.Everywhere : NamespaceOf(block);
        foreach (
            var kind in kinds
                .Split(',')
                .Select(word =>
                    ResourceKind.All.FirstOrDefault(known => known.Plural == word)?.Kind ?? QuestionWords.KindOf(word)
                )
                .OfType<string>()
        )
            if (ResourceKind.Find(kind) is { } known)
                Snapshot.MarkComplete(kind, known.IsNamespaced ? where : ClusterSnapshot.Everywhere);
    }

    public void AddLog(PastedBlock block, string from)
    {
        var command = block.Command is { } typed && LogsCommand().IsMatch(typed) ? typed : "";
        var words = command
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(word => word is not ("logs" or "log"))
            .Skip(1)
            .ToList();
        var pod = words
            .Where(
                (word, i) =>
                    !word.StartsWith('-')
                    && (i == 0 || words[i - 1] is not ("-n" or "-c" or "--namespace" or "--container" or "--tail"))
            )
            .FirstOrDefault();
        var container = ContainerFlag().Match(command) is { Success: true } flag ? flag.Groups[1].Value : null;
        Logs.Add(
            new(block.Text, pod?.Split('/')[^1], container, NamespaceOf(block), PreviousFlag().IsMatch(command), from)
        );
    }

    public string? LogOf(LogRef log) => attached.GetValueOrDefault(log);

    /// <summary>
    /// Finds the pod of each log: the pod of the command, the pod that the file is named after, or the only pod.
    /// Otherwise adds a pod with the name from the question.
    /// </summary>
    public void AttachLogs(Symptom symptom)
    {
        foreach (var log in Logs.Where(log => log.Text.Trim().Length > 0))
        {
            var pods = Snapshot.All<V1Pod>().ToList();
            var pod =
                pods.FirstOrDefault(p => p.Metadata.Name == log.Pod)
                ?? pods.FirstOrDefault(p =>
                    log.Pod is not null && p.Metadata.Name.StartsWith(log.Pod + "-", StringComparison.Ordinal)
                )
                ?? pods.FirstOrDefault(p => log.From.StartsWith(p.Metadata.Name, StringComparison.Ordinal))
                ?? (pods.Count(IsUnwell) == 1 ? pods.First(IsUnwell) : null)
                ?? (pods.Count == 1 ? pods[0] : null)
                ?? Stub(log, symptom);
            var container =
                log.Container
                ?? pod.Status.ContainerStatuses?.FirstOrDefault(state => !state.Ready)?.Name
                ?? pod.Status.ContainerStatuses?.FirstOrDefault()?.Name
                ?? "";
            foreach (var previous in (bool[])[false, true])
                attached.TryAdd(new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container, previous), log.Text);
        }
    }

    private static bool IsUnwell(V1Pod pod) => pod.Status?.ContainerStatuses?.Any(state => !state.Ready) == true;

    /// <summary>A pod for a log without any object. It counts as failing, because somebody asks about it.</summary>
    private V1Pod Stub(PastedLog log, Symptom symptom)
    {
        var name =
            log.Pod
            ?? QuestionWord()
                .Matches(symptom.Question)
                .Select(match => match.Value)
                .FirstOrDefault(word => !TargetWords.IsOrdinary(word))
            ?? "pasted-log";
        var pod = new V1Pod
        {
            Metadata = new() { Name = name, NamespaceProperty = log.Namespace ?? ns },
            Spec = new() { Containers = [] },
            Status = new()
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new()
                    {
                        Name = log.Container ?? "",
                        Ready = false,
                        RestartCount = 0,
                        State = new() { Running = new() },
                    },
                ],
            },
        };
        Snapshot.Add(pod);
        return pod;
    }

    /// <summary>
    /// Infers the owner from the pod's name: NAME-TEMPLATEHASH-RANDOM belongs to a Deployment. The generated parts use
    /// an alphabet without vowels, so words are not mistaken for them.
    /// </summary>
    public static void InferOwner(V1Pod pod)
    {
        if (GeneratedPod().Match(pod.Metadata.Name) is not { Success: true } match)
            return;
        if (
            pod.Metadata.OwnerReferences is { Count: > 0 } owners
            && owners[0].Name != $"{match.Groups[1].Value}-{match.Groups[2].Value}"
        )
            return;
        pod.Metadata.OwnerReferences ??=
        [
            new() { Kind = "ReplicaSet", Name = $"{match.Groups[1].Value}-{match.Groups[2].Value}" },
        ];
        pod.Metadata.Labels ??= new Dictionary<string, string>();
        pod.Metadata.Labels.TryAdd(ResourceTopology.TemplateHash, match.Groups[2].Value);
    }

    [GeneratedRegex(@"(?:-n|--namespace)[ =](\S+)")]
    private static partial Regex NamespaceFlag();

    [GeneratedRegex(@"(?:-c|--container)[ =](\S+)")]
    private static partial Regex ContainerFlag();

    [GeneratedRegex(@"\b(?:get|describe)\s+(.+)$")]
    private static partial Regex ListCommand();

    [GeneratedRegex(@"(?:-n|--namespace|-o|--output|--sort-by|--context|--kubeconfig)[ =]\S+")]
    private static partial Regex FlagWithValue();

    [GeneratedRegex(@"\s(?:-l|--selector|--field-selector)\b|\|")]
    private static partial Regex SelectorFlag();

    [GeneratedRegex(@"\s(?:-A|--all-namespaces)\b")]
    private static partial Regex AllNamespaces();

    [GeneratedRegex(@"\blogs?\b")]
    private static partial Regex LogsCommand();

    [GeneratedRegex(@"(?:^|\s)(-p|--previous)\b")]
    private static partial Regex PreviousFlag();

    [GeneratedRegex(@"^(.+)-([a-f0-9]{8,10}|[bcdfghjklmnpqrstvwxz2456789]{8,10})-([bcdfghjklmnpqrstvwxz2456789]{5})$")]
    private static partial Regex GeneratedPod();

    [GeneratedRegex(@"[A-Za-z0-9][A-Za-z0-9'-]*")]
    private static partial Regex QuestionWord();
}
