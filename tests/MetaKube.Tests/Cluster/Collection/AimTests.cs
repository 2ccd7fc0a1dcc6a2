using MetaKube.Cluster;
using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.Tests.Cluster.Collection;

/// <summary>What a question over pasted text is about, and what it tells itself.</summary>
public sealed class AimTests
{
    private const string Pods = """
        $ kubectl get pods -A
        NAMESPACE   NAME                        READY   STATUS             RESTARTS   AGE
        shop        api-7d9f6c5b8-x2x4z         1/1     Running            0          5d
        pay         api-6c5b87d9f-b4c5d         0/1     CrashLoopBackOff   12         5d
        shop        basket-5f7c9d8b6-q7w8z      1/1     Running            0          5d
        infra       agent-k2v9x                 0/1     CrashLoopBackOff   7          5d
        infra       agent-p4t6w                 0/1     CrashLoopBackOff   9          5d
        """;

    private static Task<Investigation> AskAsync(string question, string paste, string? ns = null) =>
        MemorylessInvestigation.RunAsync(
            new PastedEvidence([new("paste.txt", paste)], TimeProvider.System),
            question,
            ns,
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task Of_several_objects_of_one_name_the_abnormal_one_is_meant()
    {
        var investigation = await AskAsync("why is api failing", Pods);
        (investigation.Target, investigation.TargetRemark).ShouldBe((new("Deployment", "pay", "api"), null));
    }

    [Fact]
    public async Task Replicas_without_a_known_owner_are_one_object() =>
        (await AskAsync("why does the agent crash", Pods)).Target!.Namespace.ShouldBe("infra");

    [Fact]
    public async Task A_name_that_resembles_a_healthy_object_does_not_hide_the_abnormal_one()
    {
        var investigation = await AskAsync("why is the baskt broken", Pods);
        investigation.Target.ShouldBeNull();
        investigation.TargetRemark!.ShouldContain("Deployment shop/basket");
        investigation.Diagnosis.Resource!.Namespace.ShouldNotBe("shop");
    }

    [Fact]
    public async Task A_name_as_it_is_written_is_meant_although_the_object_is_healthy() =>
        (await AskAsync("is basket all right", Pods)).Target.ShouldBe(new("Deployment", "shop", "basket"));

    [Theory]
    [InlineData(
        "what was wrong with basket? events had Failed to pull image \"a/b:9\": manifest unknown",
        "image.not-found"
    )]
    [InlineData("basket said 0/3 nodes are available: 3 Insufficient memory.", "scheduling.insufficient-memory")]
    [InlineData("basket: secret missing? Error: secret \"basket-db\" not found", "config.missing-secret")]
    [InlineData("basket: Error creating: pods \"b\" is forbidden: exceeded quota: small", "resource.quota-exceeded")]
    public async Task A_message_that_the_question_quotes_is_judged_and_marked_as_told(string question, string fault)
    {
        var diagnosis = (await AskAsync(question, Pods)).Diagnosis;
        (diagnosis.Fault, diagnosis.Resource).ShouldBe((fault, new("Deployment", "shop", "basket")));
        diagnosis.RootCause.ShouldContain("as told in the question");
        diagnosis.Confidence.ShouldBeLessThan(0.8);
        var decisive = diagnosis.Findings.First(finding => finding.Fault == fault);
        decisive.IsTold.ShouldBeTrue();
        question.ShouldContain(decisive.Quote);
    }

    [Fact]
    public async Task What_is_told_of_one_object_does_not_outweigh_what_is_seen()
    {
        const string seen = """
            $ kubectl get pods -n shop
            NAME                        READY   STATUS             RESTARTS   AGE
            basket-5f7c9d8b6-q7w8z      0/1     ImagePullBackOff   0          5d
            $ kubectl get events -n shop
            LAST SEEN   TYPE      REASON   OBJECT                       MESSAGE
            2m          Warning   Failed   pod/basket-5f7c9d8b6-q7w8z   Failed to pull image "a/b:9": manifest unknown
            """;
        var diagnosis = (
            await AskAsync("basket said 0/3 nodes are available: 3 Insufficient memory.", seen)
        ).Diagnosis;
        diagnosis.Fault.ShouldBe("image.not-found");
        diagnosis.RootCause.ShouldNotContain("as told");
    }

    [Fact]
    public async Task An_alert_alone_tells_its_pod_and_its_reason()
    {
        const string alert = """
            {"title": "Pod not scheduled", "pod": "ledger-0", "namespace": "pay",
             "description": "0/5 nodes are available: 5 Insufficient cpu."}
            """;
        var diagnosis = (await AskAsync("what does this alert mean?", alert)).Diagnosis;
        (diagnosis.Fault, diagnosis.Resource).ShouldBe(("scheduling.insufficient-cpu", new("Pod", "pay", "ledger-0")));
        diagnosis.RootCause.ShouldContain("as told in the pasted text");
    }

    [Fact]
    public async Task A_namespace_that_the_paste_does_not_show_hides_nothing() =>
        (await AskAsync("what is wrong", Pods, "staging")).Diagnosis.Resource.ShouldNotBeNull();

    [Fact]
    public async Task An_Ingress_in_front_of_a_workload_belongs_to_the_question()
    {
        const string paste = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: apps/v1, kind: Deployment, metadata: {name: basket, namespace: shop},
               spec: {selector: {matchLabels: {app: basket}},
                      template: {metadata: {labels: {app: basket}}, spec: {containers: [{name: main, image: a}]}}}}
            - {apiVersion: v1, kind: Service, metadata: {name: basket-http, namespace: shop},
               spec: {selector: {app: basket}, ports: [{port: 80}]}}
            - {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: edge, namespace: shop},
               spec: {ingressClassName: traefic, rules: [{host: shop.example.com, http: {paths: [{path: /,
                 pathType: Prefix, backend: {service: {name: basket-http, port: {number: 80}}}}]}}]}}
            ---
            """;
        const string classes = """
            $ kubectl get ingressclasses
            NAME      CONTROLLER                      PARAMETERS   AGE
            traefik   traefik.io/ingress-controller   <none>       1d
            """;
        foreach (var question in (string[])["nobody can reach basket", "shop.example.com does not answer"])
        {
            var investigation = await MemorylessInvestigation.RunAsync(
                new PastedEvidence([new("a.yaml", paste), new("b.txt", classes)], TimeProvider.System),
                question,
                null,
                TestContext.Current.CancellationToken
            );
            investigation.Diagnosis.Fault.ShouldBe("network.ingress-class-missing");
        }
    }
}
