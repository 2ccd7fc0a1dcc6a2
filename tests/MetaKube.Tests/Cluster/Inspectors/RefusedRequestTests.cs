using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Inspectors;

public sealed class RefusedRequestTests
{
    private static Finding? Of(string text) => Pasted.Findings(text).MaxBy(finding => finding.Weight);

    [Fact]
    public void An_object_that_the_API_server_calls_invalid_is_at_fault()
    {
        var finding = Of(
            "$ helm upgrade api ./api -n shop\nError: UPGRADE FAILED: cannot patch \"api\" with kind Deployment: "
                + "Deployment.apps \"api\" is invalid: spec.template.spec.containers[0].resources: Invalid value: "
                + "\"1\": must be greater than or equal to cpu request of 2"
        );
        finding.ShouldNotBeNull();
        finding.Fault.ShouldBe(ConfigurationFaults.BadValue);
        finding.Resource.ShouldBe(new("Deployment", "shop", "api"));
    }

    [Fact]
    public void A_drain_that_a_budget_refuses_is_the_budgets()
    {
        const string drain =
            "$ kubectl drain node-3 --ignore-daemonsets\nerror when evicting pods/\"web-6d4b75cb6d-x2lqp\" -n \"shop\" "
            + "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.";
        const string budgets = """
            $ kubectl get pdb -n shop
            NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
            cart   N/A             1                 1                     9d
            web    2               N/A               0                     9d
            """;
        Pasted
            .Findings(drain, budgets)
            .ShouldContain(finding =>
                finding.Fault == SchedulingFaults.PdbBlocks
                && finding.Resource == new ResourceRef("PodDisruptionBudget", "shop", "web")
            );
    }

    [Fact]
    public void A_field_that_cannot_be_changed_is_no_wrong_value()
    {
        var finding = Of(
            "$ kubectl apply -f api.yaml -n shop\nThe StatefulSet \"api\" is invalid: spec: field is immutable"
        );
        finding.ShouldNotBeNull();
        (finding.Fault, finding.Resource.Name).ShouldBe((null, "api"));
    }

    [Fact]
    public void A_webhook_that_cannot_be_called_is_named_by_its_configuration()
    {
        var finding = Pasted
            .Findings(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata:
                  name: injector
                webhooks:
                - name: inject.example.com
                  clientConfig:
                    service: { name: injector, namespace: guard }
                """,
                "$ kubectl run t --image=busybox\nError from server (InternalError): Internal error occurred: failed "
                    + "calling webhook \"inject.example.com\": no endpoints available for service \"injector\""
            )
            .Single(finding => finding.Fault == ConfigurationFaults.AdmissionWebhookDown);
        finding.Resource.ShouldBe(new("MutatingWebhookConfiguration", null, "injector"));
    }

    [Fact]
    public void A_program_that_calls_its_input_invalid_was_not_refused() =>
        Pasted
            .Findings("$ kubectl logs web-0\nthe form of user \"anna\" is invalid: name: too long")
            .ShouldNotContain(finding => finding.Fault == ConfigurationFaults.BadValue && finding.Weight > 0.9);
}
