using k8s;
using k8s.Models;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// The objects that were read, by kind and name. The values of Secrets are left out. Live clusters, dumps and pasted
/// text all become one.
/// </summary>
internal sealed class ClusterSnapshot(string cluster)
{
    /// <summary>Stands for all namespaces, and for objects without a namespace.</summary>
    public const string Everywhere = "*";

    private readonly Dictionary<Type, List<IKubernetesObject<V1ObjectMeta>>> objects = [];
    private readonly Dictionary<(Type, string?, string), IKubernetesObject<V1ObjectMeta>> byName = [];
    private readonly HashSet<(string Kind, string Namespace)> complete = [];
    private readonly HashSet<string> kindsSeen = [];
    private readonly Dictionary<ResourceRef, IReadOnlyList<FieldWrite>> writes = [];
    private readonly Dictionary<ResourceRef, ShownFields> shown = [];
    private Dictionary<(string?, string?, string?), List<Corev1Event>>? events;

    public string Cluster { get; } = cluster;

    public Redactor Redaction { get; } = Redactor.OfASnapshot();

    public List<Gap> Gaps { get; } = [];

    /// <summary>The tails of the logs that were read.</summary>
    public Dictionary<LogRef, string> Logs { get; } = [];

    /// <summary>Lines before these tails that look like errors, in the order of the log.</summary>
    public Dictionary<LogRef, IReadOnlyList<EarlierLine>> EarlierLines { get; } = [];

    public Metrics Metrics { get; } = new();

    /// <summary>Services of the nodes' operating systems, as pasted systemctl output or journals show them.</summary>
    public List<NodeUnit> NodeUnits { get; } = [];

    /// <summary>Deviations that the texts of pasted alerts report.</summary>
    public List<AlertSign> AlertSigns { get; } = [];

    /// <summary>Services, by namespace and name, of which pasted text says whether they have endpoints.</summary>
    public Dictionary<(string? Namespace, string Name), bool> HasEndpoints { get; } = [];

    /// <summary>The number of pods that each described node runs.</summary>
    public Dictionary<string, int> PodsOnNode { get; } = [];

    /// <summary>The share, in percent, of each node's resources that the requests of its pods take up.</summary>
    public Dictionary<(string Node, string Resource), int> RequestedOnNode { get; } = [];

    /// <summary>Logs of pasted text that belong to no container that is known.</summary>
    public List<UnplacedLog> UnplacedLogs { get; } = [];

    /// <summary>The lines of pasted text that the objects were read from; null for a cluster or a dump.</summary>
    public PastedSource? Pasted { get; init; }

    /// <summary>
    /// The time of the snapshot. For a dump it is the latest timestamp in it, so that ages do not depend on when it is
    /// read.
    /// </summary>
    public DateTimeOffset Now { get; set; }

    public void Add(IKubernetesObject<V1ObjectMeta> item)
    {
        var meta = item.Metadata;
        if (meta?.Name is null)
            return;
        meta.Name = PlainText.Of(meta.Name).ReplaceLineEndings(" ");
        if (meta.NamespaceProperty is { } ns)
            meta.NamespaceProperty = PlainText.Of(ns).ReplaceLineEndings(" ");
        Redaction.Keep(meta.Name);
        if (meta.NamespaceProperty is { } space)
            Redaction.Keep(space);
        KeepWrites(item);
        meta.ManagedFields = null;
        meta.Annotations?.Remove(RedactedObject.LastAppliedAnnotation);
        if (item is V1Secret secret)
            Blank(secret);
        foreach (var value in PodCredentials.Of(item))
            Redaction.Learn(System.Text.Encoding.UTF8.GetBytes(value));
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

    /// <summary>Adds an object whose source shows only these fields.</summary>
    public void Add(IKubernetesObject<V1ObjectMeta> item, ShownFields fields)
    {
        Add(item);
        if (fields != ShownFields.All)
            shown[RefOf(item)] = fields;
    }

    /// <summary>Records that further fields of an object were read.</summary>
    public void Show(IKubernetesObject<V1ObjectMeta> item, ShownFields fields) =>
        shown[RefOf(item)] = ShownOf(item) | fields;

    public ShownFields ShownOf(IKubernetesObject<V1ObjectMeta> item) =>
        shown.TryGetValue(RefOf(item), out var known) ? known : ShownFields.All;

    /// <summary>True if an absent value of such a field is known to be absent.</summary>
    public bool Shows(IKubernetesObject<V1ObjectMeta> item, ShownFields fields) => ShownOf(item).HasFlag(fields);

    /// <summary>
    /// Records that all objects of the kind were read, in one namespace or everywhere. An object that is not here does
    /// not exist.
    /// </summary>
    public void MarkComplete(string kind, string ns)
    {
        complete.Add((kind, ns));
        kindsSeen.Add(kind);
    }

    /// <summary>Records that objects of the kind were read, though not necessarily all of them.</summary>
    public void MarkSeen(string kind) => kindsSeen.Add(kind);

    /// <summary>True if objects of the kind were read at all.</summary>
    public bool HasSeen(string kind) => kindsSeen.Contains(kind);

    /// <summary>
    /// True if all objects of the kind were read, in that namespace or everywhere. Only then an absent object is known
    /// not to exist.
    /// </summary>
    public bool IsComplete(string kind, string? ns) =>
        complete.Contains((kind, Everywhere)) || ns is not null && complete.Contains((kind, ns));

    /// <summary>True if any object of the type was read.</summary>
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

    /// <summary>
    /// True if no object of that kind and name exists; false where not all objects of the kind were read.
    /// </summary>
    public bool IsMissing<T>(string? ns, string? name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        name is not null && IsComplete(ResourceKind.KindOf(typeof(T)), ns) && Find<T>(ns, name) is null;

    /// <summary>
    /// The last write of each manager to an object, the latest first; empty where its metadata has none, and for kinds
    /// that only controllers write.
    /// </summary>
    public IReadOnlyList<FieldWrite> WritesOf(ResourceRef resource) => writes.GetValueOrDefault(resource) ?? [];

    /// <summary>The latest write to a field or one below it; the steps are names such as "spec".</summary>
    public FieldWrite? LastWrite(ResourceRef resource, params string[] path) =>
        WritesOf(resource).FirstOrDefault(write => write.Owns(path));

    /// <summary>The events about an object, the latest first.</summary>
    public IReadOnlyList<Corev1Event> EventsOf(ResourceRef resource)
    {
        events ??= All<Corev1Event>()
            .GroupBy(e => (e.InvolvedObject?.Kind, e.InvolvedObject?.NamespaceProperty, e.InvolvedObject?.Name))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(TimeOf).ToList()!);
        return events.TryGetValue((resource.Kind, resource.Namespace, resource.Name), out var found) ? found : [];
    }

    /// <summary>The time when an event last occurred. core/v1 and events.k8s.io fill different fields.</summary>
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

    /// <summary>The latest time of any event or condition, or null where there is none.</summary>
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

    private void KeepWrites(IKubernetesObject<V1ObjectMeta> item)
    {
        if (RedactedObject.IsWrittenByControllers(KindOf(item)) || item.Metadata.ManagedFields is not { } fields)
            return;
        var kept = fields.Select(FieldWrite.Of).OfType<FieldWrite>().OrderByDescending(write => write.At).ToList();
        if (kept.Count > 0)
            writes[RefOf(item)] = kept;
    }

    // Key names stay, because a missing key is a fault. Values are learnt only to redact them elsewhere.
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
