using System.Text.Json;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Reads the objects of a live cluster that a question needs. If the question names an object: its namespace and the
/// references of its pods, in a few steps, so that the size of the cluster does not matter. Otherwise: the whole
/// namespace or cluster.
/// </summary>
internal sealed class ClusterReader(
    ClusterApi api,
    ClusterSnapshot snapshot,
    Symptom symptom,
    IReadOnlyList<string> fallback,
    Uri? prometheus
)
{
    /// <summary>Maximum number of requests for a question about one object. Objects beyond it are a gap.</summary>
    public const int MostRequests = 25;

    /// <summary>Requests that are reserved for logs, which are read last and say most.</summary>
    public const int MostLogs = 6;

    // Pages of a namespace (of the cluster) that are read in full. Beyond them, Normal events are left out.
    private const int PodPages = 4,
        EventPages = 2,
        ClusterEventPages = 6,
        WarningPages = 20,
        DetailedNamespaces = 8,
        MostForeign = 3,
        MostCandidates = 3,
        MostCustomKinds = 2;

    /// <summary>A change that is older did not cause what is asked about now.</summary>
    private static readonly TimeSpan RecentChange = TimeSpan.FromHours(2);

    /// <summary>Writes of this first time belong to the creation of an object.</summary>
    private static readonly TimeSpan Creation = TimeSpan.FromMinutes(1);

    private static readonly string[] Likely =
    [
        "Namespace",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Service",
    ];
    private static readonly string[] LessLikely = ["Job", "Ingress", "PersistentVolumeClaim"];
    private static readonly string[] Rest =
    [
        "Pod",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Node",
        "PersistentVolume",
    ];
    private static readonly string[] Always =
    [
        "Pod",
        "Event",
        "Service",
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "HorizontalPodAutoscaler",
        "Ingress",
    ];

    private readonly HashSet<(string Kind, string? Namespace)> read = [];
    private readonly List<ListResult> results = [];

    private int budget = MostRequests;

    /// <summary>Resolves the question's target by the names of objects; reads nothing where it names none.</summary>
    /// <param name="scope">The namespace that the question seems to name, or null.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="EvidenceUnavailableException">The cluster does not answer, or has no such
    /// namespace.</exception>
    public async Task<TargetResolution> ResolveAsync(string? scope, CancellationToken cancellationToken)
    {
        MissingNamespaceException? missing = null;
        if (scope is not null)
        {
            await ReadAsync([Of("Namespace", null)], cancellationToken);
            if (snapshot.IsMissing<V1Namespace>(null, scope))
            {
                missing = RequiredNamespace.MissingIn(symptom, snapshot);
                scope = symptom.Namespace;
            }
        }
        if (missing is { MayBeElsewhere: false })
            throw missing;
        var resolution = TargetResolution.NamesAnObject(symptom, scope)
            ? await LocateAsync(scope, cancellationToken)
            : new TargetResolution(new() { Namespace = scope }, IsSure: false);
        return missing is null ? resolution : RequiredNamespace.Elsewhere(resolution, missing);
    }

    /// <summary>Reads the objects that bear on the target; logs are chosen afterwards.</summary>
    /// <exception cref="EvidenceUnavailableException">The cluster does not answer, or refuses to show the
    /// namespace.</exception>
    public async Task ReadAsync(Target target, CancellationToken cancellationToken)
    {
        if (target.Object is { } asked)
            await ReadAroundAsync(asked, cancellationToken);
        else if (target.Candidates.Count is > 0 and <= MostCandidates)
            foreach (var candidate in target.Candidates)
            {
                await ReadAroundAsync(candidate, cancellationToken);
                budget += MostRequests;
            }
        else
            await ReadAllAsync(target.Namespace, cancellationToken);
        if (target is { Object: null, Namespace: { } ns })
            RefuseUnreadable(ns);
        foreach (var result in results.Where(result => result.Gap is not null).DistinctBy(result => result.Kind.Kind))
            snapshot.Gaps.Add(new(result.Kind.Plural, result.Gap!));
    }

    /// <summary>Nothing is known of a namespace whose pods may not be listed: it must not pass for healthy.</summary>
    private void RefuseUnreadable(string ns)
    {
        var pods = results.FirstOrDefault(result => result is { Kind.Kind: "Pod", Gap: not null });
        if (pods is null || snapshot.In<V1Pod>(ns).Any())
            return;
        var isKnown = snapshot.Find<V1Namespace>(null, ns) is not null;
        var isForbidden = pods.Gap!.StartsWith("forbidden", StringComparison.Ordinal);
        throw new EvidenceUnavailableException(
            (isForbidden ? "The account may not list pods" : "The pods cannot be listed")
                + $" in namespace {ns} of cluster {snapshot.Cluster}"
                + (isKnown ? "" : "; it is not known whether there is such a namespace")
                + $": {pods.Gap}"
        );
    }

    /// <summary>
    /// Reads the objects that the logs point to: policies where calls time out, DNS pods where names do not resolve,
    /// the namespaces of hosts that they name.
    /// </summary>
    /// <returns>True if anything was read.</returns>
    public async Task<bool> FollowLogsAsync(Target target, CancellationToken cancellationToken)
    {
        if (target.Object is null)
            return false;
        var before = api.Requests;
        var queries = new List<ListQuery>();
        var namespaces = snapshot.Logs.Keys.Select(log => log.Namespace).ToHashSet();
        var lines = snapshot.Logs.Values.SelectMany(text => text.Split('\n')).ToList();
        if (lines.Any(line => MessagePattern.First(LogPatterns.TimedOut, line) is not null))
            queries.AddRange(namespaces.Select(ns => Of("NetworkPolicy", ns)));
        if (lines.Any(line => MessagePattern.First(LogPatterns.Unresolved, line) is not null))
        {
            queries.Add(Of("Pod", "kube-system"));
            // A policy may forbid the question, and the name server may have a rule for one name.
            queries.AddRange(namespaces.Select(ns => Of("NetworkPolicy", ns)));
            queries.Add(Of("ConfigMap", "kube-system") with { FieldSelector = "metadata.name=coredns" });
        }
        var hosts = lines.SelectMany(line =>
            new[] { LogPatterns.TimedOut, LogPatterns.Refused, LogPatterns.Unresolved }
                .Select(patterns => MessagePattern.First(patterns, line)?.Facts.GetValueOrDefault("host"))
                .OfType<string>()
        );
        queries.AddRange(
            Foreign(hosts, namespaces)
                .SelectMany(ns => new[] { Of("Service", ns), Of("Pod", ns), Of("Event", ns), Of("NetworkPolicy", ns) })
        );
        await ReadAsync(queries.Take(Math.Max(0, budget - api.Requests)), cancellationToken, whereAffordable: false);
        return api.Requests > before;
    }

    private static ListQuery Of(string kind, string? ns) =>
        new(ResourceKind.Find(kind)!, ResourceKind.Find(kind)!.IsNamespaced ? ns : null);

    /// <summary>
    /// Finds the object by names. Where the namespace is known, its objects are read in full, because they are needed
    /// anyway.
    /// </summary>
    private async Task<TargetResolution> LocateAsync(string? scope, CancellationToken cancellationToken)
    {
        var place = scope is null ? PlaceForNames() : snapshot;
        var named = TargetResolution.KindsIn(symptom).Where(kind => kind is not ("Pod" or "ReplicaSet")).ToList();
        IReadOnlyList<string>[] first = scope is null
            ? []
            :
            [
                [.. Always.Union(named)],
            ];
        string[] likely = scope is null ? [.. Likely.Union(named)] : Likely;
        var resolution = new TargetResolution(new() { Namespace = scope }, IsSure: false);
        foreach (var kinds in first.Concat([likely, LessLikely, Rest]))
        {
            // A search among many kinds must not use up the requests for the rest of the investigation.
            if (kinds == LessLikely || kinds == Rest)
                budget += kinds.Count;
            await ReadAsync(
                kinds.Select(kind => Of(kind, scope) with { NamesOnly = scope is null && kind != "Namespace" }),
                cancellationToken,
                place: place
            );
            if (scope is null && results.All(result => result.IsUnreachable))
                break;
            resolution = TargetResolution.Resolve(symptom, place, ResourceTopology.Owners(place));
            // "Users see errors" names a workload called users, or none.
            if (resolution.IsSure || !TargetResolution.NamesIn(symptom).Any() && named.Count == 0)
                break;
        }
        if (
            !resolution.IsSure
            && TargetResolution.NamesIn(symptom).Any()
            && await FindCustomAsync(place, scope, cancellationToken)
        )
            resolution = TargetResolution.Resolve(symptom, place, ResourceTopology.Owners(place));
        KeepNamespaces(place);
        if (scope is null)
            read.RemoveWhere(item => item.Kind != "Namespace");
        return resolution;
    }

    /// <summary>A snapshot of names, which later gives way to whole objects; it knows the namespaces.</summary>
    private ClusterSnapshot PlaceForNames()
    {
        var place = new ClusterSnapshot(snapshot.Cluster);
        foreach (var ns in snapshot.All<V1Namespace>())
            place.Add(ns);
        return place;
    }

    private void KeepNamespaces(ClusterSnapshot place)
    {
        foreach (var ns in place.All<V1Namespace>())
            snapshot.Add(ns);
        if (place.IsComplete("Namespace", null))
            snapshot.MarkComplete("Namespace", ClusterSnapshot.Everywhere);
    }

    /// <summary>
    /// Reads the objects of custom kinds that the question names ("httproute blog"). True if any kind was found.
    /// </summary>
    private async Task<bool> FindCustomAsync(ClusterSnapshot place, string? scope, CancellationToken cancellationToken)
    {
        using var discovery = await api.GetAsync("apis", cancellationToken, CustomKind.Discovery);
        if (discovery is null)
            return false;
        var words = TargetResolution.NamesIn(symptom).Select(word => word.ToLowerInvariant()).ToHashSet();
        var found = false;
        foreach (
            var kind in CustomKind
                .Read(discovery.RootElement)
                .Where(kind => kind.Names.Any(words.Contains))
                .Take(MostCustomKinds)
                .ToList()
        )
        {
            using var list = await api.GetAsync($"{kind.PathIn(scope)}?limit=500", cancellationToken);
            if (list is null)
                continue;
            foreach (var into in (ClusterSnapshot[])[place, snapshot])
                ObjectReader.ReadPage(into, list.RootElement, kind.Kind, kind.Plural);
            found = true;
        }
        return found;
    }

    private async Task ReadAroundAsync(ResourceRef target, CancellationToken cancellationToken)
    {
        var ns = target.Namespace;
        if (ns is null)
        {
            await ReadClusterScopedAsync(target, cancellationToken);
            return;
        }
        await ReadAsync(
            Always
                .Append("Namespace")
                .Append(target.Kind)
                .Where(kind => ResourceKind.Find(kind) is not null)
                .Select(kind => Of(kind, ns)),
            cancellationToken
        );
        await ReadAsync(Owners(ns).Select(kind => Of(kind, ns)), cancellationToken);
        if (!snapshot.IsComplete("Pod", ns))
            await ReadSelectedPodsAsync(target, cancellationToken);

        var topology = ResourceTopology.Build(snapshot);
        ResourceTopology.AddSurroundings(topology, snapshot, target);
        var reach = topology.Reach(target);
        var pods = snapshot.In<V1Pod>(ns).Where(pod => reach.ContainsKey(ClusterSnapshot.RefOf(pod))).ToList();
        await Task.WhenAll(
            ReadAsync([.. References(ns, reach, pods), .. Nodes(pods)], cancellationToken),
            MeasureAsync(ns, pods, cancellationToken)
        );
        await ReadAsync([.. Claims(ns, reach), .. Occupants(pods)], cancellationToken);
        await ReadAsync(
            Foreign(pods.SelectMany(pod => ServiceCalls.HostsIn(snapshot, pod)), [ns])
                .SelectMany(other => new[] { Of("Service", other), Of("Pod", other), Of("Event", other) }),
            cancellationToken
        );
    }

    /// <summary>Reads measurements from Prometheus and metrics.k8s.io. A missing metrics source is no gap.</summary>
    private async Task MeasureAsync(string ns, List<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (
            prometheus is not null
            && await PrometheusMetrics.ReadAsync(prometheus, ns, snapshot.Metrics, cancellationToken) is { } why
        )
            lock (snapshot)
                snapshot.Gaps.Add(new("Prometheus", why));
        if (
            !pods.Any(pod =>
                (pod.Spec?.Containers ?? []).Any(container => container.Resources?.Limits?.ContainsKey("cpu") == true)
            )
        )
            return;
        using var measured = await api.GetAsync($"apis/metrics.k8s.io/v1beta1/namespaces/{ns}/pods", cancellationToken);
        if (
            measured is null
            || !measured.RootElement.TryGetProperty("items", out var items)
            || items.ValueKind != JsonValueKind.Array
        )
            return;
        foreach (var item in KubernetesJson.Deserialize<List<PodMetrics>>(items))
            foreach (var container in item.Containers ?? [])
                if (item.Metadata?.Name is { } pod && container.Usage?.TryGetValue("cpu", out var cpu) == true)
                    snapshot.Metrics.Add(ns, pod, container.Name, new(cpu.ToDecimal()));
    }

    /// <summary>A node with its pods and events, or a volume with its claims.</summary>
    private async Task ReadClusterScopedAsync(ResourceRef target, CancellationToken cancellationToken) =>
        await ReadAsync(
            target.Kind == "Node"
                ?
                [
                    Of("Namespace", null),
                    Of("Node", null) with
                    {
                        FieldSelector = $"metadata.name={target.Name}",
                    },
                    Of("Pod", null) with
                    {
                        FieldSelector = $"spec.nodeName={target.Name}",
                    },
                    Of("Event", null) with
                    {
                        FieldSelector = $"involvedObject.name={target.Name}",
                    },
                    Of("PodDisruptionBudget", null),
                ]
                :
                [
                    Of("Namespace", null),
                    Of("PersistentVolume", null),
                    Of("PersistentVolumeClaim", null),
                    Of("StorageClass", null),
                ],
            cancellationToken
        );

    /// <summary>Further kinds of controllers that the pods of the namespace have.</summary>
    private IEnumerable<string> Owners(string ns)
    {
        var owners = snapshot
            .In<V1Pod>(ns)
            .SelectMany(pod => pod.Metadata.OwnerReferences ?? [])
            .Select(owner => owner.Kind)
            .ToHashSet();
        if (owners.Contains("DaemonSet"))
            yield return "DaemonSet";
        if (!owners.Contains("Job") && !read.Contains(("Job", ns)) && !read.Contains(("CronJob", ns)))
            yield break;
        yield return "Job";
        yield return "CronJob";
    }

    /// <summary>In a namespace with thousands of pods, reads the pods of the target only.</summary>
    private async Task ReadSelectedPodsAsync(ResourceRef target, CancellationToken cancellationToken)
    {
        var selector =
            ResourceTopology
                .Templates(snapshot, target.Namespace)
                .FirstOrDefault(template => template.Ref == target)
                .Template?.Metadata?.Labels
            ?? snapshot.Find<V1Service>(target.Namespace, target.Name)?.Spec?.Selector;
        if (selector is { Count: > 0 })
            await ReadAsync(
                [Of("Pod", target.Namespace) with { LabelSelector = Selectors.Format(selector) }],
                cancellationToken
            );
    }

    /// <summary>The kinds that the pods refer to, and the kinds that may refuse missing pods.</summary>
    private IEnumerable<ListQuery> References(
        string ns,
        IReadOnlyDictionary<ResourceRef, Topology.Path> reach,
        List<V1Pod> pods
    )
    {
        var workloads = ResourceTopology
            .Templates(snapshot, ns)
            .Where(template => reach.ContainsKey(template.Ref))
            .ToList();
        var templates = workloads.Select(template => template.Template.Spec);
        var kinds = pods.Select(pod => pod.Spec)
            .Concat(templates)
            .OfType<V1PodSpec>()
            .SelectMany(PodReferences.Of)
            .Select(reference => reference.Kind)
            .ToHashSet();
        if (snapshot.In<V1Ingress>(ns).Any(ingress => reach.ContainsKey(ClusterSnapshot.RefOf(ingress))))
            kinds.UnionWith(["Secret", "IngressClass"]);
        if (reach.Keys.Any(resource => resource.Kind == "StatefulSet"))
            kinds.Add("PersistentVolumeClaim");
        // Only a CronJob's program tells that it makes such a change by a schedule.
        if (workloads.Any(workload => workload.Replicas == 0 || WasChangedLately(workload.Ref)))
            kinds.Add("CronJob");
        var refusals = snapshot
            .In<Corev1Event>(ns)
            .Where(e => e.Reason is "FailedCreate" or "FailedCreatePod")
            .Select(e => e.Message ?? "")
            .ToList();
        if (refusals.Count > 0)
            kinds.UnionWith(["ResourceQuota", "LimitRange"]);
        if (refusals.Any(text => text.Contains("webhook", StringComparison.OrdinalIgnoreCase)))
            kinds.UnionWith(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]);
        return kinds.Select(kind => Of(kind, ns));
    }

    private bool WasChangedLately(ResourceRef workload) =>
        snapshot.LastWrite(workload, "spec") is { } write
        && snapshot.Now - write.At < RecentChange
        && snapshot
            .Everything.Where(item => item.Ref == workload)
            .Any(item => write.At - ClusterSnapshot.Utc(item.Object.Metadata.CreationTimestamp) > Creation);

    /// <summary>The nodes that pods run on; all nodes if a pod is unscheduled.</summary>
    private static IEnumerable<ListQuery> Nodes(List<V1Pod> pods)
    {
        if (pods.Any(pod => pod.Status?.Phase == "Pending" && string.IsNullOrEmpty(pod.Spec?.NodeName)))
            return [Of("Node", null)];
        return pods.OrderByDescending(PodState.IsFailing)
            .Select(pod => pod.Spec?.NodeName)
            .OfType<string>()
            .Distinct()
            .Take(2)
            .Select(node => Of("Node", null) with { FieldSelector = $"metadata.name={node}" });
    }

    /// <summary>The pods of a few nodes, which hold the host port or the room that a pod waits for.</summary>
    private IEnumerable<ListQuery> Occupants(List<V1Pod> pods) =>
        pods.Any(LacksRoom)
            ? snapshot
                .All<V1Node>()
                .Take(MostForeign)
                .Select(node =>
                    Of("Pod", null) with
                    {
                        FieldSelector = $"spec.nodeName={node.Metadata.Name}",
                    }
                )
            : [];

    private static bool LacksRoom(V1Pod pod) =>
        string.IsNullOrEmpty(pod.Spec?.NodeName)
        && pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled")?.Message is { } why
        && (
            why.Contains("Insufficient cpu", StringComparison.Ordinal)
            || why.Contains("Insufficient memory", StringComparison.Ordinal)
            || why.Contains("free ports", StringComparison.Ordinal)
        );

    private IEnumerable<ListQuery> Claims(string ns, IReadOnlyDictionary<ResourceRef, Topology.Path> reach)
    {
        var claims = snapshot
            .In<V1PersistentVolumeClaim>(ns)
            .Where(claim => reach.ContainsKey(ClusterSnapshot.RefOf(claim)))
            .ToList();
        if (claims.Any(claim => claim.Status?.Phase != "Bound"))
            yield return Of("StorageClass", null);
        if (claims.Any(claim => claim.Status?.Phase == "Pending" && !IsProvisioned(claim)))
            yield return Of("PersistentVolume", null);
        foreach (
            var volume in claims
                .Select(claim => claim.Spec?.VolumeName)
                .Where(name => !string.IsNullOrEmpty(name))
                .Take(2)
        )
            yield return Of("PersistentVolume", null) with
            {
                FieldSelector = $"metadata.name={volume}",
            };
        // A webhook's Service may be in any namespace.
        foreach (var service in Webhooks().DistinctBy(service => service.NamespaceProperty).Take(MostForeign))
            yield return Of("Service", service.NamespaceProperty);
    }

    /// <summary>True if a provisioner makes the claim's volume, so that no volume that is there counts.</summary>
    private bool IsProvisioned(V1PersistentVolumeClaim claim) =>
        snapshot
            .EventsOf(ClusterSnapshot.RefOf(claim))
            .Any(e =>
                e.Reason is "Provisioning" or "ExternalProvisioning"
                || e.Reason == "ProvisioningFailed"
                    && e.Message?.Contains("no-provisioner", StringComparison.Ordinal) != true
            );

    private IEnumerable<Admissionregistrationv1ServiceReference> Webhooks() =>
        snapshot
            .All<V1ValidatingWebhookConfiguration>()
            .SelectMany(config => config.Webhooks ?? [])
            .Select(hook => hook.ClientConfig?.Service)
            .Concat(
                snapshot
                    .All<V1MutatingWebhookConfiguration>()
                    .SelectMany(config => config.Webhooks ?? [])
                    .Select(hook => hook.ClientConfig?.Service)
            )
            .OfType<Admissionregistrationv1ServiceReference>();

    /// <summary>Other namespaces that the host names point into.</summary>
    private IEnumerable<string> Foreign(IEnumerable<string> hosts, IReadOnlySet<string> own) =>
        hosts
            .Select(host => ServiceCalls.NamespaceOf(snapshot, host))
            .OfType<string>()
            .Where(ns => !own.Contains(ns))
            .Distinct()
            .Take(MostForeign);

    private IEnumerable<string> Foreign(IEnumerable<string> hosts, IReadOnlyList<string> own) =>
        Foreign(hosts, own.ToHashSet());

    /// <summary>
    /// Reads all objects of a namespace or of the cluster. Of a cluster, ConfigMaps are read only where pods fail,
    /// because they may be large.
    /// </summary>
    private async Task ReadAllAsync(string? scope, CancellationToken cancellationToken)
    {
        var all = ResourceKind
            .All.Where(kind => kind.Kind != "Endpoints" && (kind.Kind != "ConfigMap" || scope is not null))
            .Select(kind => Of(kind.Kind, scope))
            .Select(query =>
                query.Kind.Kind switch
                {
                    "Event" when scope is null => query with { MostPages = ClusterEventPages },
                    "Pod" when scope is null => query with { SparesHealthy = true },
                    _ => query,
                }
            );
        await ReadAsync(all, cancellationToken, whereAffordable: false);
        if (scope is not null)
            return;
        var failing = snapshot
            .All<V1Pod>()
            .Where(PodState.IsFailing)
            .GroupBy(pod => pod.Metadata.NamespaceProperty)
            .OrderByDescending(group => group.Count())
            .Take(DetailedNamespaces)
            .Select(group => group.Key);
        await ReadAsync(failing.Select(ns => Of("ConfigMap", ns)), cancellationToken, whereAffordable: false);
    }

    private async Task ReadAsync(
        IEnumerable<ListQuery> queries,
        CancellationToken cancellationToken,
        bool whereAffordable = true,
        ClusterSnapshot? place = null
    )
    {
        var wanted = queries
            .Where(query =>
                query.Namespace is null && query.Kind.IsNamespaced || !read.Contains((query.Kind.Kind, null))
            )
            .Where(query =>
                query.FieldSelector is not null
                || query.LabelSelector is not null
                || read.Add((query.Kind.Kind, query.Namespace))
            )
            .ToList();
        if (whereAffordable)
        {
            var affordable = Math.Max(0, budget - MostLogs - api.Requests);
            results.AddRange(
                wanted
                    .Skip(affordable)
                    .Select(query => new ListResult(
                        query.Kind,
                        [],
                        false,
                        $"not read: {budget} requests are enough for one question"
                    ))
            );
            wanted = [.. wanted.Take(affordable)];
        }
        await Task.WhenAll(wanted.Select(query => ReadOneAsync(query, place ?? snapshot, cancellationToken)));
        if (results.Count > 0 && results.All(result => result.IsUnreachable))
            throw new EvidenceUnavailableException($"Cluster {snapshot.Cluster} does not answer: {results[0].Gap}");
    }

    private async Task ReadOneAsync(ListQuery query, ClusterSnapshot place, CancellationToken cancellationToken)
    {
        if (query is { MostPages: int.MaxValue, Namespace: not null })
            query = query with
            {
                MostPages = query.Kind.Kind switch
                {
                    "Pod" => PodPages,
                    "Event" => EventPages,
                    _ => int.MaxValue,
                },
            };
        var result = await ListAsync(query, place, cancellationToken);
        if (query.Kind.Kind == "Event" && result is { IsWhole: false, Gap: null })
            result = await ListAsync(
                query with
                {
                    FieldSelector = "type!=Normal",
                    MostPages = WarningPages,
                },
                place,
                cancellationToken
            );
        lock (results)
            results.Add(result);
    }

    /// <summary>
    /// Drops volumes, env and tolerations of healthy pods: half of the memory of ten thousand pods.
    /// </summary>
    private static void Spare(IKubernetesObject<V1ObjectMeta> item)
    {
        if (item is not V1Pod { Spec: { } spec, Status.Phase: "Running" } pod || PodState.IsFailing(pod))
            return;
        (spec.Volumes, spec.Tolerations, spec.Affinity) = (null, null, null);
        foreach (var container in spec.Containers ?? [])
            (container.Env, container.EnvFrom, container.VolumeMounts, container.Args) = (null, null, null, null);
    }

    private async Task<ListResult> ListAsync(
        ListQuery query,
        ClusterSnapshot place,
        CancellationToken cancellationToken
    )
    {
        var result = await api.ListAsync(
            query,
            fallback,
            (_, page) =>
            {
                lock (place)
                    ObjectReader.ReadPage(place, page, query.Kind, query.SparesHealthy ? Spare : null);
            },
            cancellationToken
        );
        lock (place)
        {
            place.MarkSeen(query.Kind.Kind);
            if (result.IsWhole && query is { FieldSelector: null, LabelSelector: null })
                foreach (var ns in result.Namespaces)
                    place.MarkComplete(query.Kind.Kind, ns ?? ClusterSnapshot.Everywhere);
        }
        return result;
    }
}
