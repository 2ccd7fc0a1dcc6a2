using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Changes;

/// <summary>A CronJob whose program changes a workload: a change by hand is undone at its next run.</summary>
/// <param name="CronJob">The CronJob.</param>
/// <param name="Schedule">Its schedule.</param>
/// <param name="Line">The line of its program that changes the workload; null where only its name tells.</param>
internal sealed partial record ScheduledWriter(ResourceRef CronJob, string Schedule, string? Line)
{
    private const int LongestLine = 160,
        ShortestName = 4;

    /// <summary>Words of a command that sets the number of replicas.</summary>
    public static readonly Regex OfReplicas = Word("scale|replicas");

    /// <summary>Words of a command that changes a pod template.</summary>
    public static readonly Regex OfTemplates = Word(
        "set (?:image|env|resources)|patch|apply|edit|replace|limits?|requests?|rollout"
    );

    /// <summary>The statement for people: what runs, when, and by which line.</summary>
    public string Statement =>
        $"CronJob {CronJob.Name} does it at each run (schedule {Schedule})" + (Line is null ? "" : $": {Line}");

    /// <summary>Values for remedies.</summary>
    public Dictionary<string, string> Facts =>
        new()
        {
            ["cronjob"] = CronJob.Name,
            ["cronns"] = CronJob.Namespace ?? "default",
            ["schedule"] = Schedule,
        };

    /// <summary>The CronJob that writes to a workload, or null.</summary>
    /// <param name="snapshot">The objects.</param>
    /// <param name="workload">The workload that changed.</param>
    /// <param name="write">The write, if it is known; its manager may be named as the CronJob is.</param>
    /// <param name="words">Words of the commands that make such a change.</param>
    public static ScheduledWriter? Of(ClusterSnapshot snapshot, ResourceRef workload, FieldWrite? write, Regex words) =>
        snapshot
            .All<V1CronJob>()
            .Where(cron => cron.Spec?.Suspend != true)
            .Select(cron => Judge(snapshot, cron, workload, write, words))
            .OfType<ScheduledWriter>()
            .OrderByDescending(writer => writer.CronJob.Name == write?.Manager)
            .ThenByDescending(writer => writer.CronJob.Namespace == workload.Namespace)
            .FirstOrDefault();

    private static ScheduledWriter? Judge(
        ClusterSnapshot snapshot,
        V1CronJob cron,
        ResourceRef workload,
        FieldWrite? write,
        Regex words
    )
    {
        var resource = ClusterSnapshot.RefOf(cron);
        if (cron.Spec?.JobTemplate?.Spec?.Template?.Spec is not { } spec)
            return null;
        var program = PodReferences
            .Containers(spec)
            .SelectMany(container => Program(snapshot, resource, spec, container))
            .ToList();
        var line = program.Find(line => Names(line, workload) && words.IsMatch(line));
        // The workload may stand in a setting, and the command in the program.
        if (line is null && Settings(snapshot, resource, spec).Any(value => Lists(value, workload)))
            line = program.Find(line => words.IsMatch(line));
        if (line is null && write?.Manager != resource.Name)
            return null;
        return new(resource, cron.Spec.Schedule ?? "", line is null ? null : Shorten(line.Trim()));
    }

    /// <summary>The lines of a container's command, and of the ConfigMaps that it mounts.</summary>
    private static IEnumerable<string> Program(
        ClusterSnapshot snapshot,
        ResourceRef cron,
        V1PodSpec spec,
        V1Container container
    )
    {
        var words = (container.Command ?? []).Concat(container.Args ?? []).ToList();
        // A command of single words is one line.
        return words
            .Where(word => word.Contains('\n', StringComparison.Ordinal))
            .SelectMany(script => script.Split('\n'))
            .Append(string.Join(' ', words.Where(word => !word.Contains('\n', StringComparison.Ordinal))))
            .Concat(
                (spec.Volumes ?? [])
                    .Select(volume => snapshot.Find<V1ConfigMap>(cron.Namespace, volume.ConfigMap?.Name))
                    .SelectMany(map => map?.Data?.Values ?? [])
                    .SelectMany(script => script.Split('\n'))
            );
    }

    private static IEnumerable<string> Settings(ClusterSnapshot snapshot, ResourceRef cron, V1PodSpec spec)
    {
        foreach (var container in PodReferences.Containers(spec))
        {
            foreach (var variable in container.Env ?? [])
                if (variable.Value is { } value)
                    yield return value;
            foreach (var from in container.EnvFrom ?? [])
                foreach (
                    var value in snapshot.Find<V1ConfigMap>(cron.Namespace, from.ConfigMapRef?.Name)?.Data?.Values ?? []
                )
                    yield return value;
        }
    }

    /// <summary>True if a line names the workload as one: "deploy/web", "deployment web", "--selector web".</summary>
    private static bool Names(string line, ResourceRef workload)
    {
        foreach (Match match in Named().Matches(line))
            if (match.Groups["name"].Value == workload.Name)
                return true;
        return workload.Name.Length >= ShortestName && Lists(line, workload);
    }

    private static bool Lists(string value, ResourceRef workload) =>
        value.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Contains(workload.Name);

    private static readonly char[] Separators = [' ', ',', ';', '\t', '"', '\'', '=', '/', ':', '?', '(', ')'];

    private static string Shorten(string line) => line.Length <= LongestLine ? line : $"{line[..LongestLine]}…";

    private static Regex Word(string words) =>
        new(
            $@"\b(?:{words})\b",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        );

    [GeneratedRegex(
        @"(?:deploy(?:ments?)?|sts|statefulsets?|ds|daemonsets?)(?:\.apps)?[/ ](?<name>[a-z0-9][a-z0-9.-]*)"
    )]
    private static partial Regex Named();
}
