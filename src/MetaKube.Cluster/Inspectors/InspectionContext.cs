using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// The input of an inspector: the objects that were read, their topology, and the target of the question.
/// </summary>
internal sealed class InspectionContext(ClusterSnapshot snapshot, Topology topology, ResourceRef? target)
{
    public ClusterSnapshot Snapshot { get; } = snapshot;

    public Topology Topology { get; } = topology;

    /// <summary>The object that the question is about, if there is one.</summary>
    public ResourceRef? Target { get; } = target;

    /// <summary>
    /// True if the question is about this object itself. Then a state that may be intended, such as suspended or
    /// cordoned, is worth reporting.
    /// </summary>
    public bool IsAskedAbout(ResourceRef resource) => Target == resource;

    /// <summary>
    /// The pods that still matter: neither succeeded, nor being deleted, nor superseded since they failed.
    /// </summary>
    public IReadOnlyList<V1Pod> Pods { get; } =
    [
        .. snapshot
            .All<V1Pod>()
            .Where(pod =>
                pod.Status?.Phase != "Succeeded"
                && pod.Metadata.DeletionTimestamp is null
                && !SupersededFailures.IsHistory(snapshot, topology, pod)
            ),
    ];

    private NodeOccupants? occupants;

    /// <summary>The pods on the nodes that were read.</summary>
    public NodeOccupants Occupants => occupants ??= new(this);

    public static ResourceRef Ref(IKubernetesObject<V1ObjectMeta> item) => ClusterSnapshot.RefOf(item);

    /// <summary>A container of a pod; the pod itself where the name is empty, as in a pasted table.</summary>
    public static ResourceRef Ref(V1Pod pod, string container) =>
        container.Length == 0 ? Ref(pod) : Ref(pod) with { Container = container };

    /// <summary>The latest event about an object that passes the test, or null.</summary>
    public Corev1Event? LatestEvent(ResourceRef resource, Func<Corev1Event, bool> passes) =>
        Snapshot.EventsOf(resource).FirstOrDefault(passes);

    /// <summary>The time that has passed by the snapshot's clock, or null where no time is given.</summary>
    public TimeSpan? Since(DateTime? time) => ClusterSnapshot.Utc(time) is { } at ? Snapshot.Now - at : null;

    /// <summary>
    /// The lines of a container's log with their indentation, the last at the end; empty where the log was not read.
    /// </summary>
    public IReadOnlyList<string> LogOf(V1Pod pod, string container, bool previous) =>
        Snapshot.Logs.TryGetValue(
            new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container, previous),
            out var log
        )
            ? [.. log.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)]
            : [];

    /// <summary>Lines before those of <see cref="LogOf"/> that look like errors.</summary>
    public IReadOnlyList<EarlierLine> EarlierOf(V1Pod pod, string container, bool previous) =>
        Snapshot.EarlierLines.GetValueOrDefault(
            new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container, previous)
        ) ?? [];
}
