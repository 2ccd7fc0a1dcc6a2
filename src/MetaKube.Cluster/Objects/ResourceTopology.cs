using k8s;
using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// Builds the topology from owner references, selectors, volumes, host names, backends and node names.
/// </summary>
internal static class ResourceTopology
{
    /// <summary>The label by which a Deployment tells the pods of its ReplicaSets apart.</summary>
    public const string TemplateHash = "pod-template-hash";

    public static Topology Build(ClusterSnapshot snapshot)
    {
        var topology = Owners(snapshot);
        var podsByNamespace = snapshot.All<V1Pod>().ToLookup(pod => pod.Metadata.NamespaceProperty);
        foreach (var pod in snapshot.All<V1Pod>())
            AddPod(topology, snapshot, pod);
        foreach (var service in snapshot.All<V1Service>())
            AddService(topology, snapshot, service, podsByNamespace[service.Metadata.NamespaceProperty]);
        foreach (var ingress in snapshot.All<V1Ingress>())
            AddIngress(topology, ingress);
        foreach (var route in snapshot.All<CustomResource>())
            foreach (var backend in route.Backends)
                topology.Add(Ref(route), backend, Relation.RoutesTo);
        foreach (var claim in snapshot.All<V1PersistentVolumeClaim>())
            AddClaim(topology, claim);
        foreach (var scaler in snapshot.All<V2HorizontalPodAutoscaler>())
            topology.Add(
                Ref(scaler),
                new(
                    scaler.Spec?.ScaleTargetRef?.Kind ?? "",
                    scaler.Metadata.NamespaceProperty,
                    scaler.Spec?.ScaleTargetRef?.Name ?? ""
                ),
                Relation.DependsOn
            );
        foreach (var budget in snapshot.All<V1PodDisruptionBudget>())
            foreach (
                var pod in podsByNamespace[budget.Metadata.NamespaceProperty]
                    .Where(pod => Selectors.Matches(budget.Spec?.Selector, pod.Metadata.Labels))
            )
                topology.Add(Ref(budget), Ref(pod), Relation.DependsOn);
        return topology;
    }

    /// <summary>A topology of owner references alone, which needs no more than metadata.</summary>
    public static Topology Owners(ClusterSnapshot snapshot)
    {
        var topology = new Topology();
        foreach (var (resource, item) in snapshot.Everything)
            foreach (var owner in item.Metadata.OwnerReferences ?? [])
                topology.Add(
                    new(owner.Kind, owner.Kind == "Node" ? null : resource.Namespace, owner.Name),
                    resource,
                    Relation.Manages
                );
        return topology;
    }

    /// <summary>
    /// A question about "checkout" means the Deployment and also the Service, Ingress and autoscaler around it, because
    /// its health as users see it depends on them. Adds these edges.
    /// </summary>
    public static void AddSurroundings(Topology topology, ClusterSnapshot snapshot, ResourceRef target)
    {
        foreach (var (resource, _) in snapshot.Everything)
            if (
                resource != target
                && resource.Name == target.Name
                && resource.Namespace == target.Namespace
                && resource.Kind is "Service" or "Ingress" or "HorizontalPodAutoscaler" or "PodDisruptionBudget"
            )
                topology.Add(target, resource, Relation.DependsOn);
        foreach (var service in snapshot.In<V1Service>(target.Namespace))
        {
            var exposed = topology.DependenciesOf(Ref(service)).Where(edge => edge.Relation == Relation.Exposes);
            if (exposed.Any(edge => topology.Controller(edge.To) == target) || IsMeantFor(service, target))
                topology.Add(target, Ref(service), Relation.DependsOn);

            // A Service that selects nothing was meant for the workload whose labels it shares in part.
            bool IsMeantFor(V1Service front, ResourceRef workload) =>
                !exposed.Any()
                && snapshot
                    .In<V1Pod>(workload.Namespace)
                    .Any(pod => topology.Controller(Ref(pod)) == workload && SharesALabel(front, pod));
        }
        AddIngressesInFront(topology, snapshot, target);
        foreach (var scaler in snapshot.In<V2HorizontalPodAutoscaler>(target.Namespace))
            if (scaler.Spec?.ScaleTargetRef?.Kind == target.Kind && scaler.Spec.ScaleTargetRef.Name == target.Name)
                topology.Add(target, Ref(scaler), Relation.DependsOn);
        // A StatefulSet's claims belong to no pod until one runs.
        foreach (var claim in snapshot.In<V1PersistentVolumeClaim>(target.Namespace))
            if (
                target.Kind == "StatefulSet"
                && claim.Metadata.Name.Contains($"-{target.Name}-", StringComparison.Ordinal)
            )
                topology.Add(target, Ref(claim), Relation.DependsOn);
    }

    private static bool SharesALabel(V1Service service, V1Pod pod) =>
        (service.Spec?.Selector ?? new Dictionary<string, string>()).Any(pair =>
            pod.Metadata.Labels?.TryGetValue(pair.Key, out var value) == true && value == pair.Value
        );

    /// <summary>"Nobody can reach checkout" may be the fault of an Ingress or route to its Service.</summary>
    private static void AddIngressesInFront(Topology topology, ClusterSnapshot snapshot, ResourceRef target)
    {
        var services = topology
            .DependenciesOf(target)
            .Select(edge => edge.To)
            .Append(target)
            .Where(resource => resource.Kind == "Service")
            .ToHashSet();
        var ingresses = snapshot.In<V1Ingress>(target.Namespace).Select(ingress => Ref(ingress));
        var routes = snapshot
            .All<CustomResource>()
            .Where(route => route.Backends.Count > 0)
            .Select(route => Ref(route));
        foreach (var front in ingresses.Concat(routes))
            if (topology.DependenciesOf(front).Any(edge => services.Contains(edge.To)))
                topology.Add(target, front, Relation.ReachedThrough);
    }

    /// <summary>The pod template of a workload, with the workload's reference.</summary>
    public static IEnumerable<(ResourceRef Ref, V1PodTemplateSpec Template, int Replicas)> Templates(
        ClusterSnapshot snapshot,
        string? ns
    )
    {
        // Lists of names leave the spec out.
        foreach (var item in snapshot.In<V1Deployment>(ns))
            if (item.Spec?.Template is { } template)
                yield return (Ref(item), template, item.Spec.Replicas ?? 1);
        foreach (var item in snapshot.In<V1StatefulSet>(ns))
            if (item.Spec?.Template is { } template)
                yield return (Ref(item), template, item.Spec.Replicas ?? 1);
        foreach (var item in snapshot.In<V1DaemonSet>(ns))
            if (item.Spec?.Template is { } template)
                yield return (Ref(item), template, 1);
    }

    private static void AddPod(Topology topology, ClusterSnapshot snapshot, V1Pod pod)
    {
        var from = Ref(pod);
        var ns = pod.Metadata.NamespaceProperty;
        if (pod.Spec is not { } spec)
            return;
        if (spec.NodeName is { Length: > 0 } node)
            topology.Add(from, new("Node", null, node), Relation.SchedulesOn);
        if (spec.ServiceAccountName is { Length: > 0 } account)
            topology.Add(from, new("ServiceAccount", ns, account), Relation.DependsOn);
        foreach (var (kind, name) in PodReferences.Of(spec))
            topology.Add(from, new(kind, ns, name), Relation.Mounts);
        AddUnreadDeployment(topology, snapshot, pod);
        foreach (var service in ServiceCalls.FromEnvironment(snapshot, pod))
            topology.Add(from, service, Relation.DependsOn);
    }

    /// <summary>
    /// Infers the Deployment of a pod whose ReplicaSet could not be read: a Deployment names its ReplicaSets NAME-HASH
    /// and puts the hash on the pods.
    /// </summary>
    private static void AddUnreadDeployment(Topology topology, ClusterSnapshot snapshot, V1Pod pod)
    {
        var set = pod.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Kind == "ReplicaSet")?.Name;
        if (
            set is null
            || HashOf(snapshot, pod, set) is not { } hash
            || !set.EndsWith($"-{hash}", StringComparison.Ordinal)
        )
            return;
        var ns = pod.Metadata.NamespaceProperty;
        if (snapshot.Find<V1ReplicaSet>(ns, set) is null)
            topology.Add(
                new("Deployment", ns, set[..^(hash.Length + 1)]),
                new("ReplicaSet", ns, set),
                Relation.Manages
            );
    }

    /// <summary>Pasted text may not show the label. Then the end of the ReplicaSet's name has the hash.</summary>
    private static string? HashOf(ClusterSnapshot snapshot, V1Pod pod, string set)
    {
        if (pod.Metadata.Labels?.TryGetValue(TemplateHash, out var hash) == true)
            return hash;
        var end = set[(set.LastIndexOf('-') + 1)..];
        return snapshot.Pasted is not null && end.Length is >= 8 and <= 10 && end.Length < set.Length - 1 ? end : null;
    }

    private static void AddService(
        Topology topology,
        ClusterSnapshot snapshot,
        V1Service service,
        IEnumerable<V1Pod> pods
    )
    {
        if (service.Spec?.Selector is not { Count: > 0 } selector)
            return;
        var any = false;
        foreach (var pod in pods.Where(pod => Selectors.Matches(selector, pod.Metadata.Labels)))
        {
            topology.Add(Ref(service), Ref(pod), Relation.Exposes);
            any = true;
        }
        if (any)
            return;
        // Without pods the Service still depends on the workload that should make them.
        foreach (var (workload, template, _) in Templates(snapshot, service.Metadata.NamespaceProperty))
            if (Selectors.Matches(selector, template.Metadata?.Labels))
                topology.Add(Ref(service), workload, Relation.Exposes);
    }

    private static void AddIngress(Topology topology, V1Ingress ingress)
    {
        var ns = ingress.Metadata.NamespaceProperty;
        var backends = (ingress.Spec?.Rules ?? [])
            .SelectMany(rule => rule.Http?.Paths ?? [])
            .Select(path => path.Backend)
            .Append(ingress.Spec?.DefaultBackend);
        foreach (var name in backends.Select(backend => backend?.Service?.Name).OfType<string>())
            topology.Add(Ref(ingress), new("Service", ns, name), Relation.RoutesTo);
        foreach (var secret in (ingress.Spec?.Tls ?? []).Select(tls => tls.SecretName).OfType<string>())
            topology.Add(Ref(ingress), new("Secret", ns, secret), Relation.DependsOn);
    }

    private static void AddClaim(Topology topology, V1PersistentVolumeClaim claim)
    {
        if (claim.Spec?.VolumeName is { Length: > 0 } volume)
            topology.Add(Ref(claim), new("PersistentVolume", null, volume), Relation.BelongsTo);
        if (claim.Spec?.StorageClassName is { Length: > 0 } storage)
            topology.Add(Ref(claim), new("StorageClass", null, storage), Relation.DependsOn);
    }

    private static ResourceRef Ref(IKubernetesObject<V1ObjectMeta> item) => ClusterSnapshot.RefOf(item);
}
