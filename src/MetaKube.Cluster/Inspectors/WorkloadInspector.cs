using System;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Changes;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Deployments, ReplicaSets, StatefulSets and DaemonSets whose pods are refused, that lack replicas, or that are scaled
/// to zero.
/// </summary>
internal sealed class WorkloadInspector : IInspector
{
    public static readonly MessagePattern[] CreateErrors =
    [
        new(
            @"exceeded quota: (?<quota>[^,\s]+)"
                + @"(, requested: (?<requested>\S+), used: (?<used>\S+), limited: (?<limited>\S+))?",
            ResourceFaults.QuotaExceeded,
            "quota {quota} of the namespace is used up, so no pod can be created",
            0.96
        ),
        new(
            @"failed quota: (?<quota>[^:\s]+)(: must specify (?<unset>[a-z][\w.,/-]*))?",
            ResourceFaults.QuotaExceeded,
            "quota {quota} demands {unset}, which the pod does not set",
            0.9
        ),
        new(
            @"(maximum|minimum) \S+ usage per (Container|Pod)|max limit to request ratio",
            ResourceFaults.LimitRangeViolated,
            "the pod's resources are outside the namespace's LimitRange",
            0.96
        ),
        new(
            @"serviceaccount ""(?<serviceaccount>[^""]+)"" not found"
                + @"|service account \S+/(?<serviceaccount>[^:\s]+) was not found",
            ConfigurationFaults.ServiceAccountMissing,
            "ServiceAccount {serviceaccount} does not exist, so no pod can be created",
            0.96
        ),
        new(
            @"failed calling (admission )?webhook ""(?<webhook>[^""]+)""",
            ConfigurationFaults.AdmissionWebhookDown,
            "admission webhook {webhook} cannot be called, so no pod can be created",
            0.95
        ),
        new(
            @"admission webhook ""(?<webhook>[^""]+)"" denied",
            ConfigurationFaults.AdmissionDenied,
            "admission webhook {webhook} refuses the pod",
            0.96
        ),
        new(
            @"violates PodSecurity|unable to validate against any (pod security policy|security context constraint)",
            ConfigurationFaults.SecurityContextDenied,
            "the namespace's pod security level refuses the pod",
            0.96
        ),
        new(
            @"denied the request|ValidatingAdmissionPolicy",
            ConfigurationFaults.AdmissionDenied,
            "an admission policy refuses the pod",
            0.95
        ),
        new(
            @"etcdserver: (request timed out|too many requests)|the server has received too many requests"
                + @"|context deadline exceeded \(apiserver",
            SystemFaults.ApiOverloaded,
            "the API server is too slow or throttled to create the pod",
            0.88
        ),
        new(
            @"no matches for kind ""(?<object>[^""]+)"" in version ""(?<version>[^""]+)""",
            SystemFaults.ApiRemoved,
            "this cluster does not serve {object} in version {version}",
            0.93
        ),
        new(
            @"Invalid value|is invalid",
            ConfigurationFaults.BadValue,
            "the API server rejects the pod as invalid",
            0.85
        ),
    ];

    /// <summary>A controller tries again within this time, so that an older refusal was overcome.</summary>
    private static readonly TimeSpan LastingRefusal = TimeSpan.FromHours(1);

    /// <summary>The update strategy that waits for somebody to delete the pods.</summary>
    private const string OnDelete = "OnDelete";

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context) =>
        Refused(context)
            .Concat(Missing(context))
            .Concat(Stalled(context))
            .Concat(ScaledToZero(context))
            .Concat(Paused(context))
            .Concat(HeldByStrategy(context))
            .Concat(Nowhere(context));

    /// <summary>
    /// Pods that the API server refuses to create, by events and by ReplicaFailure conditions, because events expire.
    /// </summary>
    private static IEnumerable<Finding> Refused(InspectionContext context)
    {
        foreach (var e in LatestRefusals(context))
        {
            var owner = OwnerOf(e);
            if (!StillShort(context, owner, e))
                continue;
            var source = $"event {e.Reason}";
            if (Classify(context, owner, source, e.Message, ClusterSnapshot.TimeOf(e)) is { } finding)
                yield return e.Reason == "FailedDelete" ? OfDeletion(finding) : finding;
        }
        foreach (
            var set in context
                .Snapshot.All<V1ReplicaSet>()
                .Where(set => set.Spec?.Replicas > (set.Status?.Replicas ?? 0))
        )
            if (
                set.Status?.Conditions?.FirstOrDefault(condition =>
                    condition is { Type: "ReplicaFailure", Status: "True" }
                )
                    is { } failure
                && Classify(
                    context,
                    InspectionContext.Ref(set),
                    "status.conditions[ReplicaFailure].message",
                    failure.Message,
                    ClusterSnapshot.Utc(failure.LastTransitionTime)
                )
                    is { } finding
            )
                yield return finding;
    }

    private static Finding OfDeletion(Finding finding) =>
        finding with
        {
            Summary =
                finding.Summary.Replace("created", "deleted", StringComparison.Ordinal)
                + ": there are more pods than wanted",
        };

    /// <summary>
    /// Of each object the latest refusal: what stood in the way before, and does not any more, is history.
    /// </summary>
    private static IEnumerable<Corev1Event> LatestRefusals(InspectionContext context) =>
        context
            .Snapshot.All<Corev1Event>()
            .Where(e => e.InvolvedObject is not null && IsRefusal(e))
            .GroupBy(OwnerOf)
            .Select(group => (Events: group, Last: group.Max(ClusterSnapshot.TimeOf)))
            .SelectMany(group =>
                group.Events.Where(e => ClusterSnapshot.TimeOf(e) == group.Last).DistinctBy(e => e.Message)
            );

    /// <summary>A Service or a claim that a quota refuses has an event of another reason, or none.</summary>
    private static bool IsRefusal(Corev1Event e) =>
        e.Reason is "FailedCreate" or "FailedCreatePod" or "FailedDelete"
        || e.Type == "Warning" && e.Message?.Contains("exceeded quota: ", StringComparison.Ordinal) == true;

    private static ResourceRef OwnerOf(Corev1Event e) =>
        new(e.InvolvedObject.Kind, e.InvolvedObject.NamespaceProperty, e.InvolvedObject.Name);

    /// <summary>A finding without a fault for an unknown reason; null where the reason is gone.</summary>
    private static Finding? Classify(
        InspectionContext context,
        ResourceRef owner,
        string source,
        string? text,
        DateTimeOffset? at
    )
    {
        if (MessagePattern.First(CreateErrors, text) is { } known)
        {
            var finding = known.Message.Find(owner, source, text!, known.Facts, at);
            return finding.Fault switch
            {
                ResourceFaults.QuotaExceeded => QuotaRefusal.Judge(context.Snapshot, finding),
                ConfigurationFaults.ServiceAccountMissing when HasAccount(context, owner, known.Facts) => null,
                _ => finding,
            };
        }
        return new()
        {
            Resource = owner,
            Summary = "pods cannot be created",
            Source = source,
            Quote = text ?? "",
            Weight = 0.85,
            At = at,
        };
    }

    private static bool HasAccount(
        InspectionContext context,
        ResourceRef owner,
        IReadOnlyDictionary<string, string> facts
    ) =>
        context.Snapshot.Find<V1ServiceAccount>(owner.Namespace, facts.GetValueOrDefault("serviceaccount")) is not null;

    /// <summary>
    /// True if the owner still lacks pods, or has too many: an old refusal that was overcome is no finding.
    /// </summary>
    private static bool StillShort(InspectionContext context, ResourceRef owner, Corev1Event e) =>
        owner.Kind switch
        {
            "ReplicaSet" when e.Reason == "FailedDelete" => Shown<V1ReplicaSet>(context, owner) is { } surplus
                && (surplus.Spec?.Replicas ?? 1) < (surplus.Status?.Replicas ?? 0),
            _ when e.Reason == "FailedDelete" => context.Snapshot.Now - ClusterSnapshot.TimeOf(e) < LastingRefusal,
            "ReplicaSet" when Shown<V1ReplicaSet>(context, owner) is { } set => set.Spec?.Replicas
                > (set.Status?.Replicas ?? 0),
            "StatefulSet" when Shown<V1StatefulSet>(context, owner) is { } set => (set.Spec?.Replicas ?? 1)
                > (set.Status?.Replicas ?? 0),
            "DaemonSet" when Shown<V1DaemonSet>(context, owner) is { Status: { } status } =>
                status.DesiredNumberScheduled > status.CurrentNumberScheduled,
            "Job" when Shown<V1Job>(context, owner) is { Status: var status } => (status?.Active ?? 0)
                + (status?.Succeeded ?? 0)
                == 0,
            // A live cluster or a complete list has no such owner any more.
            "ReplicaSet"
            or "StatefulSet"
            or "DaemonSet"
            or "Job" when context.Snapshot.Pasted is null || context.Snapshot.IsComplete(owner.Kind, owner.Namespace) =>
                false,
            _ => context.Snapshot.Now - ClusterSnapshot.TimeOf(e) < LastingRefusal,
        };

    /// <summary>The owner, if its status was read.</summary>
    private static T? Shown<T>(InspectionContext context, ResourceRef owner)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        context.Snapshot.Find<T>(owner.Namespace, owner.Name) is { } item
        && context.Snapshot.Shows(item, ShownFields.Status)
            ? item
            : null;

    private static IEnumerable<Finding> Missing(InspectionContext context)
    {
        foreach (var d in ShownOnes<V1Deployment>(context))
            if (Short(InspectionContext.Ref(d), d.Spec?.Replicas ?? 1, d.Status?.AvailableReplicas ?? 0) is { } finding)
                yield return finding;
        foreach (var s in ShownOnes<V1StatefulSet>(context))
            if (Short(InspectionContext.Ref(s), s.Spec?.Replicas ?? 1, s.Status?.ReadyReplicas ?? 0) is { } finding)
                yield return finding;
        foreach (var d in ShownOnes<V1DaemonSet>(context))
            if (
                Short(InspectionContext.Ref(d), d.Status?.DesiredNumberScheduled ?? 0, d.Status?.NumberReady ?? 0) is
                { } finding
            )
                yield return finding;
    }

    /// <summary>A manifest has no status: how many replicas are there is unknown.</summary>
    private static IEnumerable<T> ShownOnes<T>(InspectionContext context)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        context.Snapshot.All<T>().Where(item => context.Snapshot.Shows(item, ShownFields.Status));

    private static Finding? Short(ResourceRef resource, int wanted, int ready) =>
        ready >= wanted
            ? null
            : new()
            {
                Resource = resource,
                Summary = $"{ready} of {wanted} replicas are available",
                Source = "status",
                Quote = $"replicas: {wanted}, availableReplicas: {ready}",
                Weight = 0.6,
            };

    private static IEnumerable<Finding> Stalled(InspectionContext context) =>
        from d in context.Snapshot.All<V1Deployment>()
        from condition in d.Status?.Conditions ?? []
        where condition is { Type: "Progressing", Status: "False" }
        select new Finding
        {
            Resource = InspectionContext.Ref(d),
            Summary = "the rollout makes no progress",
            Source = "status.conditions[Progressing]",
            Quote = condition.Message ?? condition.Reason ?? "",
            Weight = 0.6,
            At = ClusterSnapshot.Utc(condition.LastTransitionTime),
        };

    /// <summary>A paused rollout with pods of an older revision: what was changed has not gone out.</summary>
    private static IEnumerable<Finding> Paused(InspectionContext context) =>
        from d in context.Snapshot.All<V1Deployment>()
        where d.Spec?.Paused == true && (d.Status?.UpdatedReplicas ?? 0) < (d.Spec.Replicas ?? 1)
        select new Finding
        {
            Fault = ConfigurationFaults.RolloutHeld,
            Resource = InspectionContext.Ref(d),
            Summary =
                $"the rollout of Deployment {d.Metadata.Name} is paused: {d.Status?.UpdatedReplicas ?? 0} of "
                + $"{d.Spec.Replicas ?? 1} replicas are of the new revision"
                + PausedBy(context, InspectionContext.Ref(d)),
            Source = "spec.paused",
            Quote = "paused: true",
            Weight = context.IsAskedAbout(InspectionContext.Ref(d)) ? 0.93 : 0.7,
            Facts = new Dictionary<string, string> { ["paused"] = "true" },
        };

    private static string PausedBy(InspectionContext context, ResourceRef workload) =>
        context.Snapshot.LastWrite(workload, "spec", "paused") is { } write ? $"; it was paused {write.By}" : "";

    /// <summary>
    /// Pods of an older revision that the update strategy does not replace: OnDelete waits for somebody to delete them,
    /// and a partition keeps those below it, deleted or not. Both may be intended: asked about, they are why a change
    /// does not go out.
    /// </summary>
    private static IEnumerable<Finding> HeldByStrategy(InspectionContext context)
    {
        foreach (var set in ShownOnes<V1StatefulSet>(context))
        {
            var (status, strategy) = (set.Status, set.Spec?.UpdateStrategy);
            if (status?.UpdateRevision is not { Length: > 0 } revision || revision == status.CurrentRevision)
                continue;
            var partition = strategy?.RollingUpdate?.Partition ?? 0;
            if (strategy?.Type == OnDelete)
                yield return Held(context, set, OnDelete, set.Spec!.Replicas ?? 1, status.UpdatedReplicas ?? 0);
            else if (partition > 0 && (status.UpdatedReplicas ?? 0) < (set.Spec?.Replicas ?? 1))
                yield return Held(
                    context,
                    set,
                    $"partition {partition}",
                    set.Spec!.Replicas ?? 1,
                    status.UpdatedReplicas ?? 0
                ) with
                {
                    Source = "spec.updateStrategy.rollingUpdate.partition",
                    Facts = new Dictionary<string, string> { ["partition"] = $"{partition}" },
                };
        }
        foreach (var set in ShownOnes<V1DaemonSet>(context))
            if (
                set is { Spec.UpdateStrategy.Type: OnDelete, Status: { } status }
                && (status.UpdatedNumberScheduled ?? 0) < status.DesiredNumberScheduled
            )
                yield return Held(
                    context,
                    set,
                    OnDelete,
                    status.DesiredNumberScheduled,
                    status.UpdatedNumberScheduled ?? 0
                );
    }

    private static Finding Held(
        InspectionContext context,
        IKubernetesObject<V1ObjectMeta> workload,
        string strategy,
        int wanted,
        int updated
    )
    {
        var resource = InspectionContext.Ref(workload);
        return new()
        {
            Fault = ConfigurationFaults.RolloutHeld,
            Resource = resource,
            Summary =
                $"the update strategy of {resource.Kind} {resource.Name} is {strategy}: {updated} of {wanted} pods are "
                + "of the new revision, and the others stay as they are until somebody "
                + (strategy == OnDelete ? "deletes them" : "lowers the partition"),
            Source = "spec.updateStrategy",
            Quote = $"updateStrategy: {strategy}",
            Weight = context.IsAskedAbout(resource) ? 0.9 : 0.6,
            Facts = new Dictionary<string, string> { ["held"] = $"updateStrategy: {strategy}" },
        };
    }

    /// <summary>
    /// A DaemonSet that no node fits may be intended: it is a finding where the question is about it.
    /// </summary>
    private static IEnumerable<Finding> Nowhere(InspectionContext context)
    {
        var nodes = context.Snapshot.All<V1Node>().ToList();
        foreach (var set in context.Snapshot.All<V1DaemonSet>())
        {
            var selector = set.Spec?.Template?.Spec?.NodeSelector;
            if (
                set.Status is not { DesiredNumberScheduled: 0 }
                || selector is not { Count: > 0 }
                || nodes.Exists(node => Selectors.Matches(selector, node.Metadata.Labels))
                || !context.IsAskedAbout(InspectionContext.Ref(set))
            )
                continue;
            yield return new()
            {
                Fault = SchedulingFaults.NodeSelectorMismatch,
                Resource = InspectionContext.Ref(set),
                Summary =
                    $"no node carries {Selectors.Format(selector)}, which DaemonSet {set.Metadata.Name} asks for, "
                    + "so it wants no pod at all",
                Source = "status.desiredNumberScheduled",
                Quote = "desiredNumberScheduled: 0",
                Weight = 0.93,
                Facts = new Dictionary<string, string> { ["selector"] = Selectors.Format(selector) },
            };
        }
    }

    /// <summary>
    /// Zero replicas may be intended. They are a finding where the question is about the workload or a Service selects
    /// it.
    /// </summary>
    private static IEnumerable<Finding> ScaledToZero(InspectionContext context)
    {
        var selected = context
            .Snapshot.All<V1Service>()
            .Where(service => service.Spec?.Selector is { Count: > 0 })
            .ToLookup(service => service.Metadata.NamespaceProperty);
        foreach (
            var ns in context
                .Snapshot.All<V1Deployment>()
                .Cast<IKubernetesObject<V1ObjectMeta>>()
                .Concat(context.Snapshot.All<V1StatefulSet>())
                .Select(item => item.Metadata.NamespaceProperty)
                .Distinct()
        )
            foreach (var (workload, template, replicas) in ResourceTopology.Templates(context.Snapshot, ns))
                if (
                    replicas == 0
                    && (context.IsAskedAbout(workload) || IsSelected(workload, template?.Metadata?.Labels))
                )
                    yield return AtZero(context.Snapshot, workload);

        // A table shows no labels: then the Service of the same name is meant.
        bool IsSelected(ResourceRef workload, IDictionary<string, string>? labels) =>
            labels is { Count: > 0 }
                ? selected[workload.Namespace!].Any(service => Selectors.Matches(service.Spec.Selector, labels))
                : context.Snapshot.Find<V1Service>(workload.Namespace, workload.Name) is not null;
    }

    /// <summary>The finding names the writer, because a writer that scales by a schedule does so again.</summary>
    private static Finding AtZero(ClusterSnapshot snapshot, ResourceRef workload)
    {
        var write = snapshot.LastWrite(workload, "spec", "replicas");
        var writer = ScheduledWriter.Of(snapshot, workload, write, ScheduledWriter.OfReplicas);
        return new()
        {
            Fault = SchedulingFaults.ScaledToZero,
            Resource = workload,
            Summary =
                $"{workload.Kind} {workload.Name} is scaled to zero"
                + (write is null ? "" : $"; replicas was set {write.By}")
                + (writer is null ? "" : $"; {writer.Statement}"),
            Source = "spec.replicas",
            Quote = "replicas: 0",
            Weight = 0.93,
            At = write?.At,
            About = writer?.CronJob,
            AboutDescription = writer is null ? "" : $"scales {workload.Name} at each run (schedule {writer.Schedule})",
            Facts = writer?.Facts ?? [],
        };
    }
}
