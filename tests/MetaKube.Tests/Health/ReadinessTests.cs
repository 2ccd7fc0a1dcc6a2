using System.Net;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using MetaKube.Tests.Teams;

namespace MetaKube.Tests.Health;

/// <summary>The answers of /readyz while a dependency is down, and the recovery after it.</summary>
public sealed class ReadinessTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Why = $"<@{FakeSlack.BotUser}> why is checkout crashing?";

    [Fact]
    public async Task An_outage_of_the_cluster_is_reported_and_work_is_still_accepted()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        chat.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        (await LookAsync(chat)).ShouldBe((HttpStatusCode.OK, "ready"));
        chat.Cluster.IsAway = true;
        (await LookAsync(chat)).ShouldBe(
            (HttpStatusCode.OK, "ready, with parts that do not work\ncluster: the API server does not answer")
        );
        chat.Cluster.IsAway = false;
        (await LookAsync(chat)).ShouldBe((HttpStatusCode.OK, "ready"));
    }

    [Fact]
    public async Task A_model_server_with_invalid_answers_is_reported()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.Answers["/v1/models"] = """{"data":[{"id":"kubellm"}]}""";
        await using var proxy = new FaultyProxy(new Uri(cluster.Url).Authority);
        await using var model = new ModelAccess(
            new() { Endpoint = new($"http://{proxy.Address}") },
            Path.GetTempPath(),
            TimeProvider.System
        );
        (await model.ComplaintAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
        foreach (var fault in (ServerFault[])[ServerFault.Stopped, ServerFault.Garbling])
        {
            proxy.Fault = fault;
            (await model.ComplaintAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
        }
        proxy.Fault = ServerFault.None;
        (await model.ComplaintAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task A_chat_that_accepts_no_calls_is_reported_until_it_accepts_one()
    {
        await using var chat = await SlackFixture.StartAsync(SlackTransport.Http, "config-missing-secret");
        chat.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        chat.Slack.Fault = _ => FakeFault.Down;
        var asked = await chat.Slack.Events.SayAsync(Channel, Ada, Why);
        await ChatFixture.UntilAsync(async () =>
            (await LookAsync(chat)).Says.StartsWith(
                "ready, with parts that do not work\nSlack: ",
                StringComparison.Ordinal
            )
        );
        chat.Slack.Fault = _ => FakeFault.None;
        await chat.DetailsAsync(asked);
        await ChatFixture.UntilAsync(async () => (await LookAsync(chat)).Says == "ready");
    }

    [Theory]
    [InlineData(ServerFault.Stopped)]
    [InlineData(ServerFault.Slow)]
    [InlineData(ServerFault.Garbling)]
    public async Task Without_memory_it_is_not_ready_and_questions_are_answered_once_it_is_back(object fault)
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        await using var proxy = new FaultyProxy(MemoryServers.Redis!);
        await using var chat = await SlackFixture.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            new Dictionary<string, string>
            {
                ["Redis:Connection"] = $"{proxy.Address},abortConnect=false",
                ["Redis:Name"] = $"test-{Guid.NewGuid():N}",
            },
            "config-missing-secret"
        );
        chat.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        proxy.Fault = (ServerFault)fault;
        await ChatFixture.UntilAsync(async () =>
            await LookAsync(chat) is (HttpStatusCode.ServiceUnavailable, var says)
            && says.StartsWith("not ready\nmemory: it does not answer", StringComparison.Ordinal)
        );
        var asked = chat.Slack.Events.SayAsync(Channel, Ada, Why);
        proxy.Fault = ServerFault.None;
        await chat.DetailsAsync(await asked);
        await chat.UntilIdleAsync();
        await ChatFixture.UntilAsync(async () => (await LookAsync(chat)).Says == "ready");
        chat.Slack.AnswersIn(Channel, (await asked).Ts).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_page_in_place_of_teams_answer_loses_no_answer()
    {
        await using var chat = await TeamsFixture.StartAsync(TeamsSide.Fake, "config-missing-secret");
        await using var proxy = new FaultyProxy(new Uri(chat.Fake.Url).Authority) { Fault = ServerFault.Garbling };
        chat.Fake.Through = $"http://{proxy.Address}";
        var thread = await chat.Client.SayAsync(chat.Client.Ada, chat.Client.Channel, "why is checkout crashing?");
        await ChatFixture.UntilAsync(async () =>
            await chat.FailuresAsync($"teams:{thread.Replace(";messageid=", ":", StringComparison.Ordinal)}") >= 1
        );
        proxy.Fault = ServerFault.None;
        await chat.AnswerAsync(thread);
        await chat.UntilIdleAsync();
        chat.Client.AnswersIn(thread).Count.ShouldBe(1);
    }

    private static async Task<(HttpStatusCode Status, string Says)> LookAsync(SlackFixture chat)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(
            new Uri(chat.Bot.Address, "/readyz"),
            TestContext.Current.CancellationToken
        );
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
