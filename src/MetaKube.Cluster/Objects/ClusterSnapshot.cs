using k8s;
using k8s.Models;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// The objects that were read, by kind and name, without the values of Secrets; the same whether live, from a dump or
/// pasted.
/// </summary>
internal sealed class ClusterSnapshot(string cluster)
{
    /// <summary>In place of a namespace: all of them, and what has none.</summary>
    public const string Everywhere = "*";

    /// <summary>Where kubectl keeps a copy of the whole object, values of Secrets included.</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly Dictionary<Type, List<IKubernetesObject<V1ObjectMeta>>> objects = [];
    private readonly Dictionary<(Type, string?, string), IKubernetesObject<V1ObjectMeta>> byName = [];
    private readonly HashSet<(string Kind, string Namespace)> complete = [];
    private readonly HashSet<string> kindsSeen = [];
    private readonly Dictionary<ResourceRef, DateTimeOffset> changes = [];
    private Dictionary<(string?, string?, string?), List<Corev1Event>>? events;

    public string Cluster { get; } = cluster;

    public Redactor Redaction { get; } = new();

    public List<Gap> Gaps { get; } = [];

    /// <summary>The tails of the logs that were read.</summary>
    public Dictionary<LogRef, string> Logs { get; } = [];

    public Metrics Metrics { get; } = new();

    /// <summary>
    /// The time of the snapshot: a dump's latest timestamp, so that ages in it are right whenever it is read.
    /// </summary>
    public DateTimeOffset Now { get; set; }

    public void Add(IKubernetesObject<V1ObjectMeta> item)
    {
        var meta = item.Metadata;
        if (meta?.Name is null)
            return;
        if (item is V1ConfigMap or V1Secret && meta.ManagedFields?.Max(entry => Utc(entry.Time)) is { } changed)
            changes[RefOf(item)] = changed;
        meta.ManagedFields = null;
        meta.Annotations?.Remove(LastApplied);
        if (item is V1Secret secret)
            Blank(secret);
        var kind = KindOf(item);
        kindsSeen.Add(kind);
        // Custom resources of several kinds may have one name.
        if (
            !byName.TryAdd(
                (item.GetType(), meta.NamespaceProperty, item is CustomResource ? $"{kind}/{meta.Name}" : meta.Name),
                item
            )
        )
            return;
        if (!objects.TryGetValue(item.GetType(), out var list))
            objects[item.GetType()] = list = [];
        list.Add(item);
        events = null;
    }

    /// <summary>
    /// Notes that all objects of this kind were read, in one namespace or everywhere: what is not here does not exist.
    /// </summary>
    public void MarkComplete(string kind, string ns)
    {
        complete.Add((kind, ns));
        kindsSeen.Add(kind);
    }

    /// <summary>Notes that objects of this kind were looked for, with no claim to have them all.</summary>
    public void MarkSeen(string kind) => kindsSeen.Add(kind);

    /// <summary>Whether objects of the kind were read at all.</summary>
    public bool HasSeen(string kind) => kindsSeen.Contains(kind);

    /// <summary>
    /// Whether all objects of the kind were read, in that namespace or everywhere: only then absence can be claimed.
    /// </summary>
    public bool IsComplete(string kind, string? ns) =>
        complete.Contains((kind, Everywhere)) || ns is not null && complete.Contains((kind, ns));

    /// <summary>Whether any object of the type was read.</summary>
    public bool HasSome(Type type) => objects.ContainsKey(type);

    public IEnumerable<T> All<T>()
        where T : IKubernetesObject<V1ObjectMeta> => objects.TryGetValue(typeof(T), out var list) ? list.Cast<T>() : [];

    public IEnumerable<T> In<T>(string? ns)
        where T : IKubernetesObject<V1ObjectMeta> => All<T>().Where(item => item.Metadata.NamespaceProperty == ns);

    public IEnumerable<(ResourceRef Ref, IKubernetesObject<V1ObjectMeta> Object)> Everything =>
        objects.Values.SelectMany(list => list).Select(item => (RefOf(item), item));

    public T? Find<T>(string? ns, string? name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        name is not null && byName.TryGetValue((typeof(T), ns, name), out var found) ? (T)found : null;

    /// <summary>Whether no object of that kind and name exists, as far as that can be claimed.</summary>
    public bool IsMissing<T>(string? ns, string? name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        name is not null && IsComplete(ResourceKind.KindOf(typeof(T)), ns) && Find<T>(ns, name) is null;

    /// <summary>When a ConfigMap or Secret was last written to, as far as its metadata tells.</summary>
    public DateTimeOffset? ChangedAt(ResourceRef resource) => changes.TryGetValue(resource, out var at) ? at : null;

    /// <summary>The events about an object, the latest first.</summary>
    public IReadOnlyList<Corev1Event> EventsOf(ResourceRef resource)
    {
        events ??= All<Corev1Event>()
            .GroupBy(e => (e.InvolvedObject?.Kind, e.InvolvedObject?.NamespaceProperty, e.InvolvedObject?.Name))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(TimeOf).ToList()!);
        return events.TryGetValue((resource.Kind, resource.Namespace, resource.Name), out var found) ? found : [];
    }

    /// <summary>When an event was last seen; core/v1 and events.k8s.io fill different fields.</summary>
    public static DateTimeOffset? TimeOf(Corev1Event e) =>
        Utc(e.LastTimestamp)
        ?? Utc(e.Series?.LastObservedTime)
        ?? Utc(e.EventTime)
        ?? Utc(e.FirstTimestamp)
        ?? Utc(e.Metadata.CreationTimestamp);

    public static DateTimeOffset? Utc(DateTime? time) =>
        time is { } value && value.Year > 1 ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : null;

    public static ResourceRef RefOf(IKubernetesObject<V1ObjectMeta> item) =>
        new(KindOf(item), item.Metadata.NamespaceProperty, item.Metadata.Name);

    private static string KindOf(IKubernetesObject<V1ObjectMeta> item) =>
        item is CustomResource custom ? custom.Kind : ResourceKind.KindOf(item.GetType());

    /// <summary>The latest time that any event or condition names; for dumps.</summary>
    public DateTimeOffset? LatestTime()
    {
        var times = All<Corev1Event>()
            .Select(TimeOf)
            .Concat(
                All<V1Node>()
                    .SelectMany(node => node.Status?.Conditions ?? [])
                    .Select(condition => Utc(condition.LastHeartbeatTime))
            )
            .Concat(
                All<V1Pod>()
                    .SelectMany(pod => pod.Status?.Conditions ?? [])
                    .Select(condition => Utc(condition.LastTransitionTime))
            );
        return times.Max();
    }

    // Key names stay: a missing key is a fault. Values are learnt only to be taken out of everything else.
    private void Blank(V1Secret secret)
    {
        foreach (var value in secret.Data?.Values ?? [])
            Redaction.Learn(value);
        foreach (var value in secret.StringData?.Values ?? [])
            Redaction.Learn(System.Text.Encoding.UTF8.GetBytes(value));
        var keys = (secret.Data?.Keys ?? []).Concat(secret.StringData?.Keys ?? []).Distinct().ToList();
        secret.Data = keys.Count == 0 ? secret.Data : keys.ToDictionary(key => key, _ => Array.Empty<byte>());
        secret.StringData = null;
        // Tools copy whole objects into annotations; the values of a Secret may be in any of them.
        secret.Metadata.Annotations = null;
    }
}
