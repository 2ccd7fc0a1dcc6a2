using k8s.Models;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedManifestTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: app
                image: shop/web:1
        """;

    [Fact]
    public void A_manifest_tells_nothing_about_replicas() => Pasted.Findings(Deployment).ShouldBeEmpty();

    [Fact]
    public void An_object_of_the_API_tells_how_many_are_there() =>
        Pasted
            .Findings(Deployment + "\nstatus: {replicas: 3, conditions: [{type: Available, status: \"False\"}]}")
            .ShouldContain(finding => finding.Summary.StartsWith("0 of 3", StringComparison.Ordinal));

    [Fact]
    public void A_row_of_a_pod_gets_the_containers_of_its_template()
    {
        var pod = Pasted
            .Read(
                Deployment,
                "$ kubectl get pods -n shop\n"
                    + "NAME                   READY   STATUS             RESTARTS   AGE\n"
                    + "web-5c9d8f7b6d-x2x4z   0/1     CrashLoopBackOff   4          3m"
            )
            .Only<V1Pod>();
        pod.Spec.Containers.ShouldHaveSingleItem().Image.ShouldBe("shop/web:1");
        pod.Status.ContainerStatuses.ShouldHaveSingleItem().Name.ShouldBe("app");
    }

    [Fact]
    public void Labels_of_a_template_are_not_all_that_a_pod_may_have()
    {
        var service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {role: leader}}";
        var rows =
            "$ kubectl get pods -n shop\nNAME                   READY   STATUS    RESTARTS   AGE\n"
            + "web-5c9d8f7b6d-x2x4z   1/1     Running   0          3m";
        Pasted.Findings(Deployment, rows, service).ShouldNotContain(finding => finding.Resource.Kind == "Service");
    }

    [Fact]
    public void One_bad_field_is_named_and_the_rest_is_read()
    {
        var snapshot = Pasted.Read(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: gate}
            webhooks:
            - name: gate.example.com
              clientConfig: {caBundle: "<redacted>", service: {name: gate, namespace: shop}}
            """
        );
        snapshot
            .Only<V1ValidatingWebhookConfiguration>()
            .Webhooks.ShouldHaveSingleItem()
            .ClientConfig.Service.Name.ShouldBe("gate");
        snapshot.Gaps.ShouldHaveSingleItem().Why.ShouldContain("caBundle");
    }

    [Fact]
    public void A_document_that_does_not_parse_does_not_hinder_the_others()
    {
        var snapshot = Pasted.Read(
            $"{Deployment}\n---\napiVersion: v1\nkind: [Pod\nfoo: *\n---\napiVersion: v1\n"
                + $"kind: Service\nmetadata: {{name: web}}"
        );
        snapshot.Only<V1Deployment>();
        snapshot.Only<V1Service>();
        snapshot.Gaps.ShouldHaveSingleItem();
    }

    [Fact]
    public void Yaml_that_was_cut_off_is_read_as_far_as_it_goes() =>
        Pasted.Read(Deployment + "\n        env: [{name: A").Only<V1Deployment>().Spec.Replicas.ShouldBe(3);

    [Fact]
    public void Json_that_was_cut_off_is_read_as_far_as_it_goes()
    {
        var snapshot = Pasted.Read(
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web-0\", "
                + "\"namespace\": \"shop\"}, \"spec\": {\"nodeName\": \"n1\", \"containers\": [{\"na"
        );
        snapshot.Only<V1Pod>().Spec.NodeName.ShouldBe("n1");
        snapshot.Gaps.ShouldHaveSingleItem();
    }

    [Fact]
    public void Prose_and_logs_around_a_manifest_are_not_part_of_it()
    {
        var snapshot = Pasted.Read(
            $"This is what we have applied:\n\n```yaml\n{Deployment}\n```\n\n"
                + $"and here is what it says\n\n```\npanic: no config\n```"
        );
        snapshot.Only<V1Deployment>();
        snapshot.Logs.ShouldHaveSingleItem().Value.ShouldBe("panic: no config");
        snapshot.Gaps.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("metadata:\n  name: web\nspec:\n  replicas: 2\n  template:\n    spec: {}", "Deployment/web")]
    [InlineData("spec:\n  containers:\n  - name: app\n    image: shop/web:1", "Pod/unnamed")]
    [InlineData("metadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80", "Service/web")]
    [InlineData("kind: Pod\nmetadata:\n  name: web\nspec:\n  containers: []", "Pod/web")]
    public void A_manifest_without_its_beginning_is_read_by_its_fields(string yaml, string expected) =>
        Pasted.Read(yaml).Everything.ShouldContain(item => $"{item.Ref.Kind}/{item.Ref.Name}" == expected);

    [Fact]
    public void A_text_with_a_field_called_spec_is_no_manifest() =>
        Pasted.Read("metadata:\n  colour: blue\nremarks: none").Everything.ShouldBeEmpty();

    [Fact]
    public void A_field_that_does_not_fit_does_not_lose_the_object() =>
        Pasted
            .Read(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata:
                  name: policy
                webhooks:
                - name: pods.example.com
                  clientConfig:
                    caBundle: <REDACTED>
                    service: { name: policy, namespace: guard }
                """
            )
            .Only<V1ValidatingWebhookConfiguration>()
            .Webhooks.ShouldHaveSingleItem()
            .ClientConfig.Service.Name.ShouldBe("policy");
}
