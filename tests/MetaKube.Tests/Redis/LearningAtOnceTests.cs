using System;
using MetaKube.Memory;
using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

public sealed class LearningAtOnceTests : IDisposable
{
    private const int Votes = 150;

    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    /// <summary>The first process runs the embedded server, so that its death stops the server of the second.</summary>
    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task Two_processes_learn_at_once_and_one_is_killed_and_no_vote_is_lost_or_counted_twice(
        MemoryServer server
    )
    {
        MemoryServers.SkipWithout(server);
        var where = server == MemoryServer.Garnet ? folder.Path : MemoryServers.Redis!;
        var name = $"test-{Guid.NewGuid():N}";
        await using (var connection = await MemoryServers.OpenAsync(server, folder.Path))
            await new RedisEpisodeStore(connection, new RedisKeys(name)).SaveAsync(Episode(), token);

        using var killed = StartVoting(where, name, "killed", 100_000);
        var acknowledged = new List<string>
        {
            (await killed.StandardOutput.ReadLineAsync(token)).ShouldNotBeNull(await ErrorOf(killed)),
        };
        using var survivor = StartVoting(where, name, "survivor", Votes);
        var survived = new List<string>();
        while (await survivor.StandardOutput.ReadLineAsync(token) is { } voter)
        {
            survived.Add(voter);
            if (survived.Count == Votes / 3)
                killed.Kill();
        }
        while (await killed.StandardOutput.ReadLineAsync(token) is { } voter)
            acknowledged.Add(voter);
        await survivor.WaitForExitAsync(token);
        survivor.ExitCode.ShouldBe(0, await survivor.StandardError.ReadToEndAsync(token));

        await using var again = await MemoryServers.OpenAsync(server, folder.Path);
        var episode = (await new RedisEpisodeStore(again, new RedisKeys(name)).FindAsync("e1", token))!;
        survived.Count.ShouldBe(Votes);
        survived.Concat(acknowledged).Except(episode.FeedbackByPerson.Keys).ShouldBeEmpty();
        // At most one vote is stored and not acknowledged: the one in progress when the process was killed.
        episode.FeedbackByPerson.Count.ShouldBeInRange(Votes + acknowledged.Count, Votes + acknowledged.Count + 1);
        episode.Successes.ShouldBe(episode.FeedbackByPerson.Count * FeedbackTally.OpinionWeight);
    }

    private static Episode Episode() =>
        FeedbackTally.Count(
            new()
            {
                Id = "e1",
                Question = "q",
                Vector = new float[SignatureEmbedding.Dimensions],
                Keys = [],
                Cluster = "c",
                Answer = "config.missing-secret",
                AnsweredCause = "r",
                Fault = "config.missing-secret",
                RootCause = "r",
                At = default,
            }
        );

    /// <summary>Starts a process that votes and writes a line for each acknowledged vote.</summary>
    private static System.Diagnostics.Process StartVoting(string where, string name, string voter, int votes) =>
        MetaKubeProgram.StartProgram(
            "MetaKube.Evaluation.dll",
            new Dictionary<string, string>(),
            "vote",
            where,
            name,
            "e1",
            voter,
            $"{votes}"
        );

    private async Task<string> ErrorOf(System.Diagnostics.Process process) =>
        process.HasExited ? await process.StandardError.ReadToEndAsync(token) : "";
}
