using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The time at which a pod began to fail.</summary>
internal static class FailureStart
{
    /// <summary>The time of the pod's first warning event, or else of its creation; null if neither is known.</summary>
    public static DateTimeOffset? Of(ClusterSnapshot snapshot, V1Pod pod)
    {
        var warnings = snapshot
            .EventsOf(ClusterSnapshot.RefOf(pod))
            .Where(e => e.Type == "Warning")
            .Select(e => ClusterSnapshot.Utc(e.FirstTimestamp) ?? ClusterSnapshot.TimeOf(e))
            .ToList();
        return warnings.Count > 0 ? warnings.Min() : ClusterSnapshot.Utc(pod.Metadata.CreationTimestamp);
    }
}
