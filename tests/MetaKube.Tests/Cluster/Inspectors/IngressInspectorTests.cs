using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class IngressInspectorTests
{
    private static Given Ingress(
        string? ingressClass = "nginx",
        string service = "web",
        int port = 80,
        string? secret = null
    ) =>
        Given
            .An<V1IngressClass>("nginx")
            .With<V1Service>("shop/web", s => s.Spec = new() { Ports = [new() { Port = 80, Name = "http" }] })
            .With<V1Ingress>(
                "shop/web",
                ingress =>
                    ingress.Spec = new()
                    {
                        IngressClassName = ingressClass,
                        DefaultBackend = new()
                        {
                            Service = new()
                            {
                                Name = service,
                                Port = new() { Number = port },
                            },
                        },
                        Tls = secret is null ? null : [new() { SecretName = secret }],
                    }
            )
            .Complete("Service", "Secret", "IngressClass");

    [Fact]
    public void A_class_that_does_not_exist_is_a_fault() =>
        Ingress(ingressClass: "traefik")
            .Finding<IngressInspector>()
            .ShouldSatisfyAllConditions(
                finding => finding.Fault.ShouldBe(NetworkFaults.IngressClassMissing),
                finding => finding.About.ShouldBe(new("IngressClass", null, "traefik"))
            );

    [Fact]
    public void No_class_is_a_fault_where_none_is_the_default() =>
        Ingress(ingressClass: null).Faults<IngressInspector>().ShouldBe([NetworkFaults.IngressClassMissing]);

    [Theory]
    [InlineData("gone", 80)]
    [InlineData("web", 8080)]
    public void A_backend_or_a_port_that_does_not_exist_is_a_fault(string service, int port) =>
        Ingress(service: service, port: port)
            .Faults<IngressInspector>()
            .ShouldBe([NetworkFaults.IngressBackendMissing]);

    [Fact]
    public void A_TLS_Secret_that_does_not_exist_is_a_fault() =>
        Ingress(secret: "web-tls")
            .Finding<IngressInspector>()
            .ShouldSatisfyAllConditions(
                finding => finding.Fault.ShouldBe(NetworkFaults.IngressTlsMissing),
                finding => finding.Facts["secret"].ShouldBe("web-tls")
            );

    [Fact]
    public void An_Ingress_whose_references_exist_has_no_finding() =>
        Ingress().Faults<IngressInspector>().ShouldBeEmpty();

    [Fact]
    public void No_class_is_right_where_one_is_the_default_or_the_annotation_names_it()
    {
        Ingress(ingressClass: null)
            .With<V1IngressClass>(
                "default",
                c =>
                    c.Metadata.Annotations = new Dictionary<string, string>
                    {
                        ["ingressclass.kubernetes.io/is-default-class"] = "true",
                    }
            )
            .Faults<IngressInspector>()
            .ShouldBeEmpty();
        Given
            .An<V1IngressClass>("nginx")
            .With<V1Ingress>(
                "shop/web",
                ingress =>
                    ingress.Metadata.Annotations = new Dictionary<string, string>
                    {
                        ["kubernetes.io/ingress.class"] = "nginx",
                    }
            )
            .Faults<IngressInspector>()
            .ShouldBeEmpty();
    }

    [Fact]
    public void An_object_that_was_not_read_may_exist() =>
        Given
            .An<V1Ingress>(
                "shop/web",
                ingress =>
                    ingress.Spec = new()
                    {
                        IngressClassName = "traefik",
                        DefaultBackend = new() { Service = new() { Name = "gone" } },
                        Tls = [new() { SecretName = "web-tls" }],
                    }
            )
            .Faults<IngressInspector>()
            .ShouldBeEmpty();

    private static Given Shop(string cart, string catalog)
    {
        V1HTTPIngressPath Path(string path, string service) =>
            new()
            {
                Path = path,
                Backend = new()
                {
                    Service = new()
                    {
                        Name = service,
                        Port = new() { Number = 80 },
                    },
                },
            };
        var given = Given.Nothing;
        foreach (var name in (string[])["cart", "catalog", "gateway"])
            given.With<V1Service>($"shop/{name}", s => s.Spec = new() { Ports = [new() { Port = 80 }] });
        return given.With<V1Ingress>(
            "shop/front",
            ingress =>
                ingress.Spec = new()
                {
                    IngressClassName = "nginx",
                    Rules =
                    [
                        new() { Http = new() { Paths = [Path("/api/catalog", catalog), Path("/api/cart", cart)] } },
                    ],
                }
        );
    }

    [Fact]
    public void A_path_that_leads_to_another_Service_than_the_one_it_is_named_after_is_misrouted()
    {
        var finding = Shop(cart: "catalog", catalog: "catalog").Finding<IngressInspector>();
        finding.Fault.ShouldBe(NetworkFaults.Misrouted);
        finding.About.ShouldBe(new("Service", "shop", "cart"));
    }

    [Theory]
    [InlineData("cart", "catalog")]
    [InlineData("gateway", "gateway")]
    public void Paths_that_lead_to_their_Services_or_to_one_gateway_are_not_misrouted(string cart, string catalog) =>
        Shop(cart, catalog).Faults<IngressInspector>().ShouldBeEmpty();
}
