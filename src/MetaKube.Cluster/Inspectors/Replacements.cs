using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// What failed and has since been made good by its controller is history: failed pods and Jobs stay for days as husks.
/// </summary>
internal static class Replacements
{
    /// <summary>A newer pod has to be ready for so long before an older failed one counts as replaced.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromMinutes(10);

    public static bool IsHistory(ClusterSnapshot snapshot, Topology topology, V1Pod pod)
    {
        if (pod.Status?.Phase != "Failed")
            return false;
        var ns = pod.Metadata.NamespaceProperty;
        var owner = pod.Metadata.OwnerReferences?.FirstOrDefault();
        if (owner?.Kind == "Job")
            return snapshot.Find<V1Job>(ns, owner.Name) is { } job && IsHistory(snapshot, job);
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

    /// <summary>
    /// A Job of a CronJob that failed before a later one succeeded; or any that has itself succeeded in the end.
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
