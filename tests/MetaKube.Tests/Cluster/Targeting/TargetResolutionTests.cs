using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Targeting;
using MetaKube.Model;
using MetaKube.Tests.Cluster.Text;

namespace MetaKube.Tests.Cluster.Targeting;

public sealed class TargetResolutionTests
{
    private static readonly ClusterSnapshot Snapshot = Build();

    private static ClusterSnapshot Build()
    {
        var snapshot = new ClusterSnapshot("test");
        foreach (var ns in (string[])["shop", "pay", "infra"])
            snapshot.Add(new V1Namespace { Metadata = new() { Name = ns } });
        AddWorkload(snapshot, "shop", "checkout", "7d9f6c5b8", "x2x4z");
        AddWorkload(snapshot, "shop", "checkout-worker", "5b66f7d4c", "abcde");
        AddWorkload(snapshot, "shop", "api", "6bdf8c7d9", "qwert");
        AddWorkload(snapshot, "pay", "api", "855d7c6b4", "zzzzz");
        AddWorkload(snapshot, "pay", "ledger-core", "5d4c8b7f6", "bbbbb");
        AddWorkload(snapshot, "pay", "users", "7c9d8f6b5", "ccccc");
        snapshot.Add(new V1Service { Metadata = Meta("shop", "checkout") });
        snapshot.Add(new V1CronJob { Metadata = Meta("shop", "nightly") });
        snapshot.Add(new V1Job { Metadata = Meta("shop", "nightly-2811", "CronJob", "nightly") });
        snapshot.Add(new V1PersistentVolumeClaim { Metadata = Meta("infra", "data") });
        snapshot.Add(new V1Node { Metadata = new() { Name = "node-1" } });
        return snapshot;
    }

    [Fact(Timeout = 60_000)]
    public async Task Owners_that_own_each_other_end() =>
        await Task.Run(
            () =>
            {
                var snapshot = new ClusterSnapshot("test");
                snapshot.Add(new V1Deployment { Metadata = Meta("shop", "geo", "ReplicaSet", "geo-55") });
                snapshot.Add(new V1ReplicaSet { Metadata = Meta("shop", "geo-55", "Deployment", "geo") });
                snapshot.Add(new V1Pod { Metadata = Meta("shop", "geo-55-x2x4z", "ReplicaSet", "geo-55") });
                var topology = ResourceTopology.Build(snapshot);
                TargetResolution.Resolve(new("why does geo fail"), snapshot, topology).Target.Object.ShouldNotBeNull();
            },
            TestContext.Current.CancellationToken
        );

    private static void AddWorkload(ClusterSnapshot snapshot, string ns, string name, string hash, string pod)
    {
        snapshot.Add(new V1Deployment { Metadata = Meta(ns, name) });
        snapshot.Add(new V1ReplicaSet { Metadata = Meta(ns, $"{name}-{hash}", "Deployment", name) });
        snapshot.Add(new V1Pod { Metadata = Meta(ns, $"{name}-{hash}-{pod}", "ReplicaSet", $"{name}-{hash}") });
    }

    private static V1ObjectMeta Meta(string ns, string name) => new() { Name = name, NamespaceProperty = ns };

    private static V1ObjectMeta Meta(string ns, string name, string ownerKind, string owner) =>
        new()
        {
            Name = name,
            NamespaceProperty = ns,
            OwnerReferences = [new() { Kind = ownerKind, Name = owner }],
        };

    private static Target Resolve(string question, string? ns = null) =>
        TargetResolution.Resolve(new(question, ns), Snapshot, ResourceTopology.Build(Snapshot)).Target;

    [Theory]
    [InlineData("why is checkout crashing", "Deployment shop/checkout")]
    [InlineData("Why is the checkout pod pending?", "Deployment shop/checkout")]
    [InlineData("pod shop/checkout-7d9 pending", "Deployment shop/checkout")]
    [InlineData("checkout-7d9f6c5b8-x2x4z keeps restarting", "Deployment shop/checkout")]
    [InlineData("service checkout does not answer", "Service shop/checkout")]
    [InlineData("svc/checkout has no endpoints", "Service shop/checkout")]
    [InlineData("what about deployment/checkout-worker", "Deployment shop/checkout-worker")]
    [InlineData("why is users down", "Deployment pay/users")]
    [InlineData("users say that checkout is slow", "Deployment shop/checkout")]
    [InlineData("is node node-1 ok", "Node node-1")]
    [InlineData("node-1 not ready", "Node node-1")]
    [InlineData("cronjob nightly did not run", "CronJob shop/nightly")]
    [InlineData("job nightly-2811 failed", "Job shop/nightly-2811")]
    [InlineData("pvc data pending", "PersistentVolumeClaim infra/data")]
    [InlineData("why is pay/api slow", "Deployment pay/api")]
    [InlineData("why is api slow in namespace pay", "Deployment pay/api")]
    [InlineData("why is api slow in shop", "Deployment shop/api")]
    public void A_plain_question_names_its_target(string question, string target) =>
        Resolve(question).Object?.ToString().ShouldBe(target);

    [Fact]
    public void A_namespace_option_decides_between_equals() =>
        Resolve("why is api down", "pay").Object.ShouldBe(new("Deployment", "pay", "api"));

    [Fact]
    public void Equal_names_are_listed_not_guessed()
    {
        var resolution = Resolve("why is api down");
        resolution.Object.ShouldBeNull();
        resolution
            .Candidates.Select(candidate => candidate.ToString())
            .ShouldBe(["Deployment pay/api", "Deployment shop/api"]);
    }

    [Theory]
    [InlineData("what is wrong?", null)]
    [InlineData("anything broken in namespace shop?", "shop")]
    [InlineData("what is failing in pay", "pay")]
    public void A_question_without_a_resource_is_about_its_namespace_or_the_cluster(string question, string? scope)
    {
        var resolution = Resolve(question);
        (resolution.Object, resolution.Namespace, resolution.NotFound, resolution.Candidates.Count).ShouldBe(
            (null, scope, null, 0)
        );
    }

    [Theory]
    [InlineData("why is chekout crashing", "chekout", "Deployment shop/checkout")]
    [InlineData("why is the checkout worker slow", "checkout worker", "Deployment shop/checkout-worker")]
    [InlineData("the CheckoutWorker hangs", "CheckoutWorker", "Deployment shop/checkout-worker")]
    [InlineData("ledger is down", "ledger", "Deployment pay/ledger-core")]
    [InlineData("checkout-service is down", "checkout-service", "Deployment shop/checkout")]
    [InlineData("checkout-66f7d9c5b4-aaaaa is gone, why", "checkout-66f7d9c5b4-aaaaa", "Deployment shop/checkout")]
    public void A_word_that_is_nearly_a_name_is_told_with_the_object_that_is_meant(
        string question,
        string written,
        string target
    )
    {
        var resolution = Resolve(question);
        resolution.Object?.ToString().ShouldBe(target);
        resolution.Remark.ShouldBe($"Nothing is called \"{written}\"; the nearest is {target}.");
    }

    [Theory]
    [InlineData("why is CHECKOUT crashing")]
    [InlineData("Why is Checkout crashing?")]
    [InlineData("why is checkout's pod pending")]
    [InlineData("**checkout** crashes")]
    [InlineData("warum stürzt checkout im Cluster ständig ab?")]
    [InlineData("¿por qué falla checkout en el clúster?")]
    [InlineData("pourquoi l'application checkout redémarre sans cesse ?")]
    [InlineData("为什么checkout一直重启？")]
    [InlineData("checkoutが起動しないのはなぜですか")]
    [InlineData("""{"alertname":"PodCrashLooping","labels":{"namespace":"shop","pod":"checkout-7d9f6c5b8-x2x4z"}}""")]
    [InlineData("[FIRING:1] KubePodCrashLooping shop (checkout-7d9f6c5b8-x2x4z warning)")]
    [InlineData("since the last rollout on worker node-1 the checkout pod restarts")]
    public void A_name_is_found_in_any_sentence_and_letter_case_and_needs_no_remark(string question)
    {
        var resolution = Resolve(question);
        (resolution.Object, resolution.Remark).ShouldBe((new("Deployment", "shop", "checkout"), null));
    }

    [Theory]
    [InlineData("this pod is created but never ready")]
    [InlineData("my operator hangs on our OpenShift (IBM ROKS) cluster")]
    [InlineData("Partial Service Unreachability.")]
    [InlineData("only 1/2 ready, i/o errors and/or timeouts")]
    [InlineData("hello, what can you tell me about the certs on GKE?")]
    [InlineData("warum geht hier nichts mehr?")]
    [InlineData("¿por qué no funciona nada?")]
    [InlineData("pourquoi rien ne marche ?")]
    [InlineData("集群出了什么问题")]
    [InlineData("クラスターはどうなっていますか")]
    public void Words_that_name_nothing_leave_the_whole_cluster(string question)
    {
        var resolution = Resolve(question);
        (resolution.Object, resolution.Namespace, resolution.Candidates.Count).ShouldBe((null, null, 0));
    }

    [Theory]
    [InlineData("why is basket crashing", "basket")]
    [InlineData("pod frontend-5d9 pending", "frontend-5d9")]
    [InlineData("what is wrong with `billing`?", "billing")]
    public void A_name_that_no_object_has_is_told(string question, string name)
    {
        var resolution = Resolve(question);
        (resolution.Object, resolution.NotFound).ShouldBe((null, name));
        resolution.Remark!.ShouldStartWith($"Nothing is called \"{name}\"");
    }

    [Fact]
    public void A_name_that_shares_a_part_with_an_object_is_told_and_not_taken_for_it()
    {
        var resolution = Resolve("why is legacy-api in a crashloop in shop");
        resolution.Object.ShouldBeNull();
        resolution.Remark.ShouldBe(
            "Nothing is called \"legacy-api\" in namespace shop; the nearest is Deployment shop/api. "
                + "This is about all of namespace shop."
        );
    }

    [Theory]
    [InlineData("why is the statefulset not ready?", "StatefulSet", "db")]
    [InlineData("why is the deployment not ready?", "Deployment", null)]
    public void A_kind_without_a_name_is_the_only_object_of_it(string question, string kind, string? name)
    {
        var snapshot = Pasted.Read(
            "$ kubectl get sts -n shop\nNAME   READY   AGE\ndb     0/1     2h",
            "$ kubectl get deploy -n shop\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\n"
                + "web    1/1     1            1           2h\napi    1/1     1            1           2h"
        );
        var target = TargetResolution.Resolve(new(question), snapshot, ResourceTopology.Build(snapshot)).Target;
        target.Object.ShouldBe(name is null ? null : new(kind, "shop", name));
    }
}
