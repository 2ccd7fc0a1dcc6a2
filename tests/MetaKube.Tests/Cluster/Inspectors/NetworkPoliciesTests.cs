using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class NetworkPoliciesTests
{
    private static Dictionary<string, string> App(string value) => new() { ["app"] = value };

    private static string? Blocking(V1NetworkPolicySpec policy)
    {
        var snapshot = Given
            .Pod("shop/web")
            .Where(pod => pod.Metadata.Labels = App("web"))
            .WithPod("shop/orders")
            .Where(pod => pod.Metadata.Labels = App("orders"))
            .With<V1Service>(
                "shop/orders",
                service => service.Spec = new() { Selector = App("orders"), Ports = [new() { Port = 80 }] }
            )
            .With<V1NetworkPolicy>("shop/policy", item => item.Spec = policy)
            .Snapshot;
        return NetworkPolicies
            .Blocking(snapshot, snapshot.All<V1Pod>().First(), snapshot.All<V1Service>().Single())
            ?.Metadata.Name;
    }

    private static V1NetworkPolicySpec Ingress(params V1NetworkPolicyIngressRule[] rules) =>
        new()
        {
            PodSelector = new() { MatchLabels = App("orders") },
            PolicyTypes = ["Ingress"],
            Ingress = rules,
        };

    private static V1NetworkPolicyPeer Peer(string app) => new() { PodSelector = new() { MatchLabels = App(app) } };

    [Fact]
    public void A_policy_without_rules_blocks_all() => Blocking(Ingress()).ShouldBe("policy");

    [Fact]
    public void A_policy_for_other_callers_blocks() =>
        Blocking(Ingress(new V1NetworkPolicyIngressRule { FromProperty = [Peer("admin")] })).ShouldBe("policy");

    [Fact]
    public void A_policy_for_another_port_blocks() =>
        Blocking(Ingress(new V1NetworkPolicyIngressRule { Ports = [new() { Port = 9090 }] })).ShouldBe("policy");

    [Fact]
    public void An_egress_policy_of_the_caller_blocks() =>
        Blocking(
                new()
                {
                    PodSelector = new() { MatchLabels = App("web") },
                    PolicyTypes = ["Egress"],
                }
            )
            .ShouldBe("policy");

    [Fact]
    public void A_policy_that_names_the_caller_or_everyone_does_not_block()
    {
        Blocking(Ingress(new V1NetworkPolicyIngressRule { FromProperty = [Peer("web")] })).ShouldBeNull();
        Blocking(Ingress(new V1NetworkPolicyIngressRule())).ShouldBeNull();
    }

    [Fact]
    public void A_range_of_ports_that_holds_the_Services_does_not_block() =>
        Blocking(Ingress(new V1NetworkPolicyIngressRule { Ports = [new() { Port = 70, EndPort = 90 }] }))
            .ShouldBeNull();

    [Fact]
    public void A_port_by_name_is_never_blamed() =>
        Blocking(Ingress(new V1NetworkPolicyIngressRule { Ports = [new() { Port = "metrics" }] })).ShouldBeNull();

    [Fact]
    public void A_policy_for_other_pods_does_not_block() =>
        Blocking(
                new()
                {
                    PodSelector = new() { MatchLabels = App("admin") },
                    PolicyTypes = ["Ingress"],
                }
            )
            .ShouldBeNull();

    [Theory]
    [InlineData("[{ ports: [{ protocol: TCP, port: 5432 }] }]", true)]
    [InlineData("[{ ports: [{ protocol: UDP, port: 53 }] }]", false)]
    [InlineData("[{ ports: [{ protocol: UDP, port: 50, endPort: 60 }] }]", false)]
    [InlineData("[{}]", false)]
    [InlineData("[]", true)]
    public void A_policy_without_a_way_to_the_name_server_is_why_names_do_not_resolve(string egress, bool isBlocked) =>
        Pasted
            .Findings(
                $"""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {"{"} name: limits, namespace: shop {"}"}
                spec:
                  podSelector:
                    matchLabels: {"{"} app: web {"}"}
                  policyTypes: [Egress]
                  egress: {egress}
                """,
                "$ kubectl get pods -n shop --show-labels\nNAME    READY   STATUS    RESTARTS   AGE   LABELS\n"
                    + "web-0   0/1     Running   0          2h    app=web",
                "$ kubectl logs -n shop web-0\ndial tcp: lookup db.data.svc.cluster.local on 10.96.0.10:53: i/o timeout"
            )
            .Any(finding => finding.Fault == NetworkFaults.PolicyBlocked)
            .ShouldBe(isBlocked);
}
