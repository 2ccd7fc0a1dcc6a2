using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>What inspectors look at: the snapshot, its topology, and what was asked about.</summary>
internal sealed class Examination(ClusterSnapshot snapshot, Topology topology, ResourceRef? target)
{
    private static readonly IInspector[] Inspectors =
    [
        new ContainerInspector(),
        new ImageInspector(),
        new ProbeInspector(),
        new PodInspector(),
        new SchedulingInspector(),
        new MountInspector(),
        new LogInspector(),
        new WorkloadInspector(),
        new JobInspector(),
        new ServiceInspector(),
        new IngressInspector(),
        new ClaimInspector(),
        new NodeInspector(),
        new AutoscalerInspector(),
        new DisruptionInspector(),
        new WebhookInspector(),
        new FinalizerInspector(),
        new ChangeInspector(),
        new ConditionInspector(),
        new MetricsInspector(),
    ];

    public ClusterSnapshot Snapshot { get; } = snapshot;

    public Topology Topology { get; } = topology;

    /// <summary>
    /// Whether the question is about this object itself: then a state that somebody may have wanted (suspended,
    /// cordoned) is worth a word.
    /// </summary>
    public bool IsAskedAbout(ResourceRef resource) => target == resource;

    /// <summary>
    /// Pods that still matter: not finished with success, not on their way out, not replaced since they failed.
    /// </summary>
    public IReadOnlyList<V1Pod> Pods { get; } =
    [
        .. snapshot
            .All<V1Pod>()
            .Where(pod =>
                pod.Status?.Phase != "Succeeded"
                && pod.Metadata.DeletionTimestamp is null
                && !Replacements.IsHistory(snapshot, topology, pod)
            ),
    ];

    public static ResourceRef Ref(IKubernetesObject<V1ObjectMeta> item) => ClusterSnapshot.RefOf(item);

    /// <summary>A container of a pod; a pasted table names no containers.</summary>
    public static ResourceRef Ref(V1Pod pod, string container) =>
        container.Length == 0 ? Ref(pod) : Ref(pod) with { Container = container };

    /// <summary>The latest event of one of these reasons whose message passes, or null.</summary>
    public Corev1Event? LatestEvent(ResourceRef resource, Func<Corev1Event, bool> passes) =>
        Snapshot.EventsOf(resource).FirstOrDefault(passes);

    /// <summary>Time since, by the snapshot's clock; null where no time is given.</summary>
    public TimeSpan? Since(DateTime? time) => ClusterSnapshot.Utc(time) is { } at ? Snapshot.Now - at : null;

    /// <summary>
    /// The lines of a container's log of the run that failed, the last at the end; empty where it was not read.
    /// </summary>
    public IReadOnlyList<string> LogOf(V1Pod pod, string container, bool previous) =>
        Snapshot.Logs.TryGetValue(
            new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, container, previous),
            out var log
        )
            ? log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    /// <summary>Every inspector's findings, clean and numbered; an inspector that breaks becomes a gap.</summary>
    public IReadOnlyList<Finding> Run()
    {
        var findings = new List<Finding>();
        foreach (var inspector in Inspectors)
        {
            try
            {
                findings.AddRange(inspector.Inspect(this));
            }
#pragma warning disable CA1031 // The boundary of an inspector: what breaks it is a gap.
            catch (Exception e)
#pragma warning restore CA1031
            {
                // Objects from dumps and older servers may lack what the API promises; the other inspectors can still
                // answer.
                Snapshot.Gaps.Add(
                    new(
                        inspector.GetType().Name,
                        $"could not judge what it read: {Snapshot.Redaction.Quote(e.Message, 160)}"
                    )
                );
            }
        }
        return
        [
            .. findings
                .DistinctBy(finding => (finding.Fault, finding.Resource, finding.Summary, finding.Source))
                .Select((finding, i) => Clean(finding) with { Id = $"f{i + 1}" }),
        ];
    }

    private Finding Clean(Finding finding) =>
        finding with
        {
            Summary = Snapshot.Redaction.Sentence(
                finding.Summary.Replace("container  ", "its container ", StringComparison.Ordinal),
                400
            ),
            Source = Snapshot.Redaction.Quote(finding.Source, 120),
            Quote = Snapshot.Redaction.Quote(finding.Quote),
            AboutSays = Snapshot.Redaction.Sentence(finding.AboutSays, 200),
            Facts = finding.Facts.ToDictionary(fact => fact.Key, fact => Snapshot.Redaction.Quote(fact.Value, 200)),
        };
}
