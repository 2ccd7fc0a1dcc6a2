using System;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Memory;
using MetaKube.Redis;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Tests.Chat;

/// <summary>A fake chat with the bot in it, and a simulated cluster that the bot reads.</summary>
internal abstract class ChatFixture : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private Bot? bot;

    public Bot Bot => bot!;

    public required SimulatedCluster Cluster { get; init; }

    protected async Task StartBotAsync(
        MemoryServer server,
        IEnumerable<KeyValuePair<string, string>> chat,
        IEnumerable<string> scenarios
    )
    {
        foreach (var scenario in scenarios)
            Cluster.AddDump(MetaKubeProgram.Dump(scenario));
        // Exploration would choose the pathway of some answers at random.
        var settings = new Dictionary<string, string> { ["Memory:ExplorationRate"] = "0" };
        foreach (var (name, value) in chat)
            settings[name] = value;
        foreach (var (name, value) in MemoryServers.EnvironmentOf(server))
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        bot = await Bot.StartAsync(Cluster.Source(), folder.Path, settings, TestLog.Instance);
    }

    public async Task<IReadOnlyList<Episode>> EpisodesAsync()
    {
        var memory = await Bot.Memory.OpenAsync(TestContext.Current.CancellationToken);
        return await memory.ListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until memory has a confirmed or corrected episode.</summary>
    public Task UntilLearntAsync(string? fault = null) =>
        UntilAsync(async () =>
            (await EpisodesAsync()).Any(episode => episode.Truth is { } truth && (fault is null || truth == fault))
        );

    /// <summary>Waits until the work queue is empty.</summary>
    public Task UntilIdleAsync() =>
        UntilAsync(async () =>
            await Bot.Services.GetRequiredService<WorkQueue>().CountAsync(TestContext.Current.CancellationToken) == 0
        );

    /// <summary>The number of times a thread's work was postponed.</summary>
    public async Task<long> FailuresAsync(string lane)
    {
        var connection = await Bot.Memory.ConnectAsync(TestContext.Current.CancellationToken);
        return (long)
            await connection.RunAsync(
                db => db.StringGetAsync(Bot.Memory.Keys.LaneFailures(lane)),
                TestContext.Current.CancellationToken
            );
    }

    /// <summary>Polls until a condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds())
            await timer.WaitForNextTickAsync(end.Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (bot is not null)
            await bot.DisposeAsync();
        await Cluster.DisposeAsync();
        folder.Dispose();
    }
}
