using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Finds the NetworkPolicy that keeps a pod from reaching the pods of a Service.</summary>
internal static class NetworkPolicies
{
    /// <summary>The policy that blocks the connection, or null.</summary>
    public static V1NetworkPolicy? Blocking(ClusterSnapshot snapshot, V1Pod caller, V1Service service)
    {
        var callees = snapshot
            .In<V1Pod>(service.Metadata.NamespaceProperty)
            .Where(pod => Selectors.Matches(service.Spec?.Selector, pod.Metadata.Labels))
            .ToList();
        var egress = Selecting(snapshot, caller, "Egress");
        if (
            egress.Count > 0
            && callees.Count > 0
            && !egress.Any(policy =>
                (policy.Spec.Egress ?? []).Any(rule =>
                    AllowsPort(rule.Ports, service) && Allows(snapshot, policy, rule.To, callees[0])
                )
            )
        )
            return egress[0];
        foreach (var callee in callees)
        {
            var ingress = Selecting(snapshot, callee, "Ingress");
            if (
                ingress.Count > 0
                && !ingress.Any(policy =>
                    (policy.Spec.Ingress ?? []).Any(rule =>
                        AllowsPort(rule.Ports, service) && Allows(snapshot, policy, rule.FromProperty, caller)
                    )
                )
            )
                return ingress[0];
        }
        return null;
    }

    /// <summary>A policy that limits what a pod sends, where none of them lets it ask a name server.</summary>
    public static V1NetworkPolicy? BlockingDns(ClusterSnapshot snapshot, V1Pod caller)
    {
        if (!snapshot.Shows(caller, ShownFields.Labels))
            return null;
        var egress = Selecting(snapshot, caller, "Egress");
        return egress.Exists(policy => (policy.Spec.Egress ?? []).Any(AllowsDns))
            ? null
            : egress.FirstOrDefault();
    }

    /// <summary>
    /// A port by name may be any. A rule of one port may allow DNS over TCP or UDP. A rule without ports does where its
    /// peers may be name servers: all, addresses, or pods of other namespaces.
    /// </summary>
    private static bool AllowsDns(V1NetworkPolicyEgressRule rule) =>
        rule.Ports is { Count: > 0 } ports
            ? ports.Any(port =>
                !int.TryParse(port.Port?.Value, CultureInfo.InvariantCulture, out var first)
                || first is DnsPort or DnsPortOfPods
                || first <= DnsPort && DnsPort <= port.EndPort
            )
            : rule.To is not { Count: > 0 } peers
                || peers.Any(peer => peer.IpBlock is not null || peer.NamespaceSelector is not null);

    /// <summary>The name server's port; that of OpenShift's and some other clusters' DNS pods.</summary>
    private const int DnsPort = 53,
        DnsPortOfPods = 5353;

    private static List<V1NetworkPolicy> Selecting(ClusterSnapshot snapshot, V1Pod pod, string direction) =>
        [
            .. snapshot
                .In<V1NetworkPolicy>(pod.Metadata.NamespaceProperty)
                .Where(policy =>
                    (policy.Spec?.PolicyTypes ?? ["Ingress"]).Contains(direction)
                    && Selectors.Matches(policy.Spec?.PodSelector, pod.Metadata.Labels)
                ),
        ];

    /// <summary>
    /// True if a rule's ports include a target port of the Service. A port by name counts as included, so that a policy
    /// is never reported for a connection that it may allow.
    /// </summary>
    private static bool AllowsPort(IList<V1NetworkPolicyPort>? ports, V1Service service)
    {
        if (ports is not { Count: > 0 })
            return true;
        var targets = (service.Spec?.Ports ?? []).Select(port => port.TargetPort?.Value ?? $"{port.Port}").ToList();
        if (
            targets.Count == 0
            || targets.Concat(ports.Select(port => port.Port?.Value ?? "")).Any(port => !int.TryParse(port, out _))
        )
            return true;
        return ports.Any(port =>
            targets.Any(target =>
                int.Parse(target, CultureInfo.InvariantCulture) is var number
                && int.Parse(port.Port.Value, CultureInfo.InvariantCulture) is var first
                && number >= first
                && number <= (port.EndPort ?? first)
            )
        );
    }

    // A rule without peers allows everyone.
    private static bool Allows(
        ClusterSnapshot snapshot,
        V1NetworkPolicy policy,
        IList<V1NetworkPolicyPeer>? peers,
        V1Pod other
    ) =>
        peers is not { Count: > 0 }
        || peers.Any(peer => peer.IpBlock is not null || Fits(snapshot, policy, peer, other));

    private static bool Fits(ClusterSnapshot snapshot, V1NetworkPolicy policy, V1NetworkPolicyPeer peer, V1Pod other)
    {
        var ns = other.Metadata.NamespaceProperty;
        var sameNamespace = peer.NamespaceSelector is null
            ? ns == policy.Metadata.NamespaceProperty
            : Selectors.Matches(peer.NamespaceSelector, snapshot.Find<V1Namespace>(null, ns)?.Metadata.Labels);
        return sameNamespace
            && (peer.PodSelector is null || Selectors.Matches(peer.PodSelector, other.Metadata.Labels));
    }
}
