using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Slack;
using MetaKube.Redis;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Slack;

/// <summary>The real program, killed in the middle of its work.</summary>
public sealed class KilledBotTests
{
    private const int Kills = 20;

    private static readonly string Us = $"<@{FakeSlack.BotUser}>";

    [Fact]
    public async Task However_often_it_is_killed_each_question_has_one_answer_and_no_vote_is_lost()
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
        {
            await slack.UntilAsync(() => slack.Sockets.Count > 0, what: "a socket", more: () => process.Log);
            // Its calls of the API server and of Slack for one answer are some twenty: at one of them it is killed.
            process.DieAt(random.Next(1, 24));
            var message = slack.Write($"C0ROOM{i}", "U0ADA", $"{Us} why is checkout crashing?");
            asked.Add(message);
            var delivery = Task.WhenAll(FakeEvents.EventsOf(message).Select(one => slack.Events.DeliverAsync(one)));
            await slack.UntilAsync(
                () =>
                    process.IsDead
                    || slack.AnswersIn(message.Channel, message.Ts).Count > 0 && message.Reactions.Count == 0,
                what: "an answer or an end",
                more: () => process.Log
            );
            process.DieAt(null);
            if (!process.IsDead && slack.AnswersIn(message.Channel, message.Ts) is [var early])
            {
                // It got so far: then the vote is what may be lost.
                await slack.Events.ReactAsync($"U0VOTER{i}", early, "white_check_mark");
            }
            process.Kill();
            process.Start();
            await delivery;
            await slack.UntilAsync(
                () =>
                    slack
                        .ThreadOf(message.Channel, message.Ts)
                        .Any(one => one.Key?.EndsWith("/details", StringComparison.Ordinal) == true),
                what: $"the answer to kill {i}",
                more: () => process.Log
            );
            await slack.Events.ReactAsync(
                $"U0VOTER{i}",
                slack.AnswersIn(message.Channel, message.Ts)[0],
                "white_check_mark"
            );
        }
        await slack.UntilAsync(
            () => asked.All(message => message.Reactions.Count == 0),
            what: "the last reaction goes away"
        );
        // The same data directory: this process joins the server of that one.
        await using var connection = await GarnetConnection.OpenAsync(data, TestContext.Current.CancellationToken);
        await ChatFixture.UntilAsync(async () =>
            await new WorkQueue(connection, new("default"), TimeProvider.System).CountAsync(
                TestContext.Current.CancellationToken
            ) == 0
        );
        foreach (var message in asked)
            slack.AnswersIn(message.Channel, message.Ts).Count.ShouldBe(1);
        foreach (var message in asked)
            slack.ThreadOf(message.Channel, message.Ts).Count(one => one.Key is not null).ShouldBe(2);
        var episodes = await new RedisEpisodeStore(connection, new("default")).ListAsync(
            TestContext.Current.CancellationToken
        );
        episodes.SelectMany(episode => episode.FeedbackByPerson.Keys).Distinct().Count().ShouldBe(Kills);
        await process.StopAsync();
    }
}
