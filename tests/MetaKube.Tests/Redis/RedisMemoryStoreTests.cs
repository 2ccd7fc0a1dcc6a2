using MetaKube.ChatOps.Redis;
using MetaKube.Investigations;
using MetaKube.Memory;

namespace MetaKube.Tests.Redis;

public sealed class RedisMemoryStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    public static TheoryData<MemoryServer> Servers => [MemoryServer.Garnet, MemoryServer.Redis];

    private async Task<(IMemoryConnection Connection, RedisMemoryStore Store)> OpenAsync(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        var connection = await MemoryServers.OpenAsync(server, folder.Path);
        return (connection, new(connection, new MemoryKeys($"test-{Guid.NewGuid():N}")));
    }

    private static Episode Episode(string id, int direction, DateTimeOffset? at = null)
    {
        var vector = new float[SignatureEmbedding.Dimensions];
        vector[direction] = 0.8f;
        vector[(direction + 1) % vector.Length] = 0.6f;
        return new()
        {
            Id = id, Question = "why \"is\" it\nso — 🙈", Vector = vector, Keys = ["config.missing-secret@Deployment"], Cluster = "c", Answer = "config.missing-secret", AnsweredCause = "r", Fault = "config.missing-secret", RootCause = "r",
            Resource = new("Deployment", "shop", "checkout", "app"), Remedies = [new("do", ["kubectl get x"], Risk.Low)], At = at ?? DateTimeOffset.UnixEpoch, FailedFaults = ["a.b"], Fix = "f",
        };
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task What_is_saved_comes_back_whole(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        var episode = Episode("e1", 3);
        await store.SaveAsync(episode, token);
        var found = await store.FindAsync("e1", token);
        found!.Vector.ShouldBe(episode.Vector);
        (found with { Vector = episode.Vector, Features = episode.Features, Votes = episode.Votes, Keys = episode.Keys, Remedies = episode.Remedies, FailedFaults = episode.FailedFaults }).ShouldBe(episode);
        found.Keys.ShouldBe(episode.Keys);
        found.Remedies[0].Commands.ShouldBe(["kubectl get x"]);
        (await store.FindAsync("nothing", token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task The_nearest_are_among_the_candidates(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        (await store.NearAsync(Episode("q", 7).Vector, 5, null, token)).Episodes.ShouldBeEmpty();
        for (var i = 0; i < 60; i++) await store.SaveAsync(Episode($"e{i}", i * 4), token);
        var near = (await store.NearAsync(Episode("q", 28).Vector, 5, null, token)).Episodes;
        near.Count.ShouldBeLessThanOrEqualTo(5);
        near.ShouldContain(episode => episode.Id == "e7");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task All_are_listed_newest_first(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        foreach (var day in (int[])[2, 3, 1]) await store.SaveAsync(Episode($"day{day}", day, DateTimeOffset.UnixEpoch.AddDays(day)), token);
        (await store.ListAsync(token)).Select(episode => episode.Id).ShouldBe(["day3", "day2", "day1"]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Changes_at_the_same_time_are_all_kept(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await store.SaveAsync(Episode("e1", 1), token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.UpdateAsync("e1", episode => episode with { Successes = episode.Successes + 1 }, token)));
        (await store.FindAsync("e1", token))!.Successes.ShouldBe(20);
        (await store.UpdateAsync("nothing", episode => episode, token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_vector_that_a_crash_left_out_is_put_back(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        await using var connection = await MemoryServers.OpenAsync(server, folder.Path);
        var keys = new MemoryKeys($"test-{Guid.NewGuid():N}");
        var store = new RedisMemoryStore(connection, keys);
        await store.SaveAsync(Episode("e1", 1), token);
        await store.SaveAsync(Episode("e2", 9), token);
        await connection.RunAsync(async db => await db.VectorSetRemoveAsync(keys.Episodes, "e2"), token);
        (await store.NearAsync(Episode("q", 9).Vector, 5, null, token)).Episodes.ShouldNotContain(episode => episode.Id == "e2");
        await store.RepairAsync(token);
        (await store.NearAsync(Episode("q", 9).Vector, 5, null, token)).Episodes.ShouldContain(episode => episode.Id == "e2");
    }
}
