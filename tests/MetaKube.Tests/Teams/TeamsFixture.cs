using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;
using MetaKube.Tests.Chat;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Teams;

/// <summary>Which client of Teams is used.</summary>
public enum TeamsSide
{
    /// <summary>Our own, with tokens and faults.</summary>
    Fake,

    /// <summary>Microsoft's.</summary>
    Playground,
}

/// <summary>A team with the bot in it.</summary>
internal sealed class TeamsFixture : ChatFixture
{
    private TeamsClient? client;

    public TeamsClient Client => client!;

    public FakeTeams Fake => (FakeTeams)Client;

    public static Task<TeamsFixture> StartAsync(TeamsSide side, params string[] scenarios) =>
        StartAsync(side, MemoryServer.Garnet, [], scenarios);

    public static async Task<TeamsFixture> StartAsync(
        TeamsSide side,
        MemoryServer server,
        Dictionary<string, string> settings,
        params string[] scenarios
    )
    {
        MemoryServers.SkipWithout(server);
        var packages = side == TeamsSide.Playground ? TeamsNpm.Folder : null;
        var chat = new TeamsFixture { Cluster = await SimulatedCluster.StartAsync() };
        var fake = packages is null ? await FakeTeams.StartAsync() : null;
        await chat.StartBotAsync(server, (fake?.Settings ?? Playground.Loopback).Concat(settings), scenarios);
        chat.client = fake is not null ? fake : await Playground.StartAsync(packages!, chat.Bot.Address);
        await chat.Client.ConnectAsync(chat.Bot.Address);
        return chat;
    }

    /// <summary>The answer in a thread.</summary>
    public async Task<TeamsMessage> AnswerAsync(string conversation, int number = 1)
    {
        await Client.UntilAsync(() => Client.AnswersIn(conversation).Count >= number, "an answer");
        return Client.AnswersIn(conversation)[number - 1];
    }

    public async Task<TeamsMessage> ReplyAsync(string conversation, int number = 1)
    {
        List<TeamsMessage> Found() => [.. Client.ThreadOf(conversation).Where(message => message.IsReply)];
        await Client.UntilAsync(() => Found().Count >= number, "a reply");
        return Found()[number - 1];
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (client is not null)
            await client.DisposeAsync();
    }
}
