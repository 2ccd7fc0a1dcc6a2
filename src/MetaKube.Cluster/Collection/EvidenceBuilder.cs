using System;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// From a snapshot to evidence: whom the question means, which logs bear on it, what the inspectors find.
/// </summary>
internal static class EvidenceBuilder
{
    private static readonly string[] Counted =
    [
        "Pod",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "Service",
        "PersistentVolumeClaim",
        "Ingress",
        "Node",
    ];

    /// <param name="snapshot">What was read.</param>
    /// <param name="symptom">What was asked.</param>
    /// <param name="readLog">Reads one log.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="step">
    /// Where only a part was read: whom the question means, and what reads more objects where the logs ask for them and
    /// says whether it did.
    /// </param>
    /// <param name="longLog">Reads more of a log than an inspection needs; without it, <paramref name="readLog"/> has
    /// all there is.</param>
    public static async Task<Evidence> BuildAsync(
        ClusterSnapshot snapshot,
        Symptom symptom,
        Func<LogRef, CancellationToken, Task<LogRead>> readLog,
        IProgress<string> progress,
        CancellationToken cancellationToken,
        (TargetResolution Resolution, Func<Task<bool>> FollowLogs)? step = null,
        Func<LogRef, CancellationToken, Task<LogRead>>? longLog = null
    )
    {
        var (topology, resolution) = await ReadLogsAsync(
            snapshot,
            symptom,
            step?.Resolution,
            readLog,
            progress,
            cancellationToken
        );
        if (step is { } partial && await partial.FollowLogs())
            (topology, _) = await ReadLogsAsync(snapshot, symptom, resolution, readLog, progress, cancellationToken);

        progress.Report("inspecting");
        var report = InspectorRegistry.Run(new(snapshot, topology, resolution.Target));
        topology.Add(report.Edges);
        snapshot.Gaps.AddRange(report.Gaps);
        var findings = report.Findings;
        if (resolution is { Target: null, Scope: { } scope })
            findings = Within(scope, findings, topology);
        return new()
        {
            Cluster = snapshot.Cluster,
            Target = resolution.Target,
            Scope = resolution.Scope,
            Candidates = resolution.Candidates,
            NotFound = resolution.NotFound is null ? null : snapshot.Redaction.Sentence(resolution.NotFound, 80),
            Findings = findings,
            Topology = topology,
            Checked = CheckedIn(snapshot, topology, resolution),
            Gaps = Gaps(snapshot, symptom, resolution.Target, resolution.Target?.Namespace ?? resolution.Scope),
            Reader = new CaseReader(snapshot, topology, resolution.Target, longLog ?? readLog, findings).ReadAsync,
            Names = snapshot
                .Everything.Select(item => item.Ref.Name)
                .Concat(snapshot.All<V1Pod>().SelectMany(pod => pod.Spec?.Containers ?? []).Select(c => c.Name))
                .ToHashSet(),
        };
    }

    private static async Task<(Topology Topology, TargetResolution Resolution)> ReadLogsAsync(
        ClusterSnapshot snapshot,
        Symptom symptom,
        TargetResolution? known,
        Func<LogRef, CancellationToken, Task<LogRead>> readLog,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var topology = ResourceTopology.Build(snapshot);
        var resolution = known ?? TargetResolution.Resolve(symptom, snapshot, topology);
        if (resolution.Target is { } target)
            ResourceTopology.AddSurroundings(topology, snapshot, target);
        var wanted = LogSelection
            .Choose(snapshot, topology, resolution)
            .Where(log => !snapshot.Logs.ContainsKey(log))
            .ToList();
        if (wanted.Count > 0)
            progress.Report($"reading {wanted.Count} logs");
        foreach (
            var (log, read) in await Task.WhenAll(
                wanted.Select(async log => (log, await readLog(log, cancellationToken)))
            )
        )
        {
            // As a whole: a private key is only known by its first or last line. One that is not there is not asked for
            // again.
            snapshot.Logs[log] = snapshot.Redaction.Clean(read.Text);
            if (read.Gap is { } why)
                snapshot.Gaps.Add(new($"log of {log.Namespace}/{log.Pod} {log.Container}", why));
        }
        return (topology, resolution);
    }

    /// <summary>A namespace's own findings, and those elsewhere that they may come from.</summary>
    private static List<Finding> Within(string scope, IReadOnlyList<Finding> findings, Topology topology)
    {
        var reached = findings
            .Where(finding => finding.Resource.Namespace == scope)
            .SelectMany(finding => topology.Reach(finding.Resource).Keys)
            .ToHashSet();
        return
        [
            .. findings.Where(finding =>
                finding.Resource.Namespace == scope || reached.Contains(finding.Resource.Object)
            ),
        ];
    }

    private static List<string> CheckedIn(ClusterSnapshot snapshot, Topology topology, TargetResolution resolution)
    {
        var objects = resolution.Target is { } target
            ? topology.Reach(target).Keys
            : snapshot
                .Everything.Select(item => item.Ref)
                .Where(resource => resolution.Scope is null || resource.Namespace == resolution.Scope);
        var byKind = objects
            .GroupBy(resource => resource.Kind)
            .ToDictionary(group => group.Key, group => group.Count());
        var looked = Counted
            .Where(byKind.ContainsKey)
            .Select(kind => $"{byKind[kind]} {kind}{(byKind[kind] == 1 ? "" : "s")}")
            .ToList();
        var events = snapshot.All<Corev1Event>().Count();
        if (events > 0)
            looked.Add($"{events} events");
        if (snapshot.Logs.Values.Count(text => text.Length > 0) is > 0 and var logs)
            looked.Add($"{logs} log{(logs == 1 ? "" : "s")}");
        return looked;
    }

    /// <summary>
    /// Kinds that a rightful answer needs, and that nobody refused or broke: a dump or a pasted text simply did not
    /// have them.
    /// </summary>
    private static List<Gap> Gaps(ClusterSnapshot snapshot, Symptom symptom, ResourceRef? target, string? ns)
    {
        var gaps = snapshot
            .Gaps.Select(gap => new Gap(
                snapshot.Redaction.Sentence(gap.What, 160),
                snapshot.Redaction.Sentence(gap.Why, 240)
            ))
            .Distinct()
            .ToList();
        // Of these, a rightful answer needs all that there are; of the others, all or none.
        var asked = TargetResolution.KindsIn(symptom).ToHashSet();
        foreach (var kind in ResourceKind.All.Where(kind => kind.IsNamespaced))
        {
            var isNeeded = kind.Kind is "Pod" or "Event" or "Service" || asked.Contains(kind.Kind);
            if (
                snapshot.IsComplete(kind.Kind, ns)
                || !isNeeded && !snapshot.HasSome(kind.Type)
                || gaps.Any(gap => gap.What == kind.Plural)
            )
                continue;
            if (isNeeded || ns is not null)
                gaps.Add(
                    new(
                        kind.Plural,
                        snapshot.HasSome(kind.Type)
                            ? "only some of them are in what was given"
                            : "not in what was given"
                    )
                );
        }
        if (
            target is not null
            && ResourceKind.Find(target.Kind) is not null
            && snapshot.Everything.All(item => item.Ref != target)
        )
            gaps.Add(new(target.ToString(), "itself not in what was given"));
        // An Ingress needs a class, whose objects are the cluster's.
        if (
            target?.Kind == "Ingress"
            && !snapshot.IsComplete("IngressClass", null)
            && !gaps.Any(gap => gap.What == "ingressclasses")
        )
            gaps.Add(new("ingressclasses", "not in what was given"));
        return gaps;
    }
}
