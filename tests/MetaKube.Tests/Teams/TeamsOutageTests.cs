using System.Collections.Concurrent;
using MetaKube.Evaluation.Teams;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Teams;

/// <summary>Teams away, slow, or doing one thing and saying another.</summary>
public sealed class TeamsOutageTests
{
    [Theory]
    [InlineData(FakeFault.LostAnswer)]
    [InlineData(FakeFault.DoneButFailed)]
    [InlineData(FakeFault.Failed)]
    [InlineData(FakeFault.Down)]
    [InlineData(FakeFault.Limited)]
    public async Task After_each_fault_of_a_call_the_answer_is_posted_once(object fault)
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var calls = new ConcurrentDictionary<string, int>();
        // Every other call of each kind fails.
        chat.Fake.Fault = method =>
            calls.AddOrUpdate(method, 1, (_, count) => count + 1) % 2 == 1 ? (FakeFault)fault : FakeFault.None;
        var thread = await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?");
        await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        chat.Client.AnswersIn(thread).Count.ShouldBe(1);
        // A message whose delivery is uncertain stays with a true text.
        chat.Client.ThreadOf(thread).Where(message => !message.IsAnswer).ShouldAllBe(message => message.IsWorking);
    }

    [Fact]
    public async Task Questions_during_an_outage_of_teams_are_answered_afterwards_in_order_and_once()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var teams = chat.Fake;
        teams.Fault = _ => FakeFault.Down;
        var thread = await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?");
        await teams.SayAsync(teams.Ada, thread, "show the events");
        await teams.SayAsync(teams.Ada, thread, "dig deeper");
        // The bot stops trying for a while and keeps its work.
        await ChatFixture.UntilAsync(async () =>
            await chat.FailuresAsync($"teams:{thread.Replace(";messageid=", ":", StringComparison.Ordinal)}") >= 2
        );
        teams.Fault = _ => FakeFault.None;
        await chat.AnswerAsync(thread, 2);
        await chat.UntilIdleAsync();
        teams
            .ThreadOf(thread)
            .Select(message => message.IsAnswer ? "answer" : "reply")
            .ShouldBe(["answer", "reply", "answer"]);
    }

    [Fact]
    public async Task A_storm_of_limits_delays_answers_and_loses_none()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var teams = chat.Fake;
        var random = new Random(7);
        teams.Fault = _ =>
        {
            lock (random)
                return random.Next(3) == 0 ? FakeFault.Limited : FakeFault.None;
        };
        var threads = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?"))
        );
        foreach (var thread in threads)
            await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        foreach (var thread in threads)
            teams.ThreadOf(thread).Count.ShouldBe(1);
        // No call is repeated before the time that Teams named.
        foreach (var calls in teams.Calls.GroupBy(call => call.Conversation))
            foreach (var refused in calls.Where(call => call.Error == "Throttled"))
                calls.ShouldNotContain(
                    next =>
                        next.At - refused.At > TimeSpan.FromMilliseconds(150)
                        && next.At - refused.At < TimeSpan.FromMilliseconds(900),
                    calls.Key
                );
    }

    [Fact]
    public async Task A_deleted_message_is_posted_again()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var gate = new TaskCompletionSource();
        chat.Cluster.Gate = gate.Task;
        var thread = await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?");
        await chat.Client.UntilAsync(
            () => chat.Client.ThreadOf(thread) is [{ IsWorking: true }],
            "the message for now"
        );
        chat.Client.Messages.Clear();
        gate.SetResult();
        await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        chat.Client.ThreadOf(thread).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_refused_for_its_labels_or_its_form_is_sent_without_them()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        var teams = chat.Fake;
        teams.Dislikes = activity => activity.ContainsKey("entities");
        var unmarked = await chat.AnswerAsync(
            await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?")
        );
        unmarked.Card.ShouldNotBeNull();
        unmarked.Content.ContainsKey("channelData").ShouldBeFalse();

        teams.Dislikes = activity =>
            activity.ToJsonString().Contains("config.missing-secret", StringComparison.Ordinal)
            && activity.ContainsKey("attachments");
        var thread = await teams.SayAsync(teams.Ada, teams.Channel, "why is checkout crashing?");
        await teams.UntilAsync(() => teams.ThreadOf(thread) is [{ IsWorking: false }], "the answer in plain words");
        var plain = teams.ThreadOf(thread).Single();
        ((string?)plain.Content["textFormat"]).ShouldBe("plain");
        plain.Text.ShouldContain("config.missing-secret");
        plain.Text.ShouldContain("kubectl");
    }

    [Fact]
    public async Task Activities_that_come_twice_late_and_in_any_order_are_answered_once() =>
        // The evaluation does the same with 10,000.
        (await TeamsBenchmark.StormAsync(300, TextWriter.Null)).ShouldBeTrue();
}
