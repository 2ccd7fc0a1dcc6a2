using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Slack;

/// <summary>A fake Slack workspace with the bot in it.</summary>
internal sealed class SlackFixture : ChatFixture
{
    public required FakeSlack Slack { get; init; }

    public static Task<SlackFixture> StartAsync(SlackTransport transport, params string[] scenarios) =>
        StartAsync(transport, MemoryServer.Garnet, scenarios);

    public static Task<SlackFixture> StartAsync(
        SlackTransport transport,
        MemoryServer server,
        params string[] scenarios
    ) => StartAsync(transport, server, [], scenarios);

    public static async Task<SlackFixture> StartAsync(
        SlackTransport transport,
        MemoryServer server,
        Dictionary<string, string> settings,
        params string[] scenarios
    )
    {
        MemoryServers.SkipWithout(server);
        var chat = new SlackFixture
        {
            Slack = await FakeSlack.StartAsync(),
            Cluster = await SimulatedCluster.StartAsync(),
        };
        await chat.StartBotAsync(server, Bot.Settings(chat.Slack, transport).Concat(settings), scenarios);
        if (transport == SlackTransport.Http)
            chat.Slack.Events.Endpoint = chat.Bot.Address;
        if (transport == SlackTransport.Sockets)
            await chat.Slack.UntilAsync(() => chat.Slack.Sockets.Count > 0, what: "a socket");
        else
            await chat.Slack.UntilAsync(
                () => chat.Slack.Calls.Any(call => call.Method == "bots.info"),
                what: "the bot asks who it is"
            );
        return chat;
    }

    /// <summary>The answer to a message, by its number from 1.</summary>
    public async Task<FakeMessage> AnswerAsync(FakeMessage asked, int number = 1)
    {
        var root = asked.Thread ?? asked.Ts;
        await Slack.UntilAsync(() => Slack.AnswersIn(asked.Channel, root).Count >= number, what: "an answer");
        return Slack.AnswersIn(asked.Channel, root)[number - 1];
    }

    /// <summary>Waits for an answer, clicks its button "Details", and waits for them.</summary>
    public async Task<FakeMessage> DetailsAsync(FakeMessage asked, int number = 1)
    {
        var root = asked.Thread ?? asked.Ts;
        var answer = await AnswerAsync(asked, number);
        var before = Found().Count;
        List<FakeMessage> Found() =>
            [
                .. Slack
                    .ThreadOf(asked.Channel, root)
                    .Where(message => message.Key?.EndsWith("/details", StringComparison.Ordinal) == true),
            ];
        await Slack.Events.ClickAsync("U0READER", answer, "metakube.details");
        await Slack.UntilAsync(() => Found().Count > before, what: "the details");
        return Found()[^1];
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

    /// <summary>The number of times a thread's work was postponed.</summary>
    public Task<long> FailuresAsync(FakeMessage asked) => FailuresAsync($"slack:{asked.Channel}:{asked.Ts}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Slack.DisposeAsync();
    }
}
