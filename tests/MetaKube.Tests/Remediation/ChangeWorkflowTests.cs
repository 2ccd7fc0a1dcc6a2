using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Remediation;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Model;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Remediation;

/// <summary>Changes from the proposal to the undo, by clicks in Slack, against a simulated API server.</summary>
public sealed class ChangeWorkflowTests
{
    private const string Ada = ChangeFixture.Ada,
        Bob = ChangeFixture.Bob;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approved_change_is_applied_as_shown_watched_and_learnt_from()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        proposal.Text.ShouldContain("- spec.replicas: 0\n+ spec.replicas: 1");
        site.Stored.ShouldBeEmpty();

        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("Applied with the approval of");
        site.Replicas.ShouldBe(1);
        var write = site.Stored.ShouldHaveSingleItem();
        (write.Account, write.Manager).ShouldBe((ScaledToZero.Account, "metakube"));

        await site.ReplyAsync("after the change. Memory keeps that it fixed scheduling.scaled-to-zero");
        var episode = (await site.Chat.EpisodesAsync()).Single();
        (episode.Outcome, episode.Truth).ShouldBe((Outcome.Observed, "scheduling.scaled-to-zero"));
        (await site.HistoryAsync()).ShouldBe([
            $"slack:{Bob} asked to see it; the API server accepts it",
            $"slack:{Ada} approved it; it was applied",
            "metakube recovery observed",
        ]);
        (await site.ChangeAsync()).Id.ShouldBe(episode.Id);
    }

    [Fact]
    public async Task Only_approvers_may_approve_and_undo()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        await site.ClickAsync(Bob, proposal, "apply");
        await site.UntilToldAsync(Bob, "You are not an approver");
        site.Stored.ShouldBeEmpty();

        await site.ClickAsync(Ada, proposal, "apply");
        var applied = await site.ReplyAsync("Applied with the approval of");
        await site.ClickAsync(Bob, applied, "undo");
        await site.Slack.UntilAsync(() => site.Slack.Ephemerals.Count(one => one.User == Bob) == 2, what: "a refusal");
        site.Replicas.ShouldBe(1);
        (await site.HistoryAsync())
            .Count(entry => entry == $"slack:{Bob} tried to approve it without being an approver")
            .ShouldBe(2);
    }

    [Fact]
    public async Task An_approver_of_other_namespaces_may_not_approve()
    {
        await using var site = await ChangeFixture.StartAsync(
            more: ("Remediation:Approvers:0:Namespaces:0", "payments-*")
        );
        await site.ClickAsync(Ada, await site.ProposeAsync(), "apply");
        await site.UntilToldAsync(Ada, "You are not an approver");
        site.Stored.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_that_the_server_denies_as_a_dry_run_is_not_proposed()
    {
        await using var site = await ChangeFixture.StartAsync();
        site.Cluster.Writes.Refusal = static _ => "replicas are managed by the autoscaler";
        await site.ClickAsync(Bob, site.Answer, "propose");
        var refusal = await site.ReplyAsync("replicas are managed by the autoscaler");
        Buttons(refusal).ShouldBeEmpty();
        (await site.ChangeAsync()).State.ShouldBe(ChangeState.Offered);

        site.Cluster.Writes.Refusal = static _ => null;
        Buttons(await site.ProposeAsync()).ShouldContain("metakube.apply");
    }

    [Fact]
    public async Task A_change_whose_account_lacks_the_right_is_refused_with_the_servers_words()
    {
        await using var site = await ChangeFixture.StartAsync();
        site.Cluster.Allows = static what => what != "patch deployments";
        await site.ClickAsync(Bob, site.Answer, "propose");
        await site.ReplyAsync("is forbidden");
    }

    [Fact]
    public async Task An_apply_whose_answer_is_lost_is_not_applied_twice()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        site.Cluster.Writes.Fault = static write => write.IsDryRun ? WriteFault.None : WriteFault.AnswerLost;
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("Applied with the approval of");
        site.Stored.Count.ShouldBe(1);
        site.Replicas.ShouldBe(1);
        (await site.ChangeAsync()).State.ShouldBe(ChangeState.Applied);
    }

    [Fact]
    public async Task An_apply_is_tried_again_while_the_server_is_unavailable()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        site.Cluster.Writes.Fault = _ => site.Stored.Count < 2 ? WriteFault.Unavailable : WriteFault.None;
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("Applied with the approval of");
        site.Stored.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_approval_is_refused_after_another_change_of_the_same_field()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        ScaledToZero.Scale(site.Cluster, 3);
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("spec.replicas of Deployment shop/orders");
        site.Replicas.ShouldBe(3);
        var change = await site.ChangeAsync();
        change.State.ShouldBe(ChangeState.Proposed);
        change.History[^1].Description.ShouldStartWith("refused: ");

        // The change is allowed again, since the field has its old value again.
        ScaledToZero.Scale(site.Cluster, 0);
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("Applied with the approval of");
        site.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_approval_that_runs_again_after_a_crash_stays_refused()
    {
        await using var site = await ChangeFixture.StartAsync();
        await site.ProposeAsync();
        ScaledToZero.Scale(site.Cluster, 3);
        var change = await site.ChangeAsync();
        var work = new WorkItem.Remediation
        {
            Id = "approval-1",
            At = TimeProvider.System.GetUtcNow(),
            Investigation = change.Id,
            Step = ChangeStep.Apply,
            Plan = change.Plan,
            Thread = new("slack", ChangeFixture.Channel, site.Question.Ts),
            User = Ada,
        };
        var services = site.Chat.Bot.Services;
        var thread = services.GetServices<ChatPlatform>().Single().Open(work.Thread);
        var workflow = services.GetRequiredService<ChangeWorkflow>();
        await workflow.DoAsync(work, thread, Permission.Everything, Cancel);
        ScaledToZero.Scale(site.Cluster, 0);
        await workflow.DoAsync(work, thread, Permission.Everything, Cancel);
        site.Replicas.ShouldBe(0);
        site.Stored.ShouldBeEmpty();
        (await site.ChangeAsync()).History.Count(entry => entry.Work == work.Id).ShouldBe(1);
    }

    [Fact]
    public async Task An_approval_of_an_older_proposal_is_refused()
    {
        await using var site = await ChangeFixture.StartAsync();
        var older = await site.ProposeAsync();
        var newer = await site.ProposeAsync(number: 2);
        await site.ClickAsync(Ada, older, "apply");
        await site.ReplyAsync("proposed again since");
        site.Stored.ShouldBeEmpty();
        await site.ClickAsync(Ada, newer, "apply");
        await site.ReplyAsync("Applied with the approval of");
        site.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task An_undo_restores_the_fields_and_an_old_approval_does_not_apply_them_again()
    {
        await using var site = await ChangeFixture.StartAsync();
        var proposal = await site.ProposeAsync();
        await site.ClickAsync(Ada, proposal, "apply");
        var applied = await site.ReplyAsync("Applied with the approval of");
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("was applied already");

        await site.ClickAsync(Ada, applied, "undo");
        (await site.ReplyAsync("Undone by")).Text.ShouldContain("- spec.replicas: 1\n+ spec.replicas: 0");
        site.Replicas.ShouldBe(0);
        await site.ClickAsync(Ada, applied, "undo");
        await site.ReplyAsync("was undone already");
        await site.ClickAsync(Ada, proposal, "apply");
        await site.ReplyAsync("Show the change first");
        site.Replicas.ShouldBe(0);
        (await site.ChangeAsync()).State.ShouldBe(ChangeState.Undone);
    }

    [Fact]
    public async Task An_undo_is_refused_after_another_change_of_the_same_field()
    {
        await using var site = await ChangeFixture.StartAsync();
        await site.ClickAsync(Ada, await site.ProposeAsync(), "apply");
        var applied = await site.ReplyAsync("Applied with the approval of");
        ScaledToZero.Scale(site.Cluster, 5);
        await site.ClickAsync(Ada, applied, "undo");
        await site.ReplyAsync("spec.replicas of Deployment shop/orders");
        site.Replicas.ShouldBe(5);
        (await site.ChangeAsync()).State.ShouldBe(ChangeState.Applied);
    }

    [Fact]
    public async Task A_change_that_does_not_help_is_reported_with_a_button_to_undo_it()
    {
        await using var site = await ChangeFixture.StartAsync(isHealthy: false, ("Remediation:FollowFor", "00:00:10"));
        await site.ClickAsync(Ada, await site.ProposeAsync(), "apply");
        var failed = await site.ReplyAsync("has not helped so far");
        (await site.HistoryAsync()).Last().ShouldStartWith("metakube no recovery: ");
        (await site.Chat.EpisodesAsync()).Single().Outcome.ShouldBe(Outcome.Pending);
        await site.ClickAsync(Ada, failed, "undo");
        await site.ReplyAsync("Undone by");
        site.Replicas.ShouldBe(0);
    }

    [Fact]
    public async Task The_history_keeps_when_by_whom_and_by_which_work_item_each_step_was_taken()
    {
        var began = TimeProvider.System.GetUtcNow();
        await using var site = await ChangeFixture.StartAsync();
        await site.ClickAsync(Ada, await site.ProposeAsync(), "apply");
        await site.ReplyAsync("Applied with the approval of");
        var change = await site.ChangeAsync();
        change.History.Select(entry => entry.Work).Distinct().Count().ShouldBe(change.History.Count);
        change.History.Select(entry => entry.At).ShouldBe(change.History.Select(entry => entry.At).Order());
        change.History[0].At.ShouldBeGreaterThan(began);
        change.AppliedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(change.History[0].At);
        change.Fields.ShouldHaveSingleItem().ShouldBe(new("/spec/replicas", "spec.replicas", "0", "1"));
    }

    [Theory]
    [InlineData("Remediation:Enabled", "false")]
    [InlineData("Remediation:MostRisk", "low")]
    public async Task A_change_that_the_settings_exclude_is_not_offered(string setting, string value)
    {
        await using var site = await ChangeFixture.StartAsync(more: (setting, value));
        Buttons(site.Answer).ShouldNotBeEmpty();
        Buttons(site.Answer).ShouldNotContain("metakube.propose");
        site.Cluster.Writes.Received.ShouldBeEmpty();
    }

    private static IEnumerable<string> Buttons(FakeMessage message) => Find(message.Content["blocks"]);

    private static IEnumerable<string> Find(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Find),
            JsonObject map when (string?)map["type"] == "button" => [(string)map["action_id"]!],
            JsonObject map => map.SelectMany(one => Find(one.Value)),
            _ => [],
        };
}
