using System;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Changes;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// Answers requests for more evidence from the snapshot, and from longer ends of logs, which the inspectors judge too.
/// It
/// serves one request at a time.
/// </summary>
internal sealed class CaseReader(
    ClusterSnapshot snapshot,
    Topology topology,
    ResourceRef? target,
    LogReader readLog,
    IReadOnlyList<Finding> known
)
{
    /// <summary>Lines and bytes from the end of a log that is searched.</summary>
    private const int Lines = 2000,
        Bytes = 512 * 1024;

    private const int MostPods = 2,
        MostLogs = 4,
        MostMatches = 30,
        MostEvents = 15,
        MostNeighbours = 40,
        MostPodRows = 20,
        LongestLine = 300,
        LongestAnswer = 6000;

    private static readonly JsonSerializerOptions Compact = new() { WriteIndented = false };

    private List<Finding> findings = [.. known];

    public async Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        var resource = request.Resource.Object;
        return request.Tool switch
        {
            EvidenceTool.Logs => await LogsAsync(resource, request.Grep, cancellationToken),
            EvidenceTool.Describe => new(Bounded(Describe(resource)), []),
            EvidenceTool.Events => new(Bounded(Events(resource)), []),
            EvidenceTool.Neighbours => new(Bounded(Neighbours(resource)), []),
            EvidenceTool.Pods => new(Bounded(Pods(resource)), []),
            EvidenceTool.Changes => new(Bounded(Changes(resource)), []),
            _ => new(Bounded(Measurements(resource)), []),
        };
    }

    private async Task<EvidenceAnswer> LogsAsync(
        ResourceRef resource,
        string? grep,
        CancellationToken cancellationToken
    )
    {
        var logs = PodsOf(resource)
            .OrderByDescending(PodState.IsFailing)
            .ThenByDescending(pod => pod.Metadata.CreationTimestamp)
            .Take(MostPods)
            .SelectMany(LogsOf)
            .Take(MostLogs)
            .ToList();
        if (logs.Count == 0)
            return new("It has no pods that were seen, so no logs.", []);
        var text = new StringBuilder();
        foreach (var log in logs)
        {
            var read = await readLog(log, Lines, Bytes, cancellationToken);
            text.Append(CultureInfo.InvariantCulture, $"{log.Pod} {log.Container}")
                .Append(log.Previous ? " (previous run): " : ": ");
            Write(text, log, read, grep, MostMatches / logs.Count);
        }
        return new(Bounded(text.ToString()), Examine());
    }

    /// <summary>Writes the matching lines of a log, and keeps the log for the inspectors.</summary>
    private void Write(StringBuilder text, LogRef log, LogRead read, string? grep, int mostLines)
    {
        var clean = snapshot.Redaction.Clean(read.Text);
        if (clean.Length == 0)
        {
            text.AppendLine(read.Gap is { } why ? snapshot.Redaction.Quote(why) : "no log");
            return;
        }
        // The inspectors saw a shorter end of the same log.
        snapshot.Logs[log] = clean;
        snapshot.EarlierLines[log] =
        [
            .. read.Earlier.Select(line => line with { Text = snapshot.Redaction.Clean(line.Text) }),
        ];
        var lines = clean.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var matches = grep is null
            ? lines
            : [.. lines.Where(line => line.Contains(grep, StringComparison.OrdinalIgnoreCase))];
        text.AppendLine(
            grep is null
                ? $"the last of {lines.Length} lines"
                : $"{matches.Length} of the last {lines.Length} lines match"
        );
        foreach (var line in matches.TakeLast(mostLines))
            text.AppendLine(line.Length <= LongestLine ? line : $"{line[..LongestLine]}…");
    }

    /// <summary>The findings that the inspectors did not have before.</summary>
    private List<Finding> Examine()
    {
        var report = InspectorRegistry.Run(new(snapshot, topology, target));
        topology.Add(report.Edges);
        var news = report
            .Findings.Where(finding =>
                !findings.Any(old =>
                    old.Fault == finding.Fault
                    && old.Resource == finding.Resource
                    && old.Summary == finding.Summary
                    && old.Source == finding.Source
                )
            )
            .Select((finding, i) => finding with { Id = $"f{findings.Count + i + 1}" })
            .ToList();
        findings = [.. findings, .. news];
        return news;
    }

    private string Describe(ResourceRef resource)
    {
        var item = snapshot.Everything.FirstOrDefault(item => item.Ref == resource).Object;
        if (item is null)
            return snapshot.IsComplete(resource.Kind, resource.Namespace)
                ? "There is no such object."
                : "It was not read.";
        var json = JsonNode.Parse(KubernetesJson.Serialize((object)item))!.AsObject();
        if (json["metadata"] is JsonObject meta)
            foreach (var field in (string[])["uid", "resourceVersion", "generation", "selfLink", "managedFields"])
                meta.Remove(field);
        return RedactedObject.Clean(resource.Kind, json, snapshot.Redaction).ToJsonString(Compact);
    }

    private string Events(ResourceRef resource)
    {
        var about = PodsOf(resource).Select(ClusterSnapshot.RefOf).Prepend(resource).Distinct();
        var events = about
            .SelectMany(snapshot.EventsOf)
            .OrderByDescending(ClusterSnapshot.TimeOf)
            .Take(MostEvents)
            .Reverse()
            .ToList();
        if (events.Count == 0)
            return "No events about it.";
        return string.Join('\n', events.Select(e => snapshot.Redaction.Quote(EventLine(e), LongestLine)));
    }

    private static string EventLine(Corev1Event e)
    {
        var about = $"{e.InvolvedObject?.Kind} {e.InvolvedObject?.Name}";
        var times = e.Count > 1 ? $" x{e.Count}" : "";
        return $"{ClusterSnapshot.TimeOf(e):u} {about} {e.Type} {e.Reason}{times}: {e.Message}";
    }

    private string Neighbours(ResourceRef resource)
    {
        var onto = topology.DependenciesOf(resource).Select(edge => $"{Verb(edge.Relation)} {edge.To}");
        var from = snapshot
            .Everything.Select(item => item.Ref)
            .SelectMany(other =>
                topology
                    .DependenciesOf(other)
                    .Where(edge => edge.To == resource)
                    .Select(edge => $"{other} {Verb(edge.Relation)} it")
            );
        var lines = onto.Concat(from).Take(MostNeighbours).ToList();
        return lines.Count == 0 ? "Nothing around it was seen." : string.Join('\n', lines);
    }

    private string Pods(ResourceRef resource)
    {
        var pods = resource.Kind == "Namespace" ? snapshot.In<V1Pod>(resource.Name) : PodsOf(resource);
        var lines = pods.OrderByDescending(PodState.IsFailing)
            .ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
            .Take(MostPodRows)
            .Select(PodLine)
            .ToList();
        return lines.Count == 0 ? "It has no pods." : string.Join('\n', lines);
    }

    private static string PodLine(V1Pod pod)
    {
        var states = PodState.Containers(pod).ToList();
        var waiting = states
            .Select(state => state.State?.Waiting?.Reason ?? state.State?.Terminated?.Reason)
            .FirstOrDefault(reason => reason is not null);
        var ready = states.Count(state => state.Ready);
        var restarts = states.Sum(state => state.RestartCount);
        var node = pod.Spec?.NodeName is { Length: > 0 } name ? $", node {name}" : "";
        return $"{pod.Metadata.Name}: {waiting ?? pod.Status?.Phase ?? "unknown"}, "
            + $"{ready}/{pod.Spec?.Containers?.Count ?? 0} ready, {restarts} restarts{node}";
    }

    private string Changes(ResourceRef resource)
    {
        var lines = RecentChanges.Of(snapshot, topology.Controller(resource));
        return lines.Count == 0
            ? "No change of it is recorded."
            : string.Join('\n', lines.Select(line => snapshot.Redaction.Quote(line, LongestLine)));
    }

    private static string Verb(Relation relation) =>
        relation switch
        {
            Relation.DependsOn => "depends on",
            Relation.Manages => "manages",
            Relation.Exposes => "exposes",
            Relation.Mounts => "mounts",
            Relation.SchedulesOn => "runs on",
            Relation.BelongsTo => "belongs to",
            Relation.ReachedThrough => "is reached through",
            _ => "routes to",
        };

    private string Measurements(ResourceRef resource)
    {
        var lines = new List<string>();
        foreach (var pod in PodsOf(resource).Take(MostPods * 2))
            foreach (var container in pod.Spec?.Containers ?? [])
            {
                var measured = snapshot.Metrics.Of(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container.Name);
                var limits = string.Join(
                    ", ",
                    (container.Resources?.Limits ?? new Dictionary<string, ResourceQuantity>()).Select(limit =>
                        $"{limit.Key} {limit.Value}"
                    )
                );
                var state = PodState.Containers(pod).FirstOrDefault(state => state.Name == container.Name);
                var restarts = state?.RestartCount;
                var inUse = measured?.Cpu is { } cpu ? FormattableString.Invariant($"{cpu} CPUs in use, ") : "";
                var throttled = measured?.Throttled is { } share
                    ? FormattableString.Invariant($"held back {share:P0} of the time, ")
                    : "";
                lines.Add(
                    $"{pod.Metadata.Name} {container.Name}: {inUse}{throttled}"
                        + $"limits {(limits.Length == 0 ? "none" : limits)}, restarts {restarts ?? 0}"
                );
            }
        foreach (var ((ns, claim), free) in snapshot.Metrics.FreeOfClaims)
            if (
                resource == new ResourceRef("PersistentVolumeClaim", ns, claim)
                || topology.Reach(resource).ContainsKey(new("PersistentVolumeClaim", ns, claim))
            )
                lines.Add(FormattableString.Invariant($"claim {claim}: {free:P0} free"));
        return lines.Count == 0 ? "Nothing was measured of it." : string.Join('\n', lines);
    }

    private IEnumerable<V1Pod> PodsOf(ResourceRef resource) =>
        snapshot
            .All<V1Pod>()
            .Where(pod =>
                ClusterSnapshot.RefOf(pod) is var reference
                && (
                    reference == resource
                    || topology.Controller(reference) == resource
                    || topology.DependenciesOf(resource).Any(edge => edge.To == reference)
                )
            );

    private static IEnumerable<LogRef> LogsOf(V1Pod pod)
    {
        foreach (var state in PodState.Containers(pod))
        {
            if (state.RestartCount > 0)
                yield return new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, state.Name, Previous: true);
            yield return new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, state.Name, Previous: false);
        }
    }

    private static string Bounded(string text) => text.Length <= LongestAnswer ? text : $"{text[..LongestAnswer]}…";
}
