using MetaKube.Fakes;
using MetaKube.Fakes.Chat;
using MetaKube.Fakes.Clusters;
using MetaKube.Fakes.Teams;
using MetaKube.Redis;
using MetaKube.Tests.Chat;

namespace MetaKube.Tests.Teams;

/// <summary>Kills the real program in the middle of its work.</summary>
public sealed class KilledBotTests
{
    private const int Kills = 20;

    [Fact]
    public async Task After_twenty_kills_each_question_has_one_answer_and_no_vote_is_lost()
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
            asked.Add(await AskAndKillAsync(teams, process, i, random.Next(1, 22)));
        await ShouldBeCompleteAsync(teams, asked, data);
        await process.StopAsync();
    }

    /// <summary>
    /// Asks, kills the process at one of its about twenty calls, starts it again, and gives feedback on the answer.
    /// </summary>
    /// <returns>The thread.</returns>
    private static async Task<string> AskAndKillAsync(FakeTeams teams, KillableProcess process, int number, int events)
    {
        process.DieAt(events);
        var question = teams.Message(
            teams.Ada,
            $"19:room{number}@thread.tacv2",
            "why is checkout crashing?",
            mentions: true
        );
        var thread = (string)question["conversation"]!["id"]!;
        var delivery = teams.DeliverAsync(question);
        await teams.UntilAsync(
            () => process.IsDead || teams.AnswersIn(thread).Count > 0,
            "an answer or an end",
            () => process.Log
        );
        process.DieAt(null);
        var voter = new TeamsPerson($"29:{number}", $"voter-{number}", "Voter");
        // The process outlived its answer: it is killed with the vote in progress.
        if (!process.IsDead)
            await teams.ReactAsync(voter, teams.AnswersIn(thread)[0], "like");
        process.Kill();
        process.Start();
        await delivery;
        // Teams delivers an activity again if it got no response in time.
        await teams.DeliverAsync(question);
        await teams.UntilAsync(
            () => teams.AnswersIn(thread).Count > 0,
            $"the answer to kill {number}",
            () => process.Log
        );
        await teams.ReactAsync(voter, teams.AnswersIn(thread)[0], "like");
        return thread;
    }

    /// <summary>Each question has one answer, and each vote is counted.</summary>
    private static async Task ShouldBeCompleteAsync(FakeTeams teams, List<string> asked, string data)
    {
        var token = TestContext.Current.CancellationToken;
        // With the same data directory, this process joins the server of the other one.
        await using var connection = await GarnetConnection.OpenAsync(data, token);
        await ChatFixture.UntilAsync(async () =>
            await new WorkQueue(connection, new("default"), TimeProvider.System).CountAsync(token) == 0
        );
        foreach (var thread in asked)
            teams.AnswersIn(thread).Count.ShouldBe(1);
        // A message may remain whose post was never acknowledged; it shows an investigation in progress.
        teams.Messages.Values.Where(message => !message.IsAnswer).ShouldAllBe(message => message.IsWorking);
        var episodes = await new RedisEpisodeStore(connection, new("default")).ListAsync(token);
        episodes.SelectMany(episode => episode.FeedbackByPerson.Keys).Distinct().Count().ShouldBe(Kills);
    }
}
