using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;
using MetaKube.Redis;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Teams;

/// <summary>The real program, killed in the middle of its work.</summary>
public sealed class KilledBotTests
{
    private const int Kills = 20;

    [Fact]
    public async Task However_often_it_is_killed_each_question_has_one_answer_and_no_vote_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var teams = await FakeTeams.StartAsync();
        await using var cluster = await SimulatedCluster.StartAsync();
        cluster.AddDump(MetaKubeProgram.Dump("config-missing-secret"));
        var data = Path.Combine(folder.Path, "data");
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Next()}");
        var random = new Random(20);
        using var process = new KillableProcess(() =>
            KillableProcess.Serve(teams.Settings, cluster, folder, data, address.AbsoluteUri)
        );
        teams.Fault = _ =>
        {
            if (!process.NoteEvent())
                return FakeFault.None;
            return random.Next(2) == 0 ? FakeFault.Down : FakeFault.LostAnswer;
        };
        cluster.Noticed = () =>
        {
            if (process.NoteEvent())
                teams.NoteChange();
        };
        await teams.ConnectAsync(address);

        process.Start();
        var asked = new List<string>();
        for (var i = 0; i < Kills; i++)
        {
            // Its calls of the API server and of Teams for one answer are some twenty: at one of them it is killed.
            process.DieAt(random.Next(1, 22));
            var question = teams.Message(
                teams.Ada,
                $"19:room{i}@thread.tacv2",
                "why is checkout crashing?",
                mentions: true
            );
            var thread = (string)question["conversation"]!["id"]!;
            asked.Add(thread);
            var delivery = teams.DeliverAsync(question);
            await teams.UntilAsync(
                () => process.IsDead || teams.AnswersIn(thread).Count > 0,
                "an answer or an end",
                () => process.Log
            );
            process.DieAt(null);
            var voter = new TeamsPerson($"29:{i}", $"voter-{i}", "Voter");
            // It got so far: then the vote is what may be lost.
            if (!process.IsDead)
                await teams.ReactAsync(voter, teams.AnswersIn(thread)[0], "like");
            process.Kill();
            process.Start();
            await delivery;
            // As Teams does what it had no answer to in time.
            await teams.DeliverAsync(question);
            await teams.UntilAsync(
                () => teams.AnswersIn(thread).Count > 0,
                $"the answer to kill {i}",
                () => process.Log
            );
            await teams.ReactAsync(voter, teams.AnswersIn(thread)[0], "like");
        }
        // The same data directory: this process joins the server of that one.
        await using var connection = await GarnetConnection.OpenAsync(data, TestContext.Current.CancellationToken);
        await ChatFixture.UntilAsync(async () =>
            await new WorkQueue(connection, new("default"), TimeProvider.System).CountAsync(
                TestContext.Current.CancellationToken
            ) == 0
        );
        foreach (var thread in asked)
            teams.AnswersIn(thread).Count.ShouldBe(1);
        // A message may stay of which nobody knows that it was taken; it says what is true.
        teams.Messages.Values.Where(message => !message.IsAnswer).ShouldAllBe(message => message.IsWorking);
        var episodes = await new RedisEpisodeStore(connection, new("default")).ListAsync(
            TestContext.Current.CancellationToken
        );
        episodes.SelectMany(episode => episode.FeedbackByPerson.Keys).Distinct().Count().ShouldBe(Kills);
        await process.StopAsync();
    }
}
