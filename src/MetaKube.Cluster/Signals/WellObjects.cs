using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Signals;

/// <summary>Objects whose present state is known to be as it should be, so that an older event is over.</summary>
internal sealed class WellObjects(ClusterSnapshot snapshot)
{
    private readonly Dictionary<ResourceRef, DateTimeOffset?> well = Read(snapshot)
        .DistinctBy(item => item.Resource)
        .ToDictionary(item => item.Resource, item => item.Since);

    public bool IsWell(ResourceRef resource) => well.ContainsKey(resource.Object);

    /// <summary>The time since which an object is well, or null where it is not known.</summary>
    public DateTimeOffset? WellSince(ResourceRef resource) => well.GetValueOrDefault(resource.Object);

    /// <summary>True for a pod that was deleted: all pods were read, and it is not among them.</summary>
    public bool IsGone(ResourceRef resource) =>
        resource.Kind == "Pod" && snapshot.IsMissing<V1Pod>(resource.Namespace, resource.Name);

    private static IEnumerable<(ResourceRef Resource, DateTimeOffset? Since)> Read(ClusterSnapshot snapshot)
    {
        foreach (var (resource, item) in snapshot.Everything)
            if (StateOf(item) is (true, var since))
                yield return (resource, since);
    }

    private static (bool IsWell, DateTimeOffset? Since) StateOf(object item) =>
        item switch
        {
            V1Pod pod when PodState.IsReady(pod) => (true, Since(pod.Status.Conditions, "Ready")),
            V1Pod pod => (IsWell(pod), null),
            V1Node node => (IsWell(node), null),
            V1Deployment { Spec.Replicas: var wanted, Status: { } status } => (
                status.AvailableReplicas >= (wanted ?? 1) && status.UpdatedReplicas >= (wanted ?? 1),
                null
            ),
            V1ReplicaSet { Spec.Replicas: var wanted, Status: { } status } => (
                wanted == 0 || status.ReadyReplicas >= wanted,
                null
            ),
            V1StatefulSet { Spec.Replicas: var wanted, Status: { } status } => (
                status.ReadyReplicas >= (wanted ?? 1),
                null
            ),
            V1DaemonSet { Status: { DesiredNumberScheduled: > 0 } status } => (
                status.NumberReady >= status.DesiredNumberScheduled,
                null
            ),
            V1Job job => (job.Status?.Conditions?.Any(c => c is { Type: "Complete", Status: "True" }) == true, null),
            V1PersistentVolumeClaim { Status.Phase: "Bound" } => (true, null),
            V2HorizontalPodAutoscaler { Status.Conditions: { Count: > 0 } conditions } => (
                conditions.All(c => c.Status == "True" || c.Type == "ScalingLimited"),
                null
            ),
            CustomResource { Conditions: { Count: > 0 } conditions } => (
                conditions.All(c => ConditionSignals.StrengthOf("", c.Condition.Type, c.Condition.Status) is null),
                null
            ),
            _ => (false, null),
        };

    private static bool IsWell(V1Pod pod) =>
        pod.Status is { Phase: "Succeeded" }
        || pod.Status is { Phase: "Running", ContainerStatuses: { Count: > 0 } states }
            && states.All(state => state.Ready);

    private static bool IsWell(V1Node node) =>
        node.Status?.Conditions is { } conditions
        && conditions.Any(c => c is { Type: "Ready", Status: "True" })
        && conditions.All(c => ConditionSignals.StrengthOf("Node", c.Type, c.Status) is null);

    private static DateTimeOffset? Since(IList<V1PodCondition> conditions, string type) =>
        ClusterSnapshot.Utc(conditions.First(condition => condition.Type == type).LastTransitionTime);
}
