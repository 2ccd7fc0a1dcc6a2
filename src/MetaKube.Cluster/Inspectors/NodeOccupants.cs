using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>The pods that hold what unscheduled pods ask for. It is computed once for a case.</summary>
internal sealed class NodeOccupants
{
    /// <summary>A workload with a smaller share of what the nodes have is not named.</summary>
    private const decimal TellingShare = 0.25m;

    private readonly InspectionContext context;
    private readonly List<V1Pod> scheduled;
    private readonly Dictionary<string, Usage> usages = [];

    public NodeOccupants(InspectionContext context)
    {
        this.context = context;
        scheduled = [.. context.Pods.Where(pod => !string.IsNullOrEmpty(pod.Spec?.NodeName))];
    }

    /// <summary>The use of one resource.</summary>
    /// <param name="Offered">The allocatable amount of the nodes whose pods were read.</param>
    /// <param name="Nodes">The names of these nodes.</param>
    /// <param name="Largest">The two workloads that request most, the first most.</param>
    private sealed record Usage(
        decimal Offered,
        IReadOnlyCollection<string> Nodes,
        IReadOnlyList<(ResourceRef Workload, decimal Requested)> Largest
    );

    /// <summary>", by pod NAMESPACE/NAME" for a pod on a node that holds one of these host ports.</summary>
    public string? HolderOfPort(V1Pod pod)
    {
        var wanted = HostPorts.Of(pod).ToHashSet();
        return scheduled.Find(other => HostPorts.Of(other).Any(wanted.Contains))?.Metadata is { } holder
            ? $", by pod {holder.NamespaceProperty}/{holder.Name}"
            : null;
    }

    /// <summary>
    /// "; KIND NAMESPACE/NAME requests X of the Y of node N" for the workload that requests most of a resource, if
    /// that is a good share of the nodes whose pods were read.
    /// </summary>
    /// <param name="pod">The pod that found no room.</param>
    /// <param name="resource">cpu or memory.</param>
    public string? LargestUser(V1Pod pod, string resource)
    {
        if (!usages.TryGetValue(resource, out var usage))
            usages[resource] = usage = UsageOf(resource);
        var own = context.Topology.Controller(InspectionContext.Ref(pod));
        var (workload, requested) = usage.Largest.FirstOrDefault(largest => largest.Workload != own);
        if (usage.Offered == 0 || requested < usage.Offered * TellingShare)
            return null;
        var isMemory = resource == "memory";
        var where = usage.Nodes.Count == 1 ? $"node {usage.Nodes.Single()}" : $"{usage.Nodes.Count} nodes";
        return $"; {workload} requests {Quantity.Format(requested, isMemory)} of the "
            + $"{Quantity.Format(usage.Offered, isMemory)} of {where}";
    }

    private Usage UsageOf(string resource)
    {
        var pods = scheduled.FindAll(pod => pod.Status?.Phase is not ("Succeeded" or "Failed"));
        var nodes = pods.Select(pod => pod.Spec.NodeName).ToHashSet();
        var offered = context
            .Snapshot.All<V1Node>()
            .Where(node => nodes.Contains(node.Metadata.Name))
            .Sum(node => Amount(node.Status?.Allocatable, resource));
        var largest = pods.GroupBy(pod => context.Topology.Controller(InspectionContext.Ref(pod)))
            .Select(group => (Workload: group.Key, Requested: group.Sum(pod => Requested(pod, resource))))
            .OrderByDescending(group => group.Requested)
            .Take(2)
            .ToList();
        return new(offered, nodes, largest);
    }

    private static decimal Requested(V1Pod pod, string resource) =>
        (pod.Spec.Containers ?? []).Sum(container => Amount(container.Resources?.Requests, resource));

    private static decimal Amount(IDictionary<string, ResourceQuantity>? amounts, string resource) =>
        amounts is not null && amounts.TryGetValue(resource, out var amount) ? amount.ToDecimal() : 0;
}
