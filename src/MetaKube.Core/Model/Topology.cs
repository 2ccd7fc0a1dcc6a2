namespace MetaKube.Model;

/// <summary>The graph of live objects. An edge leads from an object to one that its health depends on.</summary>
public sealed class Topology
{
    /// <summary>
    /// The longest causal chain in hops, ownership (<see cref="Relation.Manages"/>) not counted (paper, App. A.3).
    /// </summary>
    public const int MaxHops = 3;

    private readonly Dictionary<ResourceRef, List<(ResourceRef To, Relation Relation)>> edges = [];
    private readonly HashSet<TopologyEdge> known = [];
    private readonly Dictionary<ResourceRef, ResourceRef> managers = [];
    private readonly Dictionary<ResourceRef, Dictionary<ResourceRef, Path>> reached = [];

    /// <summary>A path through the graph: its objects from start to end, and its hops without ownership.</summary>
    public sealed record Path(IReadOnlyList<ResourceRef> Objects, int Hops);

    public void Add(ResourceRef from, ResourceRef to, Relation relation)
    {
        (from, to) = (from.Object, to.Object);
        if (!known.Add(new(from, to, relation)))
            return;
        if (!edges.TryGetValue(from, out var dependencies))
            edges[from] = dependencies = [];
        dependencies.Add((to, relation));
        if (relation == Relation.Manages)
            managers.TryAdd(to, from);
        reached.Clear();
    }

    public void Add(IEnumerable<TopologyEdge> added)
    {
        foreach (var edge in added)
            Add(edge.From, edge.To, edge.Relation);
    }

    /// <summary>The topmost controller of an object (Pod, ReplicaSet, Deployment), or the object itself.</summary>
    public ResourceRef Controller(ResourceRef resource)
    {
        var top = resource.Object;
        for (var depth = 0; depth < 5 && managers.TryGetValue(top, out var manager); depth++)
            top = manager;
        return top;
    }

    /// <summary>The direct controller of an object, or null.</summary>
    public ResourceRef? ManagerOf(ResourceRef resource) => managers.GetValueOrDefault(resource.Object);

    /// <summary>The direct dependencies of <paramref name="resource"/>.</summary>
    public IReadOnlyList<(ResourceRef To, Relation Relation)> DependenciesOf(ResourceRef resource) =>
        edges.TryGetValue(resource.Object, out var to) ? to : [];

    /// <summary>The objects whose health depends on a resource, directly or through others within
    /// <see cref="MaxHops"/>.</summary>
    public IReadOnlyList<ResourceRef> DependentsOf(ResourceRef resource) =>
        [.. edges.Keys.Where(from => from != resource.Object && Reach(from).ContainsKey(resource.Object))];

    /// <summary>
    /// Every object that <paramref name="from"/> depends on within <see cref="MaxHops"/>, itself included, each with
    /// the shortest path to it.
    /// </summary>
    public IReadOnlyDictionary<ResourceRef, Path> Reach(ResourceRef from)
    {
        from = from.Object;
        if (reached.TryGetValue(from, out var computed))
            return computed;
        var found = new Dictionary<ResourceRef, Path> { [from] = new([from], 0) };
        var queue = new PriorityQueue<Path, int>([(found[from], 0)]);
        while (queue.TryDequeue(out var path, out _))
        {
            foreach (var (to, relation) in DependenciesOf(path.Objects[^1]))
            {
                var hops = path.Hops + (relation == Relation.Manages ? 0 : 1);
                if (hops > MaxHops || found.ContainsKey(to))
                    continue;
                var next = new Path([.. path.Objects, to], hops);
                found[to] = next;
                if (relation != Relation.ReachedThrough)
                    queue.Enqueue(next, hops * 100 + next.Objects.Count);
            }
        }
        return reached[from] = found;
    }
}
