using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Quotas for Services and claims that are used up while one is missing. The API server refuses these to whoever
/// creates them, so that no event tells of it.
/// </summary>
internal sealed class QuotaInspector : IInspector
{
    public InspectionResult Inspect(InspectionContext context)
    {
        var findings = new List<Finding>();
        var edges = new List<TopologyEdge>();
        foreach (var quota in context.Snapshot.All<V1ResourceQuota>())
        {
            var resource = InspectionContext.Ref(quota);
            if (Services(context, quota, out var unserved) is { } services)
            {
                findings.Add(services);
                edges.AddRange(unserved.Select(from => new TopologyEdge(from, resource, Relation.DependsOn)));
            }
            if (Claims(context, quota, out var unclaimed) is { } claims)
            {
                findings.Add(claims);
                edges.AddRange(unclaimed.Select(from => new TopologyEdge(from, resource, Relation.DependsOn)));
            }
        }
        return new(findings, edges);
    }

    private static Finding? Services(
        InspectionContext context,
        V1ResourceQuota quota,
        out IReadOnlyList<ResourceRef> dependents
    )
    {
        dependents = [];
        var ns = quota.Metadata.NamespaceProperty;
        if (!IsUsedUp(quota, "services", out var used, out var hard))
            return null;
        if (MissingServices(context.Snapshot, ns) is not [var missing, ..])
            return null;
        dependents =
        [
            missing,
            .. context
                .Snapshot.In<V1Pod>(ns)
                .Where(pod =>
                    context.Topology.Controller(InspectionContext.Ref(pod)) == missing
                    || ServiceCalls.HostsIn(context.Snapshot, pod).Contains(missing.Name)
                )
                .Select(InspectionContext.Ref),
        ];
        return Of(
            quota,
            "services",
            $"it allows {hard} services, {used} are in use, and no Service for {missing.Name} could be made"
        );
    }

    /// <summary>
    /// Workloads that serve a port and have no Service, where others have one of their own name. A program that another
    /// one calls by name counts first.
    /// </summary>
    private static List<ResourceRef> MissingServices(ClusterSnapshot snapshot, string ns)
    {
        if (!snapshot.IsComplete("Service", ns))
            return [];
        var services = snapshot.In<V1Service>(ns).ToList();
        var called = snapshot.In<V1Pod>(ns).SelectMany(pod => ServiceCalls.HostsIn(snapshot, pod)).ToHashSet();
        return
        [
            .. ResourceTopology
                .Templates(snapshot, ns)
                .Where(item =>
                    item.Template.Spec?.Containers?.Any(container => container.Ports is { Count: > 0 }) == true
                    && !services.Exists(service =>
                        service.Metadata.Name == item.Ref.Name
                        || Selectors.Matches(service.Spec?.Selector, item.Template.Metadata?.Labels)
                    )
                )
                .Select(item => item.Ref)
                .OrderByDescending(item => called.Contains(item.Name)),
        ];
    }

    private static Finding? Claims(
        InspectionContext context,
        V1ResourceQuota quota,
        out IReadOnlyList<ResourceRef> dependents
    )
    {
        var ns = quota.Metadata.NamespaceProperty;
        var waiting = context
            .Pods.Where(pod => pod.Metadata.NamespaceProperty == ns)
            .Select(pod => (Pod: InspectionContext.Ref(pod), Claim: MissingClaim(context.Snapshot, pod)))
            .Where(item => item.Claim is not null)
            .ToList();
        dependents = waiting.ConvertAll(item => item.Pod);
        if (waiting is not [(_, { } missing), ..])
            return null;
        if (IsUsedUp(quota, "persistentvolumeclaims", out var used, out var hard))
            return Of(
                quota,
                "persistentvolumeclaims",
                $"it allows {hard} persistentvolumeclaims, {used} are in use, and claim {missing} could not be made"
            );
        if (Left(quota, "requests.storage") is not { } left || Waiting(context.Snapshot, left) is not { } size)
            return null;
        return Of(
            quota,
            "requests.storage",
            $"it leaves {left} of storage (requests.storage), and claim {missing}{size} could not be made",
            left == "0" ? 0.93 : 0.88
        );
    }

    private static string? MissingClaim(ClusterSnapshot snapshot, V1Pod pod) =>
        (pod.Spec?.Volumes ?? [])
            .Select(volume => volume.PersistentVolumeClaim?.ClaimName)
            .FirstOrDefault(name => snapshot.IsMissing<V1PersistentVolumeClaim>(pod.Metadata.NamespaceProperty, name));

    /// <summary>
    /// Empty where nothing is left, else a free volume that is larger than what is left; null where there is none.
    /// </summary>
    private static string? Waiting(ClusterSnapshot snapshot, string left)
    {
        var room = new ResourceQuantity(left).ToDecimal();
        if (room == 0)
            return "";
        var free = snapshot
            .All<V1PersistentVolume>()
            .FirstOrDefault(volume =>
                volume.Status?.Phase == "Available"
                && volume.Spec?.Capacity?.TryGetValue("storage", out var capacity) == true
                && capacity!.ToDecimal() > room
            );
        return free is null
            ? null
            : $", for which volume {free.Metadata.Name} of {free.Spec.Capacity["storage"]} waits,";
    }

    private static bool IsUsedUp(V1ResourceQuota quota, string resource, out string used, out string hard)
    {
        (used, hard) = ("", "");
        foreach (var name in new[] { resource, $"count/{resource}" })
            if (
                quota.Status?.Used?.TryGetValue(name, out var inUse) == true
                && quota.Status.Hard?.TryGetValue(name, out var limit) == true
                && inUse!.ToDecimal() >= limit!.ToDecimal()
            )
            {
                (used, hard) = (inUse.ToString(), limit.ToString());
                return true;
            }
        return false;
    }

    private static string? Left(V1ResourceQuota quota, string resource)
    {
        if (
            quota.Status?.Used?.TryGetValue(resource, out var used) != true
            || quota.Status.Hard?.TryGetValue(resource, out var hard) != true
        )
            return null;
        if (used!.ToDecimal() == 0)
            return hard!.ToString();
        var left = hard!.ToDecimal() - used.ToDecimal();
        return left <= 0 ? "0" : $"{(long)(left / 1024 / 1024)}Mi";
    }

    private static Finding Of(V1ResourceQuota quota, string resource, string says, double weight = 0.93) =>
        new()
        {
            Fault = ResourceFaults.QuotaExceeded,
            Resource = InspectionContext.Ref(quota),
            Summary = $"quota {quota.Metadata.Name} stands in the way: {says}",
            Source = "status.used",
            Quote = $"{resource}: {Amount(quota.Status.Used, resource)}/{Amount(quota.Status.Hard, resource)}",
            Weight = weight,
            Facts = new Dictionary<string, string> { ["quota"] = quota.Metadata.Name, ["quotaresource"] = resource },
        };

    private static string? Amount(IDictionary<string, ResourceQuantity> amounts, string resource) =>
        amounts.FirstOrDefault(pair => pair.Key == resource || pair.Key == $"count/{resource}").Value?.ToString();
}
