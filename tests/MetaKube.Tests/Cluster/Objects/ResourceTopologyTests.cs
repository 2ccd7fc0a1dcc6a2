using System.Text.Json;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Objects;

public sealed class ResourceTopologyTests
{
    private static readonly ResourceRef Pod = new("Pod", "shop", "web-1-abc"),
        Deployment = new("Deployment", "shop", "web");

    private static Dictionary<string, string> App(string value) => new() { ["app"] = value };

    private static Topology Build(Given given) => ResourceTopology.Build(given.Snapshot);

    private static IEnumerable<ResourceRef> From(Topology topology, ResourceRef resource) =>
        topology.DependenciesOf(resource).Select(edge => edge.To);

    [Fact]
    public void A_question_about_a_Service_includes_the_route_that_leads_to_it()
    {
        const string route = """
            {"metadata":{"name":"front","namespace":"edge"},"spec":{"rules":[{"backendRefs":[
            {"name":"web","namespace":"shop","port":80},{"kind":"Bucket","name":"files"}]}]}}
            """;
        var given = Given.An<V1Service>("shop/web", service => service.Spec = new());
        given.Snapshot.Add(CustomResource.Read(JsonDocument.Parse(route).RootElement, "HTTPRoute")!);
        var topology = Build(given);
        ResourceTopology.AddSurroundings(topology, given.Snapshot, new("Service", "shop", "web"));
        From(topology, new("HTTPRoute", "edge", "front")).ShouldBe([new("Service", "shop", "web")]);
        From(topology, new("Service", "shop", "web")).ShouldBe([new("HTTPRoute", "edge", "front")]);
    }

    [Fact]
    public void Owner_references_lead_from_the_controller_to_the_pod() =>
        Build(
            Given
                .Pod("shop/web-1-abc")
                .Where(pod => pod.Metadata.OwnerReferences = [new() { Kind = "ReplicaSet", Name = "web-1" }])
                .With<V1ReplicaSet>(
                    "shop/web-1",
                    set => set.Metadata.OwnerReferences = [new() { Kind = "Deployment", Name = "web" }]
                )
        )
            .Controller(Pod)
            .ShouldBe(Deployment);

    [Fact]
    public void A_pod_tells_the_Deployment_of_a_ReplicaSet_that_was_not_read()
    {
        Given Owned(string hash) =>
            Given
                .Pod("shop/web-1-abc")
                .Where(pod =>
                {
                    pod.Metadata.OwnerReferences = [new() { Kind = "ReplicaSet", Name = "web-1" }];
                    pod.Metadata.Labels = new Dictionary<string, string> { ["pod-template-hash"] = hash };
                });
        Build(Owned("1")).Controller(Pod).ShouldBe(Deployment);
        Build(Owned("2")).Controller(Pod).ShouldBe(new("ReplicaSet", "shop", "web-1"));
    }

    [Fact]
    public void A_pod_depends_on_its_node_its_references_and_the_Services_in_its_environment() =>
        From(
                Build(
                    Given
                        .Pod("shop/web-1-abc")
                        .Env("ORDERS_URL", "http://orders:8080/api")
                        .Env("MODE", configMap: "app")
                        .With<V1Service>("shop/orders", service => service.Spec = new())
                ),
                Pod
            )
            .ShouldBe(
                [new("Node", null, "node-1"), new("ConfigMap", "shop", "app"), new("Service", "shop", "orders")],
                ignoreOrder: true
            );

    [Fact]
    public void A_Service_depends_on_the_pods_it_selects_and_on_no_others() =>
        From(
                Build(
                    Given
                        .Pod("shop/web-1-abc")
                        .Where(pod => pod.Metadata.Labels = App("web"))
                        .WithPod("shop/other")
                        .Where(pod => pod.Metadata.Labels = App("other"))
                        .With<V1Service>("shop/web", service => service.Spec = new() { Selector = App("web") })
                ),
                new("Service", "shop", "web")
            )
            .ShouldBe([Pod]);

    [Fact]
    public void An_Ingress_depends_on_its_backend_and_its_certificate() =>
        From(
                Build(
                    Given.An<V1Ingress>(
                        "shop/web",
                        ingress =>
                            ingress.Spec = new()
                            {
                                DefaultBackend = new() { Service = new() { Name = "web" } },
                                Tls = [new() { SecretName = "web-tls" }],
                            }
                    )
                ),
                new("Ingress", "shop", "web")
            )
            .ShouldBe([new("Service", "shop", "web"), new("Secret", "shop", "web-tls")]);
}
