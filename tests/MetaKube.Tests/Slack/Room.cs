using MetaKube.Evaluation;
using MetaKube.Evaluation.Chat;
using MetaKube.Evaluation.Slack;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Slack;

/// <summary>A workspace with the bot in it.</summary>
internal sealed class Room : ChatRoom
{
    public required FakeSlack Slack { get; init; }

    public static Task<Room> StartAsync(SlackTransport transport, params string[] scenarios) =>
        StartAsync(transport, MemoryServer.Garnet, scenarios);

    public static Task<Room> StartAsync(SlackTransport transport, MemoryServer server, params string[] scenarios) =>
        StartAsync(transport, server, [], scenarios);

    public static async Task<Room> StartAsync(
        SlackTransport transport,
        MemoryServer server,
        Dictionary<string, string> settings,
        params string[] scenarios
    )
    {
        MemoryServers.SkipWithout(server);
        var room = new Room { Slack = await FakeSlack.StartAsync(), Cluster = await SimulatedCluster.StartAsync() };
        await room.StartBotAsync(server, Bot.Settings(room.Slack, transport).Concat(settings), scenarios);
        if (transport == SlackTransport.Http)
            room.Slack.Events.Endpoint = room.Bot.Address;
        if (transport == SlackTransport.Sockets)
            await room.Slack.UntilAsync(() => room.Slack.Sockets.Count > 0, what: "a socket");
        else
            await room.Slack.UntilAsync(
                () => room.Slack.Calls.Any(call => call.Method == "bots.info"),
                what: "the bot asks who it is"
            );
        return room;
    }

    /// <summary>The answer to a message, and no other.</summary>
    public async Task<FakeMessage> AnswerAsync(FakeMessage asked, int number = 1)
    {
        var root = asked.Thread ?? asked.Ts;
        await Slack.UntilAsync(() => Slack.AnswersIn(asked.Channel, root).Count >= number, what: "an answer");
        return Slack.AnswersIn(asked.Channel, root)[number - 1];
    }

    public async Task<FakeMessage> DetailsAsync(FakeMessage asked, int number = 1)
    {
        var root = asked.Thread ?? asked.Ts;
        List<FakeMessage> Found() =>
            [
                .. Slack
                    .ThreadOf(asked.Channel, root)
                    .Where(message => message.Key?.EndsWith("/details", StringComparison.Ordinal) == true),
            ];
        await Slack.UntilAsync(() => Found().Count >= number, what: "the details");
        return Found()[number - 1];
    }

    public async Task<FakeMessage> ReplyAsync(FakeMessage asked)
    {
        await Slack.UntilAsync(
            () =>
                Slack
                    .ThreadOf(asked.Channel, asked.Thread ?? asked.Ts)
                    .Any(message => message.IsReply && string.CompareOrdinal(message.Ts, asked.Ts) > 0),
            what: "a reply"
        );
        return Slack.ThreadOf(asked.Channel, asked.Thread ?? asked.Ts).Last(message => message.IsReply);
    }

    /// <summary>How often the work of a thread had to be put off.</summary>
    public Task<long> FailuresAsync(FakeMessage asked) => FailuresAsync($"slack:{asked.Channel}:{asked.Ts}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Slack.DisposeAsync();
    }
}
