using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

public sealed class RedisEpisodeStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fixed", "[]", Outcome.Fixed, "config.missing-secret", 0)]
    [InlineData("pending", "[]", Outcome.Pending, "config.missing-secret", 0)]
    [InlineData("wrong", "[\"config.missing-secret\"]", Outcome.Wrong, "config.missing-secret", 1)]
    [InlineData("corrected", "[\"config.rbac-denied\"]", Outcome.Corrected, "config.missing-secret", 1)]
    public async Task Episodes_that_an_earlier_version_kept_are_still_known(
        string outcome,
        string failed,
        Outcome expected,
        string fault,
        int failedNow
    )
    {
        await using var connection = await MemoryServers.OpenAsync(MemoryServer.Garnet, folder.Path);
        var keys = new RedisKeys("old");
        var vector = Convert.ToBase64String(new byte[4 * SignatureEmbedding.Dimensions]);
        var json = $$"""
            {"id":"e1","question":"q","vector":"{{vector}}","keys":["config.missing-secret@Deployment"],
             "cluster":"c","fault":"config.missing-secret","rootCause":"r","remedies":[],
             "failedFaults":{{failed}},"fix":"f","outcome":"{{outcome}}","at":"2026-11-01T00:00:00+00:00",
             "successes":2,"failures":0,"adaptiveValue":1.2}
            """;
        await connection.RunAsync(async db => await db.StringSetAsync(keys.Episode("e1"), json), token);
        var store = new RedisEpisodeStore(connection, keys);
        var episode = (await store.UpdateAsync("e1", known => known with { Repeats = 1 }, token))!;
        (episode.Outcome, episode.Fault, episode.FailedFaults.Count, episode.Repeats).ShouldBe(
            (expected, fault, failedNow, 1)
        );
        (await store.FindAsync("e1", token))!.FeedbackByPerson.Count.ShouldBe(expected == Outcome.Pending ? 0 : 1);
    }

    [Fact]
    public async Task The_state_that_an_earlier_version_stored_is_read()
    {
        await using var connection = await MemoryServers.OpenAsync(MemoryServer.Garnet, folder.Path);
        var keys = new RedisKeys("old");
        const string json = """
            {"state":{"threshold":0.8,"outcomes":12},"commonness":{"faults":9,"counts":{"7":3}},
             "consolidated":{"at":"2026-11-01T00:00:00+00:00","episodes":5,"outcomes":4}}
            """;
        await connection.RunAsync(db => db.StringSetAsync(keys.Controller, json), token);
        var state = await new RedisMemoryStateStore(connection, keys).LoadAsync(token);
        state.Controller.Threshold.ShouldBe(0.8);
        state.DocumentFrequency.Counts[7].ShouldBe(3);
        state.Consolidated!.Episodes.ShouldBe(5);
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task A_lease_expires_when_its_holder_dies(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        await using var connection = await MemoryServers.OpenAsync(server, folder.Path);
        var keys = new RedisKeys($"test-{Guid.NewGuid():N}");
        var leases = new RedisLeaseStore(connection, keys, TimeProvider.System);
        // A live holder renews its lease; this one is dead.
        var left = TimeSpan.FromMilliseconds(50);
        await connection.RunAsync(db => db.StringSetAsync(keys.Lease("work"), "a dead process", left), token);
        IAsyncDisposable? next;
        while ((next = await leases.TryAcquireAsync("work", TimeSpan.FromMinutes(1), token)) is null)
            token.ThrowIfCancellationRequested();
        await next.DisposeAsync();
    }
}
