using System.Diagnostics;
using MetaKube.Cluster;
using MetaKube.Fakes.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.Evaluation.Conversations;

/// <summary>Plays scripts with the whole bot, each with a fresh memory, and judges each turn.</summary>
internal static class TalkRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20),
        Soon = TimeSpan.FromMilliseconds(500);

    /// <param name="script">The script.</param>
    /// <param name="clusters">The folder of recorded clusters.</param>
    /// <param name="platform">"slack" or "teams".</param>
    public static async Task<IReadOnlyList<TurnVerdict>> PlayAsync(TalkScript script, string clusters, string platform)
    {
        await using TalkPlace place =
            platform == "teams" ? await TeamsPlace.StartAsync() : await SlackPlace.StartAsync();
        if (!place.Has(script))
            return [];
        var data = Directory.CreateTempSubdirectory("talk").FullName;
        try
        {
            var settings = new Dictionary<string, string>(place.Settings(script)) { ["Memory:ExplorationRate"] = "0" };
            await using var bot = await Bot.StartAsync(
                new DumpEvidence(Path.Combine(clusters, script.Cluster), script.Cluster),
                data,
                settings
            );
            await place.ConnectAsync(bot.Address);
            var verdicts = new List<TurnVerdict>();
            foreach (var turn in script.Turns)
                verdicts.Add(await PlayAsync(script, turn, place, bot));
            return verdicts;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<TurnVerdict> PlayAsync(TalkScript script, TalkTurn turn, TalkPlace place, Bot bot)
    {
        var before = place.Seen();
        await place.PlayAsync(script, turn);
        await SettleAsync(bot);
        var known = before.ToDictionary(message => message.Id, message => message.Text);
        var after = place.Seen();
        var fresh = after.Where(message => !known.ContainsKey(message.Id)).ToList();
        var edited = after.Where(message => known.TryGetValue(message.Id, out var old) && old != message.Text).ToList();
        var record = place.Thread is { } thread
            ? await bot.Services.GetRequiredService<ConversationStore>().ThreadAsync(thread, default)
            : null;
        return TurnVerdict.Of(script, turn, new(before, fresh, edited, record));
    }

    /// <summary>Waits until the bot has no work that is due; work for a later time is left.</summary>
    private static async Task SettleAsync(Bot bot)
    {
        var connection = await bot.Memory.ConnectAsync(default);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Longest)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + Soon.TotalMilliseconds;
            var due = await connection.RunAsync(
                db => db.SortedSetRangeByScoreAsync(bot.Memory.Keys.Lanes, double.NegativeInfinity, now),
                default
            );
            if (due.Length == 0)
                return;
            await timer.WaitForNextTickAsync();
        }
    }
}
