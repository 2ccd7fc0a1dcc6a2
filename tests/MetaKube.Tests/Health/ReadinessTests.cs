using System.Net;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Chat;
using MetaKube.Evaluation.Slack;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;
using MetaKube.Tests.Slack;
using MetaKube.Tests.Teams;

namespace MetaKube.Tests.Health;

/// <summary>What /readyz says of the parts that the bot depends on, and that it goes on once they are back.</summary>
public sealed class ReadinessTests
{
    private const string Channel = "C0INCIDENTS",
        Ada = "U0ADA",
        Why = $"<@{FakeSlack.BotUser}> why is checkout crashing?";

    [Fact]
    public async Task A_cluster_that_is_away_is_told_and_work_is_taken_in_all_the_same()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http, "config-missing-secret");
        room.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        (await LookAsync(room)).ShouldBe((HttpStatusCode.OK, "ready"));
        room.Cluster.IsAway = true;
        (await LookAsync(room)).ShouldBe(
            (HttpStatusCode.OK, "ready, but not whole\ncluster: the API server does not answer")
        );
        room.Cluster.IsAway = false;
        (await LookAsync(room)).ShouldBe((HttpStatusCode.OK, "ready"));
    }

    [Fact]
    public async Task A_model_whose_server_answers_something_else_is_told()
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
    public async Task A_chat_that_takes_no_calls_is_told_until_it_takes_one()
    {
        await using var room = await Room.StartAsync(SlackTransport.Http, "config-missing-secret");
        room.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        room.Slack.Fault = _ => FakeFault.Down;
        var asked = await room.Slack.Events.SayAsync(Channel, Ada, Why);
        await ChatRoom.UntilAsync(async () =>
            (await LookAsync(room)).Says.StartsWith("ready, but not whole\nSlack: ", StringComparison.Ordinal)
        );
        room.Slack.Fault = _ => FakeFault.None;
        await room.DetailsAsync(asked);
        await ChatRoom.UntilAsync(async () => (await LookAsync(room)).Says == "ready");
    }

    [Theory]
    [InlineData(ServerFault.Stopped)]
    [InlineData(ServerFault.Slow)]
    [InlineData(ServerFault.Garbling)]
    public async Task Without_memory_it_is_not_ready_and_questions_are_answered_once_it_is_back(object fault)
    {
        MemoryServers.SkipWithout(MemoryServer.Redis);
        await using var proxy = new FaultyProxy(MemoryServers.Redis!);
        await using var room = await Room.StartAsync(
            SlackTransport.Http,
            MemoryServer.Garnet,
            new Dictionary<string, string>
            {
                ["Redis:Connection"] = $"{proxy.Address},abortConnect=false",
                ["Redis:Name"] = $"test-{Guid.NewGuid():N}",
            },
            "config-missing-secret"
        );
        room.Cluster.Answers["/version"] = """{"gitVersion":"v1.34.0"}""";
        proxy.Fault = (ServerFault)fault;
        await ChatRoom.UntilAsync(async () =>
            await LookAsync(room) is (HttpStatusCode.ServiceUnavailable, var says)
            && says.StartsWith("not ready\nmemory: it does not answer", StringComparison.Ordinal)
        );
        var asked = room.Slack.Events.SayAsync(Channel, Ada, Why);
        proxy.Fault = ServerFault.None;
        await room.DetailsAsync(await asked);
        await room.UntilIdleAsync();
        await ChatRoom.UntilAsync(async () => (await LookAsync(room)).Says == "ready");
        room.Slack.AnswersIn(Channel, (await asked).Ts).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_page_in_place_of_teams_answer_loses_no_answer()
    {
        await using var room = await TeamsRoom.StartAsync(TeamsSide.Fake, "config-missing-secret");
        await using var proxy = new FaultyProxy(new Uri(room.Fake.Url).Authority) { Fault = ServerFault.Garbling };
        room.Fake.Through = $"http://{proxy.Address}";
        var thread = await room.Client.SayAsync(room.Client.Ada, room.Client.Channel, "why is checkout crashing?");
        await ChatRoom.UntilAsync(async () =>
            await room.FailuresAsync($"teams:{thread.Replace(";messageid=", ":", StringComparison.Ordinal)}") >= 1
        );
        proxy.Fault = ServerFault.None;
        await room.AnswerAsync(thread);
        await room.UntilIdleAsync();
        room.Client.AnswersIn(thread).Count.ShouldBe(1);
    }

    private static async Task<(HttpStatusCode Status, string Says)> LookAsync(Room room)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(
            new Uri(room.Bot.Address, "/readyz"),
            TestContext.Current.CancellationToken
        );
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
