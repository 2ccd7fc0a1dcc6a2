using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The pods that hold what an unscheduled pod asks for.</summary>
internal static class NodeOccupants
{
    /// <summary>A workload with a smaller share of what the nodes have is not named.</summary>
    private const decimal TellingShare = 0.25m;

    /// <summary>", by pod NAMESPACE/NAME" for a pod on a node that holds one of these host ports.</summary>
    public static string? HolderOfPort(InspectionContext context, V1Pod pod)
    {
        var wanted = HostPorts.Of(pod).ToHashSet();
        return
            Scheduled(context).FirstOrDefault(other => HostPorts.Of(other).Any(wanted.Contains))?.Metadata is { } holder
            ? $", by pod {holder.NamespaceProperty}/{holder.Name}"
            : null;
    }

    /// <summary>
    /// "; KIND NAMESPACE/NAME requests X of the Y of node N" for the workload that requests most of a resource, if
    /// that is a good share of the nodes whose pods were read.
    /// </summary>
    /// <param name="context">The case.</param>
    /// <param name="pod">The pod that found no room.</param>
    /// <param name="resource">cpu or memory.</param>
    public static string? LargestUser(InspectionContext context, V1Pod pod, string resource)
    {
        var own = context.Topology.Controller(InspectionContext.Ref(pod));
        var pods = Scheduled(context).Where(other => other.Status?.Phase is not ("Succeeded" or "Failed")).ToList();
        var nodes = pods.Select(other => other.Spec.NodeName).ToHashSet();
        var offered = context
            .Snapshot.All<V1Node>()
            .Where(node => nodes.Contains(node.Metadata.Name))
            .Select(node => Amount(node.Status?.Allocatable, resource))
            .Sum();
        var largest = pods.GroupBy(other => context.Topology.Controller(InspectionContext.Ref(other)))
            .Where(group => group.Key != own)
            .Select(group => (Workload: group.Key, Requested: group.Sum(other => Requested(other, resource))))
            .OrderByDescending(group => group.Requested)
            .FirstOrDefault();
        if (offered == 0 || largest.Requested < offered * TellingShare)
            return null;
        var isMemory = resource == "memory";
        var (requested, all) = (Quantity.Format(largest.Requested, isMemory), Quantity.Format(offered, isMemory));
        var where = nodes.Count == 1 ? $"node {nodes.Single()}" : $"{nodes.Count} nodes";
        return $"; {largest.Workload} requests {requested} of the {all} of {where}";
    }

    private static IEnumerable<V1Pod> Scheduled(InspectionContext context) =>
        context.Pods.Where(pod => !string.IsNullOrEmpty(pod.Spec?.NodeName));

    private static decimal Requested(V1Pod pod, string resource) =>
        (pod.Spec.Containers ?? []).Sum(container => Amount(container.Resources?.Requests, resource));

    private static decimal Amount(IDictionary<string, ResourceQuantity>? amounts, string resource) =>
        amounts is not null && amounts.TryGetValue(resource, out var amount) ? amount.ToDecimal() : 0;
}
