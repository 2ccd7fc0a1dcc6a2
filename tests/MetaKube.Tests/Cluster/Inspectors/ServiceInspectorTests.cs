using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class ServiceInspectorTests
{
    private static Dictionary<string, string> App(string value) => new() { ["app"] = value };

    private static Given Service(string selector, int targetPort = 8080, string? portName = null) =>
        Given
            .An<V1Service>(
                "shop/web",
                service =>
                    service.Spec = new()
                    {
                        Type = "ClusterIP",
                        Selector = App(selector),
                        Ports = [new() { Port = 80, TargetPort = portName ?? $"{targetPort}" }],
                    }
            )
            .AskedAbout()
            .Complete("Pod", "Event", "Deployment", "StatefulSet");

    private static Given WithPod(Given given, string label = "web", int port = 8080) =>
        given
            .WithPod("shop/web-1")
            .Where(pod => pod.Metadata.Labels = App(label))
            .Spec(container => container.Ports = [new() { Name = "http", ContainerPort = port }]);

    [Fact]
    public void A_selector_that_matches_no_pod_suggests_the_labels_that_were_meant()
    {
        var finding = WithPod(Service("webb")).Finding<ServiceInspector>();
        finding.Fault.ShouldBe(NetworkFaults.ServiceSelectorMismatch);
        finding.Facts["suggestion"].ShouldBe("app=web");
        finding.Facts["selectorpatch"].ShouldBe("""{"app":"web"}""");
    }

    [Fact]
    public void A_selector_with_nothing_near_it_is_still_a_fault() =>
        WithPod(Service("checkout"), "zzz").Faults<ServiceInspector>().Count.ShouldBe(1);

    [Fact]
    public void A_Service_whose_pods_are_not_ready_has_no_endpoints() =>
        WithPod(Service("web")).NotReady().Faults<ServiceInspector>().ShouldBe([NetworkFaults.NoReadyEndpoints]);

    [Theory]
    [InlineData(9090, null)]
    [InlineData(0, "grpc")]
    public void A_port_that_no_container_has_is_a_fault(int number, string? name)
    {
        var finding = WithPod(Service("web", number, name)).Finding<ServiceInspector>();
        finding.Fault.ShouldBe(NetworkFaults.ServicePortMismatch);
        finding.Facts["suggestion"].ShouldBe("http (8080)");
    }

    [Fact]
    public void A_load_balancer_without_an_address_is_pending() =>
        Given
            .An<V1Service>("shop/web", service => service.Spec = new() { Type = "LoadBalancer" })
            .Complete("Pod")
            .Faults<ServiceInspector>()
            .ShouldBe([NetworkFaults.LoadBalancerPending]);

    [Fact]
    public void A_Service_that_leads_to_a_ready_pod_has_no_finding()
    {
        WithPod(Service("web")).Faults<ServiceInspector>().ShouldBeEmpty();
        WithPod(Service("web", 0, "http")).Faults<ServiceInspector>().ShouldBeEmpty();
    }

    [Fact]
    public void A_port_that_a_probe_uses_is_served_though_it_is_not_declared() =>
        WithPod(Service("web", 9090))
            .Spec(container => container.ReadinessProbe = new() { TcpSocket = new() { Port = 9090 } })
            .Faults<ServiceInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void Nothing_is_claimed_where_not_all_pods_were_read() =>
        Given
            .An<V1Service>("shop/web", service => service.Spec = new() { Selector = App("web") })
            .Faults<ServiceInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void An_ExternalName_has_no_pods() =>
        Given
            .An<V1Service>(
                "shop/web",
                service => service.Spec = new() { Type = "ExternalName", ExternalName = "example.com" }
            )
            .Complete("Pod")
            .Faults<ServiceInspector>()
            .ShouldBeEmpty();

    private static Given Endpoints(Given given, params int[] ports) =>
        given.With<V1Endpoints>(
            "shop/web",
            endpoints =>
                endpoints.Subsets = [
                    new()
                    {
                        Addresses = [new() { Ip = "10.0.0.9" }],
                        Ports = [.. ports.Select(port => new Corev1EndpointPort { Port = port })],
                    },
                ]
        );

    [Fact]
    public void A_named_port_is_no_failure_as_long_as_the_endpoints_answer()
    {
        Endpoints(WithPod(Service("web", 0, "grpc")), 8080).Faults<ServiceInspector>().ShouldBeEmpty();
        Endpoints(WithPod(Service("web", 0, "grpc")))
            .Faults<ServiceInspector>()
            .ShouldBe([NetworkFaults.ServicePortMismatch]);
    }

    [Fact]
    public void A_Service_that_sends_UDP_to_a_TCP_port_differs_in_protocol()
    {
        Given Sends(string protocol) =>
            WithPod(
                Given
                    .An<V1Service>(
                        "shop/web",
                        service =>
                            service.Spec = new()
                            {
                                Selector = App("web"),
                                Ports =
                                [
                                    new()
                                    {
                                        Port = 80,
                                        TargetPort = 8080,
                                        Protocol = protocol,
                                    },
                                ],
                            }
                    )
                    .Complete("Pod")
            );
        Sends("UDP").Finding<ServiceInspector>().Summary.ShouldContain("protocol UDP");
        Sends("TCP").Faults<ServiceInspector>().ShouldBeEmpty();
    }

    [Fact]
    public void A_target_beside_a_port_that_a_probe_proves_weighs_more()
    {
        var given = Service("web", 9090);
        var proven = WithPod(given)
            .Spec(container => container.ReadinessProbe = new() { TcpSocket = new() { Port = 8080 } });
        proven.Finding<ServiceInspector>().Weight.ShouldBeGreaterThan(0.8);
    }

    [Theory]
    [InlineData("ledger", 1)]
    [InlineData("web", 0)]
    public void The_pods_of_another_program_behind_a_Service_are_named(string app, int findings)
    {
        Dictionary<string, string> Of(string name) => new() { ["tier"] = "backend", ["app"] = name };
        void Owned(V1Pod pod, string owner, string label)
        {
            pod.Metadata.Labels = Of(label);
            pod.Metadata.OwnerReferences = [new() { Kind = "StatefulSet", Name = owner }];
        }

        Given
            .An<V1Service>(
                "shop/web",
                service => service.Spec = new() { Selector = new Dictionary<string, string> { ["tier"] = "backend" } }
            )
            .WithPod("shop/web-0")
            .Where(pod => Owned(pod, "web", "web"))
            .WithPod("shop/other-0")
            .Where(pod => Owned(pod, "other", app))
            .Complete("Pod")
            .Faults<ServiceInspector>()
            .Count.ShouldBe(findings);
    }

    [Theory]
    [InlineData("node-1", 0)]
    [InlineData("node-2", 1)]
    public void A_local_Service_does_not_answer_on_other_nodes(string node, int findings) =>
        WithPod(
                Given
                    .An<V1Service>(
                        "shop/web",
                        service => service.Spec = new() { Selector = App("web"), InternalTrafficPolicy = "Local" }
                    )
                    .Complete("Pod")
            )
            .WithPod("shop/caller")
            .Env("WEB_URL", "http://web/")
            .Where(pod => pod.Spec.NodeName = node)
            .Faults<ServiceInspector>()
            .Count.ShouldBe(findings);

    [Fact]
    public void An_alias_of_a_Service_that_does_not_exist_leads_nowhere() =>
        Given
            .An<V1Service>(
                "shop/web",
                service => service.Spec = new() { Type = "ExternalName", ExternalName = "gone.shop.svc.cluster.local" }
            )
            .Complete("Service")
            .Faults<ServiceInspector>()
            .ShouldBe([NetworkFaults.DependencyMissing]);

    [Fact]
    public void Endpoints_that_answer_outweigh_labels_that_were_read_in_part() =>
        Endpoints(WithPod(Service("webb"), "zzz"), 8080).Faults<ServiceInspector>().ShouldBeEmpty();

    [Theory]
    [InlineData("http://web/", 0.85)]
    [InlineData("http://other/", 0.5)]
    public void A_Service_that_nobody_calls_may_be_a_remnant(string url, double weight) =>
        Given
            .An<V1Service>("shop/web", service => service.Spec = new() { Selector = App("web") })
            .WithPod("shop/caller")
            .Env("URL", url)
            .Complete("Pod", "Deployment", "StatefulSet")
            .Finding<ServiceInspector>()
            .Weight.ShouldBe(weight);

    [Theory]
    [InlineData("3000", "connect() failed (111: Connection refused) upstream: http://10.0.0.7:8080/", true)]
    [InlineData("8080", "connect() failed (111: Connection refused) upstream: http://10.0.0.7:8080/", false)]
    [InlineData("3000", "GET http://10.0.0.7:8080/ 200", false)]
    public void A_target_port_that_refuses_while_the_program_listens_on_another_is_wrong(
        string listens,
        string proxy,
        bool isFault
    ) =>
        Pasted
            .Findings(
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  selector:\n"
                    + "    app: web\n  ports:\n  - port: 80\n    targetPort: 8080",
                "$ kubectl -n shop get pods\nNAME                   READY   STATUS    RESTARTS   AGE\n"
                    + "web-5c9d8f7b6d-x2x4z   1/1     Running   0          2h",
                $"$ kubectl -n shop logs web-5c9d8f7b6d-x2x4z\nserver listening at http://0.0.0.0:{listens}",
                $"$ kubectl -n edge logs proxy-0\n{proxy}"
            )
            .Any(finding => finding.Fault == NetworkFaults.ServicePortMismatch)
            .ShouldBe(isFault);
}
