using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Targeting;

/// <summary>
/// The names that a question may use, of the objects of a snapshot: their own, and those of their containers, images,
/// labels, hosts and addresses, which mean the workload, Service, Ingress or node that has them. Letter case does not
/// count.
/// </summary>
internal sealed class ObjectNames
{
    /// <summary>The preferred kinds among objects of one name and namespace: workloads first.</summary>
    private static readonly string[] Preference =
    [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
        "ReplicaSet",
        "Pod",
        "Service",
        "Ingress",
        "PersistentVolumeClaim",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "Node",
        "PersistentVolume",
    ];

    private static readonly string[] NameLabels =
    [
        "app",
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
        "k8s-app",
        "component",
        "name",
        "release",
    ];

    /// <summary>The most owners above an object: a CronJob above a Job above a pod are two.</summary>
    private const int MostOwners = 5;

    private readonly Dictionary<string, HashSet<ResourceRef>> own = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<ResourceRef>> attributes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<ResourceRef>> joined = [];
    private readonly Dictionary<string, string> namespaces = new(StringComparer.OrdinalIgnoreCase);
    private readonly Topology topology;

    public ObjectNames(ClusterSnapshot snapshot, Topology topology)
    {
        this.topology = topology;
        foreach (var (resource, item) in snapshot.Everything)
        {
            if (resource.Namespace is { } ns)
                namespaces.TryAdd(ns, ns);
            if (resource.Kind == "Namespace")
                namespaces.TryAdd(resource.Name, resource.Name);
            if (!IsAskedAbout(resource.Kind))
                continue;
            AddOwn(resource);
            AddLabels(resource, item.Metadata.Labels);
        }
        // Controllers that only their pods name.
        foreach (var pod in snapshot.All<V1Pod>())
            AddOwn(Meant(ClusterSnapshot.RefOf(pod), null));
        AddContainers(snapshot);
        AddHosts(snapshot);
    }

    /// <summary>The namespaces that exist as far as it is known.</summary>
    public IReadOnlyCollection<string> Namespaces => namespaces.Values;

    /// <summary>The namespace of that name in its own letter case, or null.</summary>
    public string? NamespaceNamed(string name) => namespaces.GetValueOrDefault(name);

    /// <summary>The objects of exactly that name.</summary>
    public IReadOnlyCollection<ResourceRef> Called(string name) => own.GetValueOrDefault(name) ?? [];

    /// <summary>The objects that have a container, an image, a label, a host or an address of that name.</summary>
    public IReadOnlyCollection<ResourceRef> With(string name) => attributes.GetValueOrDefault(name) ?? [];

    /// <summary>The objects whose name has this key (<see cref="QuestionName.Key"/>).</summary>
    public IReadOnlyCollection<ResourceRef> Keyed(string key) => joined.GetValueOrDefault(key) ?? [];

    /// <summary>All objects with the names that people may write instead of others.</summary>
    public IEnumerable<(string Name, ResourceRef Resource)> Readable =>
        own.SelectMany(named => named.Value, (named, resource) => (named.Key.ToLowerInvariant(), resource))
            .Where(named => Meant(named.resource, null) == named.resource)
            .Select(named => (named.Item1, named.resource));

    /// <summary>
    /// The pods and ReplicaSets whose name starts with the word, which has a generated part ("web-7d9").
    /// </summary>
    public IEnumerable<ResourceRef> StartingWith(string word) =>
        word.Any(char.IsAsciiDigit) && word.Contains('-', StringComparison.Ordinal)
            ? own.Where(named => named.Key.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .SelectMany(named => named.Value)
                .Where(resource => resource.Kind is "Pod" or "ReplicaSet")
            : [];

    /// <summary>
    /// The object that a question means by another: the topmost controller of a pod, which stays when the pod goes and
    /// which has to be changed. Above it may be an operator's own kind, or the node of a static pod; people know the
    /// workload.
    /// </summary>
    public ResourceRef Meant(ResourceRef resource, string? kind)
    {
        if (resource.Kind is not ("Pod" or "ReplicaSet" or "Job") || resource.Kind == kind && resource.Kind == "Job")
            return resource;
        var top = resource;
        // Owners that own each other are no workload; text that was pasted can say so.
        for (var depth = 0; depth < MostOwners; depth++)
        {
            if (topology.ManagerOf(top) is not { } above || above.Kind == "Node" || !Preference.Contains(above.Kind))
                return top;
            top = above;
        }
        return resource;
    }

    /// <summary>The place of a kind in the order of preference.</summary>
    public static int Rank(ResourceRef resource)
    {
        var rank = Array.IndexOf(Preference, resource.Kind);
        return rank >= 0 ? rank : Preference.Length;
    }

    private static bool IsAskedAbout(string kind) => Preference.Contains(kind) || ResourceKind.Find(kind) is null;

    private void AddOwn(ResourceRef resource)
    {
        Add(own, resource.Name, resource);
        if (Meant(resource, null) == resource)
            Add(joined, QuestionName.Key(resource.Name), resource);
    }

    private void AddLabels(ResourceRef resource, IDictionary<string, string>? labels)
    {
        if (labels is null || Rank(resource) > Rank(new("Pod", null, "")))
            return;
        foreach (var label in NameLabels)
            if (labels.TryGetValue(label, out var value))
                Add(attributes, value, Meant(resource, null));
    }

    private void AddContainers(ClusterSnapshot snapshot)
    {
        foreach (var pod in snapshot.All<V1Pod>())
        {
            var meant = Meant(ClusterSnapshot.RefOf(pod), null);
            Add(attributes, pod.Status?.PodIP, meant);
            AddContainers(pod.Spec, meant);
        }
        foreach (var ns in namespaces.Keys)
            foreach (var (workload, template, _) in ResourceTopology.Templates(snapshot, ns))
            {
                AddLabels(workload, template.Metadata?.Labels);
                AddContainers(template.Spec, workload);
            }
    }

    private void AddContainers(V1PodSpec? spec, ResourceRef meant)
    {
        if (spec is null)
            return;
        foreach (var container in PodReferences.Containers(spec))
        {
            Add(attributes, container.Name, meant);
            if (container.Image is not { Length: > 0 } image)
                continue;
            var path = image.Split('@')[0].Split('/');
            var name = path[^1].Split(':')[0];
            Add(attributes, name, meant);
            Add(attributes, string.Join('/', [.. path[..^1], name]), meant);
        }
    }

    private void AddHosts(ClusterSnapshot snapshot)
    {
        foreach (var ingress in snapshot.All<V1Ingress>())
            foreach (var rule in ingress.Spec?.Rules ?? [])
                Add(attributes, rule.Host, ClusterSnapshot.RefOf(ingress));
        foreach (var service in snapshot.All<V1Service>())
        {
            var resource = ClusterSnapshot.RefOf(service);
            Add(attributes, service.Spec?.ClusterIP, resource);
            foreach (var suffix in (string[])["", ".svc", ".svc.cluster.local"])
                Add(attributes, $"{resource.Name}.{resource.Namespace}{suffix}", resource);
        }
        foreach (var node in snapshot.All<V1Node>())
        {
            var resource = ClusterSnapshot.RefOf(node);
            Add(attributes, resource.Name.Split('.')[0], resource);
            foreach (var address in node.Status?.Addresses ?? [])
                Add(attributes, address.Address, resource);
        }
    }

    private static void Add(Dictionary<string, HashSet<ResourceRef>> index, string? name, ResourceRef resource)
    {
        if (string.IsNullOrEmpty(name))
            return;
        if (!index.TryGetValue(name, out var resources))
            index[name] = resources = [];
        resources.Add(resource);
    }
}
