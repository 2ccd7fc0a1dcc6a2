using System.Text.Json.Nodes;
using MetaKube.Cluster;
using MetaKube.Cluster.Writing;
using MetaKube.Fakes.Clusters;
using MetaKube.Model;
using MetaKube.Tests.Remediation;

namespace MetaKube.Tests.Cluster.Writing;

/// <summary>Changes of objects over HTTP, against a simulated API server.</summary>
public sealed class ClusterChangesTests : IAsyncLifetime
{
    private SimulatedCluster cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterChanges Changes => cluster.Source().Changes(ScaledToZero.Account);

    private IEnumerable<SimulatedWrite> Stored => cluster.Writes.Received.Where(write => !write.IsDryRun);

    public async ValueTask InitializeAsync()
    {
        cluster = await SimulatedCluster.StartAsync();
        ScaledToZero.AddTo(cluster);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task A_plan_is_a_dry_run_by_the_account_for_changes()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        ClusterChanges.Describe(fields).ShouldBe("- spec.replicas: 0\n+ spec.replicas: 1");
        var write = cluster.Writes.Received.ShouldHaveSingleItem();
        (write.IsDryRun, write.Account, write.Manager).ShouldBe((true, ScaledToZero.Account, "metakube"));
        ScaledToZero.ReplicasIn(cluster).ShouldBe(0);
    }

    [Theory]
    [InlineData("Deployment", "orders", """{"spec":{"replicas":0}}""", "like that already")]
    [InlineData("Deployment", "orders", "not json", "patch")]
    [InlineData("Deployment", "gone", """{"spec":{"replicas":1}}""", "is gone")]
    [InlineData("Pizza", "orders", "{}", "Pizza")]
    [InlineData(
        "Deployment",
        "orders",
        """
            {"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"DB_PASSWORD",
            "value":"hunter2hunter2"}]}]}}}}
            """,
        "looks like a secret"
    )]
    public async Task A_change_that_cannot_be_made_is_refused(string kind, string name, string patch, string why)
    {
        var refused = await Should.ThrowAsync<ChangeRefusedException>(() =>
            Changes.PlanAsync(new(new(kind, "shop", name), patch), Cancel)
        );
        refused.Message.ShouldContain(why);
        refused.Message.ShouldNotContain("hunter2");
        Stored.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_that_an_admission_webhook_denies_is_refused_with_its_reason()
    {
        cluster.Writes.Refusal = static _ => "replicas are managed by the autoscaler";
        (
            await Should.ThrowAsync<ChangeRefusedException>(() => Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel))
        ).Message.ShouldContain("replicas are managed by the autoscaler");
    }

    [Fact]
    public async Task A_change_that_the_account_may_not_make_is_refused()
    {
        cluster.Allows = static what => what != "patch deployments";
        (
            await Should.ThrowAsync<ChangeRefusedException>(() => Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel))
        ).Message.ShouldContain("forbidden");
        (await Changes.MissingAsync(Cancel)).ShouldBe(["patch deployments"]);
    }

    [Fact]
    public async Task A_plan_leaves_out_fields_that_another_writer_changes_at_the_same_time()
    {
        cluster.Writes.Arriving = write =>
        {
            if (cluster.Writes.Received.Count == 1)
                Label("team", "blue");
        };
        (await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel)).ShouldHaveSingleItem().Field.ShouldBe("spec.replicas");
        cluster.Writes.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_is_made_once_however_often_it_is_applied()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        ScaledToZero.ReplicasIn(cluster).ShouldBe(1);
        Stored.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_conflict_with_a_change_of_other_fields_is_tried_again()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        cluster.Writes.Arriving = _ =>
        {
            if (Stored.Count() < 3)
                Label("attempt", $"{Stored.Count()}");
        };
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        Stored.Count().ShouldBe(3);
        ScaledToZero.ReplicasIn(cluster).ShouldBe(1);
    }

    [Fact]
    public async Task A_conflict_at_each_attempt_is_refused_in_the_end()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        cluster.Writes.Arriving = _ => Label("attempt", $"{Stored.Count()}");
        (
            await Should.ThrowAsync<ChangeRefusedException>(() =>
                Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel)
            )
        ).Message.ShouldContain("has been modified");
        Stored.Count().ShouldBe(5);
        ScaledToZero.ReplicasIn(cluster).ShouldBe(0);
    }

    [Fact]
    public async Task A_change_of_a_field_that_another_writer_changed_is_refused()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        ScaledToZero.Scale(cluster, 3);
        (
            await Should.ThrowAsync<ChangeRefusedException>(() =>
                Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel)
            )
        ).Message.ShouldContain("spec.replicas");
        Stored.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fields_reversed_take_a_change_back()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        await Changes.ApplyAsync(ScaledToZero.Orders, [.. fields.Select(field => field.Reversed())], Cancel);
        ScaledToZero.ReplicasIn(cluster).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_fails_is_unavailable_and_nothing_is_changed()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        cluster.Writes.Fault = static _ => WriteFault.Unavailable;
        await Should.ThrowAsync<EvidenceUnavailableException>(() =>
            Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel)
        );
        ScaledToZero.ReplicasIn(cluster).ShouldBe(0);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_unavailable_and_seen_as_made_by_the_next_attempt()
    {
        var fields = await Changes.PlanAsync(ScaledToZero.ScaleUp, Cancel);
        cluster.Writes.Fault = static _ => WriteFault.AnswerLost;
        await Should.ThrowAsync<EvidenceUnavailableException>(() =>
            Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel)
        );
        ScaledToZero.ReplicasIn(cluster).ShouldBe(1);
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        Stored.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_deployment_goes_back_to_the_template_of_a_revision()
    {
        var fields = await Changes.PlanAsync(new(ScaledToZero.Orders, "", 1), Cancel);
        ClusterChanges
            .Describe(fields)
            .ShouldBe(
                """
                - spec.template.spec.containers[app].image: "orders:2"
                + spec.template.spec.containers[app].image: "orders:1"
                """
            );
        await Changes.ApplyAsync(ScaledToZero.Orders, fields, Cancel);
        (
            (string)
                cluster.Find("Deployment", "shop", "orders")!["spec"]!["template"]!["spec"]!["containers"]![0]![
                    "image"
                ]!
        ).ShouldBe("orders:1");
        (
            await Should.ThrowAsync<ChangeRefusedException>(() =>
                Changes.PlanAsync(new(ScaledToZero.Orders, "", 99), Cancel)
            )
        ).Message.ShouldContain("Revision 99");
    }

    [Fact]
    public void A_description_redacts_values_that_look_like_secrets()
    {
        var text = ClusterChanges.Describe([
            new("/spec/args/0", "spec.args", "\"--log=info\"", "\"--db=postgres://app:Tr0ub4dor@db/orders\""),
        ]);
        text.ShouldContain("--log=info");
        text.ShouldNotContain("Tr0ub4dor");
    }

    /// <summary>Somebody else labels the object, which makes a new version of it.</summary>
    private void Label(string name, string value)
    {
        var deployment = cluster.Find("Deployment", "shop", "orders")!;
        deployment["metadata"]!["labels"] = new JsonObject { [name] = value };
        cluster.Add("Deployment", deployment);
    }
}
