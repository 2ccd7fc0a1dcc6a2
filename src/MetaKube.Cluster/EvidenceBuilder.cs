using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Investigations;

namespace MetaKube.Cluster;

/// <summary>From a snapshot to evidence: whom the question means, which logs bear on it, what the inspectors find.</summary>
internal static class EvidenceBuilder
{
    private static readonly string[] Counted = ["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "Service", "PersistentVolumeClaim", "Ingress", "Node"];

    public static async Task<Evidence> BuildAsync(
        ClusterSnapshot snapshot, Symptom symptom, Func<LogRef, CancellationToken, Task<LogRead>> readLog, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var topology = ResourceTopology.Build(snapshot);
        var resolution = TargetResolution.Resolve(symptom, snapshot, topology);
        if (resolution.Target is { } target) JoinNamesakes(snapshot, topology, target);

        var wanted = LogSelection.Choose(snapshot, topology, resolution);
        if (wanted.Count > 0) progress.Report($"reading {wanted.Count} logs");
        foreach (var (log, read) in await Task.WhenAll(wanted.Select(async log => (log, await readLog(log, cancellationToken)))))
        {
            if (!string.IsNullOrEmpty(read.Text)) snapshot.Logs[log] = read.Text;
            if (read.Gap is { } why) snapshot.Gaps.Add(new($"log of {log.Namespace}/{log.Pod} {log.Container}", why));
        }

        progress.Report("inspecting");
        var findings = new Examination(snapshot, topology, resolution.Target).Run();
        if (resolution is { Target: null, Scope: { } scope }) findings = Within(scope, findings, topology);
        return new()
        {
            Cluster = snapshot.Cluster,
            Target = resolution.Target,
            Scope = resolution.Scope,
            Candidates = resolution.Candidates,
            NotFound = resolution.NotFound is null ? null : snapshot.Redaction.Quote(resolution.NotFound, 80),
            Findings = findings,
            Topology = topology,
            Checked = CheckedIn(snapshot, topology, resolution),
            Gaps = Gaps(snapshot),
            Names = snapshot.Everything.Select(item => item.Ref.Name).Concat(snapshot.All<V1Pod>().SelectMany(pod => pod.Spec?.Containers ?? []).Select(c => c.Name)).ToHashSet(),
        };
    }

    /// <summary>
    /// A question about "checkout" means the Deployment, and also the Service, Ingress and autoscaler around it: its health, as a person sees it,
    /// depends on them.
    /// </summary>
    private static void JoinNamesakes(ClusterSnapshot snapshot, Topology topology, ResourceRef target)
    {
        foreach (var (resource, _) in snapshot.Everything)
            if (resource != target && resource.Name == target.Name && resource.Namespace == target.Namespace && resource.Kind is "Service" or "Ingress" or "HorizontalPodAutoscaler" or "PodDisruptionBudget")
                topology.Add(target, resource, Relation.DependsOn);
        foreach (var service in snapshot.In<V1Service>(target.Namespace))
        {
            var exposed = topology.DependenciesOf(ClusterSnapshot.RefOf(service)).Where(edge => edge.Relation == Relation.Exposes);
            if (exposed.Any(edge => topology.Controller(edge.To) == target)) topology.Add(target, ClusterSnapshot.RefOf(service), Relation.DependsOn);
        }
        foreach (var scaler in snapshot.In<V2HorizontalPodAutoscaler>(target.Namespace))
            if (scaler.Spec?.ScaleTargetRef?.Kind == target.Kind && scaler.Spec.ScaleTargetRef.Name == target.Name) topology.Add(target, ClusterSnapshot.RefOf(scaler), Relation.DependsOn);
        // A StatefulSet's claims belong to no pod until one runs.
        foreach (var claim in snapshot.In<V1PersistentVolumeClaim>(target.Namespace))
            if (target.Kind == "StatefulSet" && claim.Metadata.Name.Contains($"-{target.Name}-", StringComparison.Ordinal)) topology.Add(target, ClusterSnapshot.RefOf(claim), Relation.DependsOn);
    }

    /// <summary>A namespace's own findings, and those elsewhere that they may come from.</summary>
    private static List<Finding> Within(string scope, IReadOnlyList<Finding> findings, Topology topology)
    {
        var reached = findings.Where(finding => finding.Resource.Namespace == scope)
            .SelectMany(finding => topology.Reach(finding.Resource).Keys)
            .ToHashSet();
        return [.. findings.Where(finding => finding.Resource.Namespace == scope || reached.Contains(finding.Resource.Object))];
    }

    private static List<string> CheckedIn(ClusterSnapshot snapshot, Topology topology, TargetResolution resolution)
    {
        var objects = resolution.Target is { } target
            ? topology.Reach(target).Keys
            : snapshot.Everything.Select(item => item.Ref).Where(resource => resolution.Scope is null || resource.Namespace == resolution.Scope);
        var byKind = objects.GroupBy(resource => resource.Kind).ToDictionary(group => group.Key, group => group.Count());
        var looked = Counted.Where(byKind.ContainsKey).Select(kind => $"{byKind[kind]} {kind}{(byKind[kind] == 1 ? "" : "s")}").ToList();
        var events = snapshot.All<Corev1Event>().Count();
        if (events > 0) looked.Add($"{events} events");
        if (snapshot.Logs.Count > 0) looked.Add($"{snapshot.Logs.Count} logs");
        return looked;
    }

    /// <summary>Kinds that a rightful answer needs, and that nobody refused or broke: a dump or a pasted text simply did not have them.</summary>
    private static List<Gap> Gaps(ClusterSnapshot snapshot)
    {
        var gaps = snapshot.Gaps.Select(gap => new Gap(
            snapshot.Redaction.Quote(gap.What, 160), snapshot.Redaction.Quote(gap.Why, 240))).Distinct().ToList();
        foreach (var kind in (string[])["Pod", "Event"])
            if (!snapshot.HasSeen(kind) && !gaps.Any(gap => gap.What.StartsWith(kind, StringComparison.OrdinalIgnoreCase))) gaps.Add(new(kind == "Pod" ? "pods" : "events", "not in what was given"));
        return gaps;
    }
}
