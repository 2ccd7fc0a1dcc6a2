using MetaKube.ChatOps.Redis;
using MetaKube.Evaluation;
using MetaKube.Evaluation.Slack;
using MetaKube.Investigations;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Slack;

/// <summary>A workspace with the bot in it, and a simulated cluster that it reads.</summary>
internal sealed class Room : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SimulatedCluster cluster;
    private Bot? bot;

    private Room(FakeSlack slack, SimulatedCluster cluster) => (Slack, this.cluster) = (slack, cluster);

    public FakeSlack Slack { get; }

    public Bot Bot => bot!;

    public SimulatedCluster Cluster => cluster;

    public static Task<Room> StartAsync(SlackTransport transport, params string[] scenarios) => StartAsync(transport, MemoryServer.Garnet, scenarios);

    public static Task<Room> StartAsync(SlackTransport transport, MemoryServer server, params string[] scenarios) => StartAsync(transport, server, [], scenarios);

    public static async Task<Room> StartAsync(SlackTransport transport, MemoryServer server, Dictionary<string, string> settings, params string[] scenarios)
    {
        MemoryServers.SkipWithout(server);
        var room = new Room(await FakeSlack.StartAsync(), await SimulatedCluster.StartAsync());
        foreach (var scenario in scenarios) room.cluster.AddDump(Metakube.Dump(scenario));
        // The rate of exploration is for many answers; one in a test must not be by chance.
        settings["Memory:ExplorationRate"] = "0";
        foreach (var (name, value) in MemoryServers.EnvironmentOf(server)) settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        room.bot = await Bot.StartAsync(room.Slack, transport, room.Source, room.folder.Path, settings, TestLog.Instance);
        if (transport == SlackTransport.Sockets) await room.Slack.UntilAsync(() => room.Slack.Sockets.Count > 0, what: "a socket");
        else await room.Slack.UntilAsync(() => room.Slack.Calls.Any(call => call.Method == "bots.info"), what: "the bot asks who it is");
        return room;
    }

    private IEvidenceSource Source => cluster.Source();

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
        List<FakeMessage> Found() => [.. Slack.ThreadOf(asked.Channel, root).Where(message => message.Key?.EndsWith("/details", StringComparison.Ordinal) == true)];
        await Slack.UntilAsync(() => Found().Count >= number, what: "the details");
        return Found()[number - 1];
    }

    public async Task<FakeMessage> ReplyAsync(FakeMessage asked)
    {
        await Slack.UntilAsync(() => Slack.ThreadOf(asked.Channel, asked.Thread ?? asked.Ts).Any(message => message.IsReply && string.CompareOrdinal(message.Ts, asked.Ts) > 0), what: "a reply");
        return Slack.ThreadOf(asked.Channel, asked.Thread ?? asked.Ts).Last(message => message.IsReply);
    }

    /// <summary>Waits until memory has an episode that somebody confirmed or corrected.</summary>
    public Task UntilLearntAsync(string? fault = null) => UntilAsync(async () =>
        (await Bot.Memory.Store!.ListAsync(TestContext.Current.CancellationToken)).Any(episode => episode.Truth is { } truth && (fault is null || truth == fault)));

    /// <summary>Waits until nothing is left to do.</summary>
    public Task UntilIdleAsync() => UntilAsync(async () => await Bot.Services.GetRequiredService<WorkLanes>().CountAsync(TestContext.Current.CancellationToken) == 0);

    /// <summary>How often the work of a thread had to be put off.</summary>
    public async Task<long> FailuresAsync(FakeMessage asked) =>
        (long)await Bot.Memory.Connection.RunAsync(db => db.StringGetAsync(Bot.Memory.Keys.LaneFailures($"slack:{asked.Channel}:{asked.Ts}")), TestContext.Current.CancellationToken);

    /// <summary>Waits until something holds that nobody reports.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds()) await timer.WaitForNextTickAsync(end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (bot is not null) await bot.DisposeAsync();
        await Slack.DisposeAsync();
        await cluster.DisposeAsync();
        folder.Dispose();
    }
}
