using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Knowledge;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Cluster.Signals;
using MetaKube.Cluster.Targeting;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// A case over a snapshot of a cluster: reads the objects and logs that bear on its target, and has the inspectors
/// judge
/// them.
/// </summary>
/// <param name="snapshot">The objects that were read while the target was resolved, or all of them.</param>
/// <param name="symptom">The question.</param>
/// <param name="resolution">Its target, as far as the names of objects tell it.</param>
/// <param name="readLog">Reads one log.</param>
/// <param name="live">Reads further objects of a live cluster; null where the snapshot holds all there are.</param>
internal sealed class EvidenceCase(
    ClusterSnapshot snapshot,
    Symptom symptom,
    TargetResolution resolution,
    LogReader readLog,
    ClusterReader? live = null
) : IEvidenceCase
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

    private Topology? topology;
    private Target target = resolution.Target;
    private Evidence? evidence;
    private CaseReader? reader;

    /// <summary>A case over objects that were all read already.</summary>
    /// <exception cref="MissingNamespaceException">The question states a namespace that does not exist.</exception>
    public static EvidenceCase Over(ClusterSnapshot snapshot, Symptom symptom, LogReader readLog)
    {
        if (snapshot.Pasted is not null)
            ToldFacts.Of(symptom, snapshot).AddNamedPod(snapshot);
        var topology = ResourceTopology.Build(snapshot);
        var resolution = TargetResolution.Resolve(symptom, snapshot, topology);
        // A paste holds a part of its cluster.
        if (snapshot.Pasted is null && RequiredNamespace.MissingIn(symptom, snapshot) is { } missing)
            resolution = RequiredNamespace.Elsewhere(resolution, missing);
        return new(snapshot, symptom, resolution, readLog) { topology = topology };
    }

    public Symptom Symptom => symptom;

    public Target Target => target;

    public async Task<Evidence> CollectAsync(IProgress<string> progress, CancellationToken cancellationToken) =>
        evidence ??= await BuildAsync(progress, cancellationToken);

    public Task<EvidenceAnswer> ReadAsync(EvidenceRequest request, CancellationToken cancellationToken) =>
        reader is null
            ? throw new InvalidOperationException("The evidence has to be collected first.")
            : reader.ReadAsync(request, cancellationToken);

    private async Task<Evidence> BuildAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (live is not null)
            await live.ReadAsync(target, cancellationToken);
        topology ??= ResourceTopology.Build(snapshot);
        // Containers, images and hosts are known only now.
        if (live is not null && target is { Object: null, Candidates.Count: 0 })
            resolution = TargetResolution.Resolve(symptom with { Namespace = target.Namespace }, snapshot, topology);
        target = AbnormalTarget.Of(resolution, snapshot, topology);
        await ReadLogsAsync(topology, progress, cancellationToken);
        if (live is not null && await live.FollowLogsAsync(target, cancellationToken))
        {
            topology = ResourceTopology.Build(snapshot);
            await ReadLogsAsync(topology, progress, cancellationToken);
        }

        progress.Report("inspecting");
        var inspected = Inspect(topology);
        var raw = RawSignals.Read(snapshot, topology);
        var search = new KnownFailureSearch(KnowledgeLibrary.Current, snapshot, topology);
        var known = search.Find(target.Object, symptom.Question, raw, inspected);
        topology.Add(known.Edges);
        var findings = Judged([.. inspected, .. known.Findings], topology);
        reader = new(snapshot, topology, target.Object, readLog, findings);
        return new()
        {
            Cluster = snapshot.Cluster,
            Target = target,
            Findings = findings,
            Signals = new SignalCollector(snapshot, topology, target).Collect(raw, symptom.Question),
            Runbooks = known.Runbooks,
            Topology = topology,
            Checked = CheckedIn(topology),
            Gaps = Gaps(),
            FailingSince = FailingSince(topology),
            At = snapshot.Now,
            Namespaces = NamespacesSeen(),
            Names = Names(),
        };
    }

    private IReadOnlyList<Finding> Inspect(Topology topology)
    {
        var report = InspectorRegistry.Run(new(snapshot, topology, target.Object));
        topology.Add(report.Edges);
        snapshot.Gaps.AddRange(report.Gaps);
        return report.Findings;
    }

    /// <summary>The findings that bear on the target, and the facts that are told.</summary>
    private IReadOnlyList<Finding> Judged(IReadOnlyList<Finding> findings, Topology topology) =>
        [.. Bearing(findings, topology), .. ToldFacts.Of(symptom, snapshot).About(target, snapshot)];

    private DateTimeOffset? FailingSince(Topology topology)
    {
        var reached = target.Object is { } asked ? topology.Reach(asked).Keys.ToHashSet() : null;
        return snapshot
            .All<V1Pod>()
            .Where(PodState.IsFailing)
            .Where(pod => reached?.Contains(ClusterSnapshot.RefOf(pod)) != false)
            .Where(pod =>
                target.Namespace is null
                || target.Object is not null
                || pod.Metadata.NamespaceProperty == target.Namespace
            )
            .Select(pod => FailureStart.Of(snapshot, pod))
            .Min();
    }

    private List<string> NamespacesSeen() =>
        [
            .. snapshot
                .Everything.Select(item => item.Ref.Kind == "Namespace" ? item.Ref.Name : item.Ref.Namespace)
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private HashSet<string> Names() =>
        snapshot
            .Everything.Select(item => item.Ref.Name)
            .Concat(snapshot.All<V1Pod>().SelectMany(pod => pod.Spec?.Containers ?? []).Select(c => c.Name))
            .ToHashSet();

    /// <summary>The findings that bear on a target of several objects, or on a namespace.</summary>
    private IReadOnlyList<Finding> Bearing(IReadOnlyList<Finding> findings, Topology topology) =>
        target switch
        {
            { Object: null, Candidates.Count: > 0 } => Around(target.Candidates, findings, topology),
            { Object: null, Namespace: { } ns } => Within(ns, findings, topology),
            _ => findings,
        };

    /// <summary>Reads the logs that bear on the target and were not read yet.</summary>
    private async Task ReadLogsAsync(Topology topology, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (target.Object is { } asked)
            ResourceTopology.AddSurroundings(topology, snapshot, asked);
        var wanted = LogSelection
            .Choose(snapshot, topology, target)
            .Where(log => !snapshot.Logs.ContainsKey(log))
            .ToList();
        if (wanted.Count > 0)
            progress.Report($"reading {wanted.Count} logs");
        var read = await Task.WhenAll(
            wanted.Select(async log =>
                (log, await readLog(log, LogScan.TailLines, LogScan.TailBytes, cancellationToken))
            )
        );
        foreach (var (log, tail) in read)
        {
            // A log is redacted as a whole, because a private key is only known by its first or last line. A log that
            // does not exist is kept as an empty one, so that it is not asked for again.
            snapshot.Logs[log] = snapshot.Redaction.Clean(
                string.IsNullOrEmpty(tail.Text) ? TerminationMessage(log) : tail.Text
            );
            if (tail.Earlier.Count > 0)
                snapshot.EarlierLines[log] =
                [
                    .. tail.Earlier.Select(line => line with { Text = snapshot.Redaction.Clean(line.Text) }),
                ];
            if (tail.Gap is { } why)
                snapshot.Gaps.Add(new($"log of {log.Namespace}/{log.Pod} {log.Container}", why));
        }
    }

    /// <summary>
    /// The last words of a run, which a program or the kubelet (terminationMessagePolicy) left in the container's
    /// status; they stand for a log that is not there. Null where there are none, or the runtime wrote them.
    /// </summary>
    private string? TerminationMessage(LogRef log)
    {
        if (snapshot.Find<V1Pod>(log.Namespace, log.Pod) is not { } pod)
            return null;
        var status = PodState.Containers(pod).FirstOrDefault(status => status.Name == log.Container);
        var ended = log.Previous ? status?.LastState?.Terminated : status?.State?.Terminated;
        return ended is { Reason: "Error" or "Completed" } ? ended.Message : null;
    }

    /// <summary>The findings of a namespace, and those elsewhere that they may come from.</summary>
    private List<Finding> Within(string ns, IReadOnlyList<Finding> findings, Topology topology)
    {
        var nodes = snapshot.In<V1Pod>(ns).Select(pod => pod.Spec?.NodeName).ToHashSet();
        bool HurtsAll(Finding finding) =>
            finding.Resource.Kind == "Node"
            && (
                CausalGraph.HurtsCluster(finding.Fault)
                || CausalGraph.HurtsWholeNode(finding.Fault) && nodes.Contains(finding.Resource.Name)
            );
        var reached = findings
            .Where(finding => finding.Resource.Namespace == ns)
            .SelectMany(finding => topology.Reach(finding.Resource).Keys)
            .ToHashSet();
        return
        [
            .. findings.Where(finding =>
                finding.Resource.Namespace == ns
                || finding.Resource is { Kind: "Namespace", Name: var name } && name == ns
                || reached.Contains(finding.Resource.Object)
                || HurtsAll(finding)
            ),
        ];
    }

    /// <summary>The findings at several objects, and at those that they depend on.</summary>
    private List<Finding> Around(IReadOnlyList<ResourceRef> objects, IReadOnlyList<Finding> findings, Topology topology)
    {
        foreach (var asked in objects)
            ResourceTopology.AddSurroundings(topology, snapshot, asked);
        var reached = objects.SelectMany(asked => topology.Reach(asked).Keys).ToHashSet();
        return [.. findings.Where(finding => reached.Contains(finding.Resource.Object))];
    }

    private List<string> CheckedIn(Topology topology)
    {
        var objects = target.Object is { } asked
            ? topology.Reach(asked).Keys
            : snapshot
                .Everything.Select(item => item.Ref)
                .Where(resource => target.Namespace is null || resource.Namespace == target.Namespace);
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
    /// The gaps that reading left, and the kinds that the answer needs and that the dump or the pasted text does not
    /// hold.
    /// </summary>
    private List<Gap> Gaps()
    {
        var gaps = snapshot
            .Gaps.Select(gap => new Gap(
                snapshot.Redaction.Sentence(gap.What, 160),
                snapshot.Redaction.Sentence(gap.Why, 240)
            ))
            .Distinct()
            .ToList();
        gaps.AddRange(MissingKinds(gaps));
        if (
            target.Object is { } asked
            && ResourceKind.Find(asked.Kind) is not null
            && snapshot.Everything.All(item => item.Ref != asked)
        )
            gaps.Add(new(asked.ToString(), "itself not in what was given"));
        // An Ingress needs an IngressClass, which is cluster-scoped.
        if (
            target.Object?.Kind == "Ingress"
            && !snapshot.IsComplete("IngressClass", null)
            && !gaps.Any(gap => gap.What == "ingressclasses")
        )
            gaps.Add(new("ingressclasses", "not in what was given"));
        return gaps;
    }

    private List<Gap> MissingKinds(List<Gap> known)
    {
        var ns = target.Object?.Namespace ?? target.Namespace;
        // The answer needs all pods, events and services, and all objects of a kind that the question names; of any
        // other kind, all objects or none.
        var asked = TargetResolution.KindsIn(symptom).ToHashSet();
        var missing = new List<Gap>();
        foreach (var kind in ResourceKind.All.Where(kind => kind.IsNamespaced))
        {
            var hasSome = snapshot.HasSome(kind.Type);
            var isNeeded = kind.Kind is "Pod" or "Event" or "Service" || asked.Contains(kind.Kind);
            if (
                snapshot.IsComplete(kind.Kind, ns)
                || !isNeeded && (!hasSome || ns is null)
                || known.Any(gap => gap.What == kind.Plural)
            )
                continue;
            missing.Add(
                new(kind.Plural, hasSome ? "only some of them are in what was given" : "not in what was given")
                {
                    IsPartial = hasSome,
                }
            );
        }
        return missing;
    }
}
