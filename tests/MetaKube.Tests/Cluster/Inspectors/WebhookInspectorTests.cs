using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Faults;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class WebhookInspectorTests
{
    private static Given Webhook(string policy = "Fail") =>
        Given
            .An<V1ValidatingWebhookConfiguration>(
                "gate",
                configuration =>
                    configuration.Webhooks = [
                        new()
                        {
                            Name = "gate.example",
                            FailurePolicy = policy,
                            ClientConfig = new()
                            {
                                Service = new() { Name = "gate", NamespaceProperty = "policy" },
                            },
                        },
                    ]
            )
            .Complete("Service", "Pod");

    private static Given WithService(Given given) =>
        given.With<V1Service>(
            "policy/gate",
            service => service.Spec = new() { Selector = new Dictionary<string, string> { ["app"] = "gate" } }
        );

    [Fact]
    public void A_webhook_whose_Service_does_not_exist_is_down()
    {
        var finding = Webhook().Finding<WebhookInspector>();
        finding.Fault.ShouldBe(ConfigurationFaults.AdmissionWebhookDown);
        finding.About.ShouldBe(new("Service", "policy", "gate"));
        finding.Facts["webhookkind"].ShouldBe("validatingwebhookconfiguration");
    }

    [Fact]
    public void A_webhook_whose_Service_has_no_pods_is_down() =>
        WithService(Webhook()).Finding<WebhookInspector>().AboutDescription.ShouldBe("has no pods");

    [Fact]
    public void A_mutating_webhook_is_judged_the_same() =>
        Given
            .An<V1MutatingWebhookConfiguration>(
                "inject",
                configuration =>
                    configuration.Webhooks = [
                        new()
                        {
                            Name = "inject.example",
                            ClientConfig = new()
                            {
                                Service = new() { Name = "inject", NamespaceProperty = "mesh" },
                            },
                        },
                    ]
            )
            .Complete("Service")
            .Faults<WebhookInspector>()
            .ShouldBe([ConfigurationFaults.AdmissionWebhookDown]);

    [Fact]
    public void The_workload_that_it_refuses_depends_on_the_webhook_and_that_on_its_Service()
    {
        var edges = Webhook()
            .EventAbout(new("ReplicaSet", "shop", "web-1"), "FailedCreate", "failed calling webhook \"gate.example\"")
            .EventAbout(new("ReplicaSet", "shop", "api-1"), "FailedCreate", "exceeded quota: compute")
            .Inspect<WebhookInspector>()
            .Edges;
        edges.Select(edge => $"{edge.From.Name} {edge.To.Name}").ShouldBe(["web-1 gate", "gate gate"]);
    }

    [Fact]
    public void A_webhook_with_a_pod_works() =>
        WithService(Webhook())
            .WithPod("policy/gate-1")
            .Where(pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "gate" })
            .Faults<WebhookInspector>()
            .ShouldBeEmpty();

    [Fact]
    public void A_webhook_whose_failure_is_ignored_refuses_nothing() =>
        Webhook("Ignore").Faults<WebhookInspector>().ShouldBeEmpty();

    [Fact]
    public void A_Service_that_was_not_read_may_exist() =>
        Given
            .An<V1ValidatingWebhookConfiguration>(
                "gate",
                configuration =>
                    configuration.Webhooks = [
                        new()
                        {
                            Name = "gate.example",
                            ClientConfig = new()
                            {
                                Service = new() { Name = "gate", NamespaceProperty = "policy" },
                            },
                        },
                    ]
            )
            .Faults<WebhookInspector>()
            .ShouldBeEmpty();
}
