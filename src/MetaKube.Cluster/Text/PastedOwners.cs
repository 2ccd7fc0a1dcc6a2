using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>
/// Infers the owners of pods from what was pasted: events of controllers name the pods that they create, and generated
/// names begin with the owner's. A pod of which only a row was pasted gets the spec of its owner's template.
/// </summary>
internal static partial class PastedOwners
{
    private static readonly string[] Owners = ["ReplicaSet", "StatefulSet", "DaemonSet", "Job"];

    public static void Infer(ClusterSnapshot snapshot)
    {
        var created = Created(snapshot);
        foreach (var set in snapshot.All<V1ReplicaSet>())
            if (
                set.Metadata.OwnerReferences is not { Count: > 0 }
                && TemplateName().Match(set.Metadata.Name) is { Success: true } match
            )
                set.Metadata.OwnerReferences = [new() { Kind = "Deployment", Name = match.Groups[1].Value }];
        foreach (var job in snapshot.All<V1Job>())
            if (
                job.Metadata.OwnerReferences is not { Count: > 0 }
                && Scheduled().Match(job.Metadata.Name) is { Success: true } match
                && snapshot.Find<V1CronJob>(job.Metadata.NamespaceProperty, match.Groups[1].Value) is not null
            )
                job.Metadata.OwnerReferences = [new() { Kind = "CronJob", Name = match.Groups[1].Value }];
        foreach (var pod in snapshot.All<V1Pod>().ToList())
        {
            var ns = pod.Metadata.NamespaceProperty;
            if (pod.Metadata.OwnerReferences is not { Count: > 0 })
                pod.Metadata.OwnerReferences = (
                    created.GetValueOrDefault((ns, pod.Metadata.Name)) ?? ByName(snapshot, pod)
                )
                    is { } owner
                    ? [owner]
                    : null;
            if (pod.Metadata.OwnerReferences is [var reference, ..])
                AddSpec(snapshot, pod, reference);
        }
    }

    /// <summary>"Created pod: web-5c9d8-x2x4z" of a ReplicaSet or Job.</summary>
    private static Dictionary<(string?, string), V1OwnerReference> Created(ClusterSnapshot snapshot)
    {
        var created = new Dictionary<(string?, string), V1OwnerReference>();
        foreach (var e in snapshot.All<Corev1Event>().Where(e => e.Reason == "SuccessfulCreate"))
            if (
                Owners.Contains(e.InvolvedObject.Kind) && CreatedPod().Match(e.Message ?? "") is { Success: true } match
            )
                created.TryAdd(
                    (e.InvolvedObject.NamespaceProperty, match.Groups[1].Value),
                    new() { Kind = e.InvolvedObject.Kind, Name = e.InvolvedObject.Name }
                );
        return created;
    }

    /// <summary>
    /// NAME-TEMPLATEHASH-RANDOM belongs to a Deployment's ReplicaSet. The generated parts use an alphabet without
    /// vowels, so words are not mistaken for them. NAME-RANDOM and NAME-0 belong to what has that name.
    /// </summary>
    private static V1OwnerReference? ByName(ClusterSnapshot snapshot, V1Pod pod)
    {
        var (ns, name) = (pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        var owner = Generated().Match(name) is { Success: true } generated ? generated.Groups[1].Value : null;
        // The minutes in the name of a CronJob's Job look like the hash of a template.
        if (owner is not null && snapshot.Find<V1Job>(ns, owner) is not null)
            return new() { Kind = "Job", Name = owner };
        if (OfReplicaSet().Match(name) is { Success: true } set)
            return new() { Kind = "ReplicaSet", Name = set.Groups[1].Value };
        if (
            Ordinal().Match(name) is { Success: true } ordinal
            && snapshot.Find<V1StatefulSet>(ns, ordinal.Groups[1].Value) is not null
        )
            return new() { Kind = "StatefulSet", Name = ordinal.Groups[1].Value };
        return owner is not null && snapshot.Find<V1DaemonSet>(ns, owner) is not null
            ? new() { Kind = "DaemonSet", Name = owner }
            : null;
    }

    /// <summary>The Job of a CronJob: the minutes since 1970 of its schedule follow the CronJob's name.</summary>
    [GeneratedRegex(@"^(.{1,52})-\d{8}$")]
    private static partial Regex Scheduled();

    private static void AddSpec(ClusterSnapshot snapshot, V1Pod pod, V1OwnerReference owner)
    {
        if (
            snapshot.Shows(pod, ShownFields.Spec)
            || Template(snapshot, pod.Metadata.NamespaceProperty, owner) is not ({ } template, var shown)
        )
            return;
        var node = pod.Spec.NodeName;
        pod.Spec = template.Spec;
        pod.Spec.NodeName = node;
        pod.Metadata.Labels ??= template.Metadata?.Labels;
        // A controller or a sidecar may have added labels of its own.
        snapshot.Show(pod, shown & ~(ShownFields.Status | ShownFields.Labels));
        // A row names no container. Where there is one, it is that.
        if (template.Spec.Containers is [var only] && pod.Status?.ContainerStatuses is [{ Name: "" } state])
            state.Name = only.Name;
    }

    private static (V1PodTemplateSpec Template, ShownFields Shown)? Template(
        ClusterSnapshot snapshot,
        string? ns,
        V1OwnerReference owner
    )
    {
        (V1PodTemplateSpec, ShownFields)? Of(IKubernetesObject<V1ObjectMeta>? item, V1PodTemplateSpec? template) =>
            item is not null && snapshot.Shows(item, ShownFields.Spec) && template?.Spec?.Containers is { Count: > 0 }
                ? (Copy(template), snapshot.ShownOf(item))
                : null;
        switch (owner.Kind)
        {
            case "ReplicaSet":
                var set = snapshot.Find<V1ReplicaSet>(ns, owner.Name);
                var cut = owner.Name.LastIndexOf('-');
                var deployment = cut > 0 ? snapshot.Find<V1Deployment>(ns, owner.Name[..cut]) : null;
                return Of(set, set?.Spec.Template) ?? Of(deployment, deployment?.Spec.Template);
            case "StatefulSet":
                var ordered = snapshot.Find<V1StatefulSet>(ns, owner.Name);
                return Of(ordered, ordered?.Spec.Template);
            case "DaemonSet":
                var everywhere = snapshot.Find<V1DaemonSet>(ns, owner.Name);
                return Of(everywhere, everywhere?.Spec.Template);
            case "Job":
                var job = snapshot.Find<V1Job>(ns, owner.Name);
                return Of(job, job?.Spec.Template);
            default:
                return null;
        }
    }

    /// <summary>The pods of one workload must not share a spec that is changed for one of them.</summary>
    private static V1PodTemplateSpec Copy(V1PodTemplateSpec template) =>
        KubernetesJson.Deserialize<V1PodTemplateSpec>(KubernetesJson.Serialize(template));

    [GeneratedRegex(@"Created pod: (\S+)")]
    private static partial Regex CreatedPod();

    [GeneratedRegex(@"^(.+)-(?:[a-f0-9]{8,10}|[bcdfghjklmnpqrstvwxz2456789]{8,10})$")]
    private static partial Regex TemplateName();

    [GeneratedRegex(@"^(.+-(?:[a-f0-9]{8,10}|[bcdfghjklmnpqrstvwxz2456789]{8,10}))-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex OfReplicaSet();

    [GeneratedRegex(@"^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex Generated();

    [GeneratedRegex(@"^(.+)-\d{1,4}$")]
    private static partial Regex Ordinal();
}
