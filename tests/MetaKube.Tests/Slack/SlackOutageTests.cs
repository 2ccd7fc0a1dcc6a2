using System.Collections.Concurrent;
using MetaKube.Evaluation.Slack;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Chat;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Slack;

/// <summary>Slack away, slow, or saying one thing and doing another.</summary>
public sealed class SlackOutageTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA";

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Theory]
    [InlineData(FakeFault.LostAnswer)]
    [InlineData(FakeFault.DoneButFailed)]
    [InlineData(FakeFault.Failed)]
    [InlineData(FakeFault.Down)]
    [InlineData(FakeFault.Limited)]
    public async Task After_each_fault_of_a_call_the_answer_is_posted_once(object fault)
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        var calls = new ConcurrentDictionary<string, int>();
        // Every other call of each method fails.
        chat.Slack.Fault = method =>
            method is "chat.postMessage" or "conversations.replies"
            && calls.AddOrUpdate(method, 1, (_, count) => count + 1) % 2 == 1
                ? (FakeFault)fault
                : FakeFault.None;
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.DetailsAsync(asked);
        await chat.UntilIdleAsync();
        chat.Slack.AnswersIn(Channel, asked.Ts).Count.ShouldBe(1);
        chat.Slack.ThreadOf(Channel, asked.Ts).Count(message => message.Key is not null).ShouldBe(2);
    }

    [Fact]
    public async Task Questions_during_an_outage_of_slack_are_answered_afterwards_in_order_and_once()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        chat.Slack.Fault = _ => FakeFault.Down;
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} why is checkout crashing?");
        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} show the events", asked.Ts);
        await chat.Slack.Events.SayAsync(Channel, Ada, $"{Us} dig deeper", asked.Ts);
        // The bot stops trying for a while and keeps its work.
        await ChatFixture.UntilAsync(async () => await chat.FailuresAsync(asked) >= 2);
        chat.Slack.Fault = _ => FakeFault.None;

        await chat.AnswerAsync(asked);
        await chat.UntilIdleAsync();
        chat.Slack.ThreadOf(Channel, asked.Ts)
            .Where(message => message.Key is not null)
            .Select(message => message.Key!.Split('/')[^1])
            .ShouldBe(["answer", "reply", "reply"]);
    }

    [Fact]
    public async Task A_storm_of_limits_delays_answers_and_loses_none()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        var random = new Random(7);
        chat.Slack.Fault = _ =>
        {
            lock (random)
                return random.Next(3) == 0 ? FakeFault.Limited : FakeFault.None;
        };
        var asked = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => chat.Slack.Events.SayAsync($"C0ROOM{i}", Ada, $"{Us} why is checkout crashing?"))
        );
        foreach (var one in asked)
            await chat.DetailsAsync(one);
        await chat.UntilIdleAsync();
        foreach (var one in asked)
            chat.Slack.ThreadOf(one.Channel, one.Ts).Count(message => message.Key is not null).ShouldBe(2);
        // No call is repeated before the time that Slack named.
        foreach (
            var calls in chat.Slack.Calls.GroupBy(call =>
                (call.Method, call.Method == "chat.postMessage" ? call.Arguments["channel"]?.ToString() : "")
            )
        )
            foreach (var refused in calls.Where(call => call.Error == "ratelimited"))
                // Calls that were in flight do not count.
                calls.ShouldNotContain(
                    next =>
                        next.At - refused.At > TimeSpan.FromMilliseconds(150)
                        && next.At - refused.At < TimeSpan.FromMilliseconds(900),
                    calls.Key.ToString()
                );
    }

    [Fact]
    public async Task Sockets_that_are_cut_or_refreshed_all_the_time_lose_nothing_and_answer_once()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets, "config-missing-secret");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var cutting = CutAsync(chat, end.Token);
        var asked = new List<FakeMessage>();
        for (var i = 0; i < 20; i++)
            asked.Add(await chat.Slack.Events.SayAsync($"C0ROOM{i % 5}", Ada, $"{Us} why is checkout crashing?"));
        foreach (var one in asked)
            await chat.DetailsAsync(one);
        await end.CancelAsync();
        await cutting;
        await chat.UntilIdleAsync();
        foreach (var one in asked)
            chat.Slack.ThreadOf(one.Channel, one.Ts).Count(message => message.Key is not null).ShouldBe(2);
        chat.Slack.Sockets.Opened.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task At_a_refresh_the_next_socket_is_open_before_the_last_is_closed()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Sockets);
        await chat.Slack.UntilAsync(() => chat.Slack.Sockets.Count == 2, what: "both sockets");
        var fewest = 2;
        chat.Slack.Sockets.Changed += count => fewest = Math.Min(fewest, count);
        await chat.Slack.Sockets.RefreshAsync();
        await chat.Slack.UntilAsync(
            () => chat.Slack.Sockets is { Opened: 4, Count: 2 },
            what: "the next sockets, and the end of the last"
        );
        fewest.ShouldBe(2);
    }

    [Theory]
    [InlineData(SlackTransport.Http)]
    [InlineData(SlackTransport.Sockets)]
    public async Task Events_that_come_twice_late_and_in_any_order_are_answered_once(SlackTransport transport) =>
        // The evaluation's chat-storm does the same with 10,000.
        (await SlackBenchmark.StormAsync(400, transport, TextWriter.Null)).ShouldBeTrue();

    private static async Task CutAsync(SlackFixture chat, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        try
        {
            for (var i = 0; ; i++)
            {
                await timer.WaitForNextTickAsync(end);
                if (i % 3 == 2)
                    await chat.Slack.Sockets.RefreshAsync("warning");
                else
                    chat.Slack.Sockets.CutAll();
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or System.Net.WebSockets.WebSocketException or ObjectDisposedException
            )
        {
            // The test has ended.
        }
    }
}
