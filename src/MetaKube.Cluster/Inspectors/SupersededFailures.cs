using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Failed pods and Jobs stay in the cluster for days after their controller has replaced them. Such a failure is
/// history and no finding.
/// </summary>
internal static class SupersededFailures
{
    /// <summary>A newer pod has to be ready for this long before an older failed pod counts as replaced.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromMinutes(10);

    public static bool IsHistory(ClusterSnapshot snapshot, Topology topology, V1Pod pod)
    {
        var ns = pod.Metadata.NamespaceProperty;
        var owner = pod.Metadata.OwnerReferences?.FirstOrDefault();
        if (owner?.Kind == "Job")
            return HasEnded(pod) && snapshot.Find<V1Job>(ns, owner.Name) is { } job && IsHistory(snapshot, job);
        if (pod.Status?.Phase != "Failed")
            return false;
        var controller = topology.Controller(ClusterSnapshot.RefOf(pod));
        return snapshot
            .In<V1Pod>(ns)
            .Any(other =>
                other.Metadata.CreationTimestamp > pod.Metadata.CreationTimestamp
                && topology.Controller(ClusterSnapshot.RefOf(other)) == controller
                && other.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Ready", Status: "True" })
                    is { } ready
                && snapshot.Now - ClusterSnapshot.Utc(ready.LastTransitionTime) > Proven
            );
    }

    /// <summary>True if the pod failed, or shows only containers that have ended, as the row of a table does.</summary>
    private static bool HasEnded(V1Pod pod) =>
        pod.Status?.Phase == "Failed"
        || pod.Status?.ContainerStatuses is { Count: > 0 } states
            && states.All(state => state.State?.Terminated is not null);

    /// <summary>
    /// True for a Job that completed in the end, and for a Job of a CronJob that failed before a later one succeeded.
    /// </summary>
    public static bool IsHistory(ClusterSnapshot snapshot, V1Job job)
    {
        if (job.Status?.Conditions?.Any(condition => condition is { Type: "Complete", Status: "True" }) == true)
            return true;
        var owner = job.Metadata.OwnerReferences?.FirstOrDefault(reference => reference.Kind == "CronJob")?.Name;
        return owner is not null
            && snapshot
                .In<V1Job>(job.Metadata.NamespaceProperty)
                .Any(other =>
                    other.Metadata.OwnerReferences?.Any(reference =>
                        reference.Kind == "CronJob" && reference.Name == owner
                    ) == true
                    && other.Metadata.CreationTimestamp > job.Metadata.CreationTimestamp
                    && other.Status?.CompletionTime is not null
                );
    }
}
