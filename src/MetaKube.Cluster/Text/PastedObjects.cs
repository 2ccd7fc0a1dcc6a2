using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>
/// The objects of pasted text. Several texts may show one object: they are merged field by field, in whatever order
/// they were pasted, and the richer source wins.
/// </summary>
internal sealed class PastedObjects(ClusterSnapshot snapshot, string? scope)
{
    private sealed record Draft(
        IKubernetesObject<V1ObjectMeta> Object,
        PastedDetail Detail,
        ShownFields Shown,
        IReadOnlyList<string> Lines
    )
    {
        public string Kind { get; set; } = ClusterSnapshot.RefOf(Object).Kind;

        public string Name => Object.Metadata.Name;

        public string? Namespace => Object.Metadata.NamespaceProperty;
    }

    private readonly List<Draft> drafts = [];
    private readonly List<(Corev1Event Event, IReadOnlyList<string> Lines)> events = [];
    private readonly HashSet<(string Kind, string? Namespace)> listed = [];
    private readonly List<(string? Namespace, string Name, bool Any)> endpoints = [];
    private Dictionary<string, string> spellings = [];

    public ClusterSnapshot Snapshot { get; } = snapshot;

    /// <summary>The namespace of whatever is not said to be in another one; known once everything was built.</summary>
    public string Home { get; private set; } = scope ?? "default";

    /// <summary>Adds what a text shows of an object; its namespace is null where the text does not tell it.</summary>
    public void Add(
        IKubernetesObject<V1ObjectMeta> item,
        PastedDetail detail,
        ShownFields shown,
        IReadOnlyList<string> lines
    )
    {
        if (!string.IsNullOrEmpty(item.Metadata?.Name))
            drafts.Add(new(item, detail, shown, lines));
    }

    /// <summary>Adds an event; the namespace of its object is null where the text does not tell it.</summary>
    /// <summary>A text says whether a Service has endpoints.</summary>
    public void MarkEndpoints(string? ns, string name, bool any) => endpoints.Add((ns, name, any));

    public void Add(Corev1Event e, IReadOnlyList<string> lines) => events.Add((e, lines));

    /// <summary>An object that a text speaks of, and shows nothing of.</summary>
    public void Mention(string kind, string? ns, string name, IReadOnlyList<string> lines) =>
        Add(PastedMention.Of(kind, ns, name), PastedDetail.Mention, ShownFields.None, lines);

    /// <summary>All objects of the kind were listed; in a namespace that is not told where it is null.</summary>
    public void MarkListed(string kind, string? ns) => listed.Add((kind, ns));

    /// <summary>The names of the objects of a kind that the text shows so far.</summary>
    public IReadOnlyList<(string? Namespace, string Name)> NamesOf(string kind) =>
        [
            .. drafts
                .Where(draft => draft.Kind == kind && draft.Detail > PastedDetail.Mention)
                .Select(draft => (draft.Namespace, draft.Name))
                .Distinct(),
        ];

    /// <summary>Completes the namespaces, and adds everything to the snapshot.</summary>
    public void Build()
    {
        spellings = drafts
            .Select(draft => draft.Kind)
            .Concat(ResourceKind.All.Select(kind => kind.Kind))
            .Where(kind => kind.Any(char.IsUpper))
            .DistinctBy(kind => kind.ToUpperInvariant())
            .ToDictionary(kind => kind, kind => kind, StringComparer.OrdinalIgnoreCase);
        foreach (var draft in drafts)
            draft.Kind = Spelled(draft.Kind);
        Home = scope ?? OnlyNamespace() ?? "default";
        foreach (var (kind, ns) in listed)
            Snapshot.MarkComplete(kind, IsOfCluster(kind) ? ClusterSnapshot.Everywhere : ns ?? Home);
        var known = drafts
            .Where(draft => draft.Namespace is not null)
            .ToLookup(draft => (draft.Kind, draft.Name), draft => draft.Namespace!);
        foreach (var (ns, name, any) in endpoints)
            Snapshot.HasEndpoints[(Place("Service", ns, name, known), name)] = any;
        PlaceEvents(known);
        AddMentioned();
        foreach (
            var group in drafts.GroupBy(draft =>
                (draft.Kind, Ns: Place(draft.Kind, draft.Namespace, draft.Name, known), draft.Name)
            )
        )
            AddMerged(group.Key.Kind, group.Key.Ns, [.. group]);
        PastedOwners.Infer(Snapshot);
    }

    private string Spelled(string kind) =>
        spellings.GetValueOrDefault(kind)
        ?? (ResourceKind.Named(kind)?.Kind ?? $"{char.ToUpperInvariant(kind[0])}{kind[1..]}");

    private static bool IsOfCluster(string kind) => ResourceKind.Find(kind) is { IsNamespaced: false };

    private string? OnlyNamespace()
    {
        var named = drafts
            .Where(draft => !IsOfCluster(draft.Kind))
            .Select(draft => draft.Namespace)
            .Concat(events.Select(item => item.Event.InvolvedObject.NamespaceProperty))
            .OfType<string>()
            .Distinct()
            .Take(2)
            .ToList();
        return named is [var only] ? only : null;
    }

    private string? Place(string kind, string? told, string name, ILookup<(string, string), string> known)
    {
        if (IsOfCluster(kind) || told is not null)
            return IsOfCluster(kind) ? null : told;
        var elsewhere = known[(kind, name)].Distinct().Take(2).ToList();
        return elsewhere is [var only] ? only : Home;
    }

    private void PlaceEvents(ILookup<(string, string), string> known)
    {
        var count = 0;
        foreach (var (e, lines) in events)
        {
            var about = e.InvolvedObject;
            about.Kind = Spelled(about.Kind);
            about.NamespaceProperty = Place(about.Kind, about.NamespaceProperty, about.Name, known);
            e.Metadata = new()
            {
                Name = $"{about.Name}.{count++}",
                NamespaceProperty = about.NamespaceProperty ?? "default",
            };
            Snapshot.Add(e);
            Snapshot.Pasted?.Add(new(about.Kind, about.NamespaceProperty, about.Name), lines);
        }
    }

    /// <summary>Objects that events are about, unless a complete list lacks them: then they are gone.</summary>
    private void AddMentioned()
    {
        var shown = drafts.Select(draft => (draft.Kind, draft.Name)).ToHashSet();
        foreach (
            var group in Snapshot
                .All<Corev1Event>()
                .GroupBy(e => (e.InvolvedObject.Kind, e.InvolvedObject.NamespaceProperty, e.InvolvedObject.Name))
                .ToList()
        )
        {
            var (kind, ns, name) = group.Key;
            if (string.IsNullOrEmpty(name) || shown.Contains((kind, name)) || Snapshot.IsComplete(kind, ns))
                continue;
            var item = PastedMention.Of(kind, ns, name);
            PastedMention.SetState(item, [.. group.OrderByDescending(ClusterSnapshot.TimeOf)]);
            drafts.Add(new(item, PastedDetail.Mention, ShownFields.None, []) { Kind = kind });
        }
    }

    private void AddMerged(string kind, string? ns, List<Draft> group)
    {
        var sources = group
            .GroupBy(draft => draft.Detail)
            .OrderByDescending(level => level.Key)
            .Select(level => Newest([.. level.Select(draft => draft.Object)]))
            .ToList();
        foreach (var source in sources)
        {
            source.Metadata.NamespaceProperty = ns;
            if (source is CustomResource custom)
                custom.Kind = kind;
        }
        var item = PastedMerge.Merge(sources);
        Snapshot.Add(item, group.Aggregate(ShownFields.None, (all, draft) => all | draft.Shown));
        foreach (var draft in group.OrderByDescending(draft => draft.Detail))
            Snapshot.Pasted?.Add(ClusterSnapshot.RefOf(item), draft.Lines);
    }

    /// <summary>Among equally rich texts, the one that was pasted last.</summary>
    private static IKubernetesObject<V1ObjectMeta> Newest(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> same) =>
        same.All(item => item is V1Pod) ? PastedMerge.Latest([.. same.Cast<V1Pod>()]) : same[^1];
}
