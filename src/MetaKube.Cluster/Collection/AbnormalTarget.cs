using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;

namespace MetaKube.Cluster.Collection;

/// <summary>
/// Decides by the state of the objects where the words of a question leave it open: of several objects the abnormal one
/// is meant, and a name that only resembles a healthy object does not hide what is abnormal elsewhere.
/// </summary>
internal static class AbnormalTarget
{
    /// <summary>The target with one object where only one is abnormal.</summary>
    public static Target Of(TargetResolution resolution, ClusterSnapshot snapshot, Topology topology)
    {
        var target = resolution.Target;
        if (target.Candidates.Count == 0 && (target.Object is null || resolution.IsSure))
            return target;
        var abnormal = InspectorRegistry
            .Run(new(snapshot, topology, null))
            .Findings.Where(finding => !finding.IsChange)
            .Select(finding => finding.Resource.Object)
            .ToHashSet();
        if (target.Object is { } resembling)
            return abnormal.Count == 0 || IsAbnormal(resembling) ? target : target with { Object = null };
        var ill = target.Candidates.Where(IsAbnormal).ToList();
        var meant = ill.Count == 0 ? target.Candidates : ill;
        return meant.DistinctBy(Replicated).Count() == 1
            ? target with
            {
                Object = meant[0],
                Candidates = [],
            }
            : target with
            {
                Candidates = meant,
            };

        bool IsAbnormal(ResourceRef resource) =>
            topology.Reach(resource).Any(reached => reached.Value.Hops <= 1 && abnormal.Contains(reached.Key));
    }

    /// <summary>The common name of replicas: the name without its last part.</summary>
    private static (string Kind, string? Namespace, string Name) Replicated(ResourceRef resource) =>
        resource.Kind == "Pod" && resource.Name.LastIndexOf('-') is > 0 and var end
            ? (resource.Kind, resource.Namespace, resource.Name[..end])
            : (resource.Kind, resource.Namespace, resource.Name);
}
