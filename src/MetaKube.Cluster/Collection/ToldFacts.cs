using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Cluster.Text;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// Facts that a question or a pasted alert tells in Kubernetes' own words. They are judged by the rules for what is
/// read from a cluster, as events of the target in a snapshot of their own, so that they never mix with what was seen.
/// </summary>
/// <param name="texts">The question, and pasted texts that belong to no object.</param>
internal sealed partial class ToldFacts(IReadOnlyList<string> texts)
{
    /// <summary>The share of its weight that a fact has when it is told instead of read.</summary>
    private const double Share = 0.8;

    private const string Unnamed = "unnamed";

    public static ToldFacts Of(Symptom symptom, ClusterSnapshot snapshot) =>
        new([
            symptom.Question,
            .. snapshot
                .UnplacedLogs.Where(log => log.Owner.Kind == ResourceRef.Log)
                .Select(log =>
                    snapshot.Logs.GetValueOrDefault(
                        new(log.Pod.Metadata.NamespaceProperty, log.Pod.Metadata.Name, log.Container, log.Previous)
                    )
                )
                .OfType<string>(),
        ]);

    /// <summary>
    /// Adds the pod that the texts name, where nothing else is known of it: an alert alone may be all that was pasted.
    /// </summary>
    public void AddNamedPod(ClusterSnapshot snapshot)
    {
        if (snapshot.All<V1Pod>().Any() || !Events().Any())
            return;
        foreach (var text in texts)
            if (NamedPod(text) is var (ns, name))
            {
                snapshot.Add(PastedMention.Of("Pod", ns ?? "default", name));
                return;
            }
    }

    /// <summary>The findings that follow from what is told about the target.</summary>
    public IReadOnlyList<Finding> About(Target target, ClusterSnapshot seen)
    {
        var events = Events().ToList();
        var alerts = AlertText.Read(texts[0]);
        if (events.Count + alerts.Count == 0 || Subject(target, seen) is not { } about)
            return [];
        var source = new PastedSource();
        var told = new ClusterSnapshot(seen.Cluster) { Now = seen.Now, Pasted = source };
        foreach (var text in texts)
            source.Add(text);
        told.AlertSigns.AddRange(alerts.Select(sign => sign with { Name = about.Name, Namespace = about.Namespace }));
        foreach (var group in events.GroupBy(e => e.Kind))
            Add(told, source, about with { Kind = KindOf(group.Key, about) }, [.. group], SpecOf(about, group, seen));
        return
        [
            .. InspectorRegistry
                .Run(new(told, ResourceTopology.Build(told), about))
                .Findings.Where(finding => finding.Quote.Length > 0)
                .Select((finding, i) => Told(finding, about, WhereOf(finding.Quote)) with { Id = $"t{i + 1}" }),
        ];
    }

    private string WhereOf(string quote) =>
        texts[0].Contains(quote.TrimEnd('…'), StringComparison.Ordinal) ? "the question" : "the pasted text";

    private IEnumerable<ToldEvent> Events() => texts.SelectMany(ToldEvents.Read);

    /// <summary>The object that is spoken of; a live cluster has no object without a name.</summary>
    private static ResourceRef? Subject(Target target, ClusterSnapshot seen)
    {
        if (target.Object is { } asked)
            return asked;
        if (seen.Pasted is null || seen.All<V1Pod>().Skip(1).Any())
            return null;
        return seen.All<V1Pod>().Select(ClusterSnapshot.RefOf).FirstOrDefault()
            ?? new("Pod", target.Namespace ?? "default", Unnamed);
    }

    /// <summary>Events about a pod's owner keep the kind of the owner that is asked about.</summary>
    private static string KindOf(string kind, ResourceRef about) =>
        kind == "ReplicaSet" && about.Kind is "StatefulSet" or "DaemonSet" or "Job" ? about.Kind : kind;

    private static void Add(
        ClusterSnapshot told,
        PastedSource source,
        ResourceRef about,
        IReadOnlyList<ToldEvent> events,
        V1PodSpec? spec
    )
    {
        var item = PastedMention.Of(about.Kind, about.Namespace, about.Name);
        List<Corev1Event> written =
        [
            .. events.Select(
                (e, i) =>
                    new Corev1Event
                    {
                        Metadata = new() { Name = $"told-{about.Kind}-{i}", NamespaceProperty = about.Namespace },
                        InvolvedObject = new()
                        {
                            Kind = about.Kind,
                            Name = about.Name,
                            NamespaceProperty = about.Namespace,
                        },
                        Type = "Warning",
                        Reason = e.Reason,
                        Message = e.Message,
                        LastTimestamp = told.Now.UtcDateTime,
                    }
            ),
        ];
        PastedMention.SetState(item, written);
        if (item is V1Pod pod && spec is not null)
            Complete(pod, spec);
        // FailedCreate is about the owner's pods; it tells no state of the owner itself.
        if (events[0].Reason != "FailedCreate")
            told.Add(item);
        foreach (var e in written)
            told.Add(e);
        source.Add(about, events.Select(e => e.Message));
    }

    /// <summary>
    /// The containers of the object that is asked about, whose probes are needed to judge what is told of them. Other
    /// messages carry what they are about, such as an image that was replaced since.
    /// </summary>
    private static V1PodSpec? SpecOf(ResourceRef about, IEnumerable<ToldEvent> events, ClusterSnapshot seen)
    {
        if (events.Any(e => e.Reason != "Unhealthy"))
            return null;
        var names = new ObjectNames(seen, ResourceTopology.Build(seen));
        return seen.In<V1Pod>(about.Namespace)
            .FirstOrDefault(pod => names.Meant(ClusterSnapshot.RefOf(pod), about.Kind) == about)
            ?.Spec;
    }

    /// <summary>Gives a pod its containers; they run and are not ready.</summary>
    private static void Complete(V1Pod pod, V1PodSpec spec)
    {
        pod.Spec = spec;
        pod.Status.ContainerStatuses =
        [
            .. (spec.Containers ?? []).Select(container => new V1ContainerStatus
            {
                Name = container.Name,
                State = new() { Running = new() },
            }),
        ];
    }

    /// <summary>Marks a finding as told, and as one about the object that is asked about.</summary>
    private static Finding Told(Finding finding, ResourceRef about, string where) =>
        finding with
        {
            Resource =
                finding.Resource.Name == about.Name
                    ? about with
                    {
                        Container = finding.Resource.Container,
                    }
                    : finding.Resource,
            Summary = $"{finding.Summary} (as told in {where})",
            Source = $"{finding.Source}, as told in {where}",
            Weight = finding.Weight * Share,
            At = null,
            IsTold = true,
        };

    private static (string? Namespace, string Name)? NamedPod(string text)
    {
        if (JsonPod().Match(text) is { Success: true } json)
            return (
                JsonNamespace().Match(text) is { Success: true } ns ? ns.Groups[1].Value : null,
                json.Groups[1].Value
            );
        var written = WrittenPod().Match(text);
        if (!written.Success || TargetWords.IsOrdinary(written.Groups["name"].Value))
            return null;
        var path = written.Groups["ns"] is { Success: true } first ? first.Value : QuestionWords.NamespaceIn(text);
        return (path, written.Groups["name"].Value);
    }

    [GeneratedRegex("\"(?:pod|pod_name|subject_name)\"\\s*:\\s*\"([a-z0-9][a-z0-9.-]{0,252})\"")]
    private static partial Regex JsonPod();

    [GeneratedRegex("\"(?:namespace|subject_namespace)\"\\s*:\\s*\"([a-z0-9][a-z0-9-]{0,62})\"")]
    private static partial Regex JsonNamespace();

    [GeneratedRegex(
        @"\b[Pp]ods?[\s:=""'`/]+(?:(?<ns>[a-z0-9][a-z0-9-]{0,62})/)?(?<name>[a-z0-9][a-z0-9.-]{1,251}[a-z0-9])"
    )]
    private static partial Regex WrittenPod();
}
