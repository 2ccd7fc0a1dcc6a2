using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Slack;

/// <summary>Kills the real program in the middle of its work.</summary>
public sealed class KilledBotTests
{
    private const int Kills = 20;

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Fact]
    public async Task After_twenty_kills_each_question_has_one_answer_and_no_vote_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var slack = await FakeSlack.StartAsync();
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.AddDump(MetaKubeProgram.Dump("config-missing-secret"));
        var data = Path.Combine(folder.Path, "data");
        slack.Sockets.AcknowledgeWithin = TimeSpan.FromMilliseconds(500);
        var random = new Random(20);
        using var process = new KillableProcess(() =>
            KillableProcess.Serve(
                Bot.Settings(slack, SlackTransport.Sockets),
                cluster,
                folder,
                data,
                "http://127.0.0.1:0"
            )
        );
        slack.Fault = _ =>
        {
            if (!process.NoteEvent())
                return FakeFault.None;
            return random.Next(2) == 0 ? FakeFault.Down : FakeFault.LostAnswer;
        };
        cluster.Noticed = () => process.NoteEvent();

        process.Start();
        var asked = new List<FakeMessage>();
        for (var i = 0; i < Kills; i++)
            asked.Add(await AskAndKillAsync(slack, process, i, random.Next(1, 24)));
        await slack.UntilAsync(
            () => asked.All(message => message.Reactions.Count == 0),
            what: "the removal of the last reaction"
        );
        await ShouldBeCompleteAsync(slack, asked, data);
        await process.StopAsync();
    }

    /// <summary>
    /// Asks, kills the process at one of its about twenty calls, starts it again, and gives feedback on the answer.
    /// </summary>
    private static async Task<FakeMessage> AskAndKillAsync(
        FakeSlack slack,
        KillableProcess process,
        int number,
        int events
    )
    {
        await slack.UntilAsync(() => slack.Sockets.Count > 0, what: "a socket", more: () => process.Log);
        process.DieAt(events);
        var message = slack.Write($"C0ROOM{number}", "U0ADA", $"{Us} why is checkout crashing?");
        var delivery = Task.WhenAll(FakeEvents.EventsOf(message).Select(one => slack.Events.DeliverAsync(one)));
        await slack.UntilAsync(
            () =>
                process.IsDead
                || slack.AnswersIn(message.Channel, message.Ts).Count > 0 && message.Reactions.Count == 0,
            what: "an answer or an end",
            more: () => process.Log
        );
        process.DieAt(null);
        // The process outlived its answer: it is killed with the vote in progress.
        if (!process.IsDead && slack.AnswersIn(message.Channel, message.Ts) is [var early])
            await slack.Events.ReactAsync($"U0VOTER{number}", early, "white_check_mark");
        process.Kill();
        process.Start();
        await delivery;
        await slack.UntilAsync(
            () =>
                slack
                    .ThreadOf(message.Channel, message.Ts)
                    .Any(one => one.Key?.EndsWith("/answer", StringComparison.Ordinal) == true),
            what: $"the answer to kill {number}",
            more: () => process.Log
        );
        var answer = slack.AnswersIn(message.Channel, message.Ts)[0];
        await slack.Events.ReactAsync($"U0VOTER{number}", answer, "white_check_mark");
        return message;
    }

    /// <summary>Each question has one answer in one message, and each vote is counted.</summary>
    private static async Task ShouldBeCompleteAsync(FakeSlack slack, List<FakeMessage> asked, string data)
    {
        var token = TestContext.Current.CancellationToken;
        // With the same data directory, this process joins the server of the other one.
        await using var connection = await GarnetConnection.OpenAsync(data, token);
        await ChatFixture.UntilAsync(async () =>
            await new WorkQueue(connection, new("default"), TimeProvider.System).CountAsync(token) == 0
        );
        foreach (var message in asked)
            slack.AnswersIn(message.Channel, message.Ts).Count.ShouldBe(1);
        foreach (var message in asked)
            slack.ThreadOf(message.Channel, message.Ts).Count(one => one.Key is not null).ShouldBe(1);
        var episodes = await new RedisEpisodeStore(connection, new("default")).ListAsync(token);
        episodes.SelectMany(episode => episode.FeedbackByPerson.Keys).Distinct().Count().ShouldBe(Kills);
    }
}
