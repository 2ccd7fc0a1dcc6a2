using System;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.Tests.Redis;

public sealed class RedisMemoryStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    public static TheoryData<MemoryServer> Servers => [MemoryServer.Garnet, MemoryServer.Redis];

    private async Task<(IRedisConnection Connection, RedisEpisodeStore Store)> OpenAsync(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        var connection = await MemoryServers.OpenAsync(server, folder.Path);
        return (connection, new(connection, new RedisKeys($"test-{Guid.NewGuid():N}")));
    }

    private static Episode Episode(string id, int direction, DateTimeOffset? at = null)
    {
        var vector = new float[SignatureEmbedding.Dimensions];
        vector[direction] = 0.8f;
        vector[(direction + 1) % vector.Length] = 0.6f;
        return new()
        {
            Id = id,
            Question = "why \"is\" it\nso — 🙈",
            Vector = vector,
            Keys = ["config.missing-secret@Deployment"],
            Cluster = "c",
            Answer = "config.missing-secret",
            AnsweredCause = "r",
            Fault = "config.missing-secret",
            RootCause = "r",
            Resource = new("Deployment", "shop", "checkout", "app"),
            Remedies = [new("do", ["kubectl get x"], Risk.Low)],
            At = at ?? DateTimeOffset.UnixEpoch,
            FailedFaults = ["a.b"],
            Fix = "f",
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
        (
            found with
            {
                Vector = episode.Vector,
                Features = episode.Features,
                Votes = episode.Votes,
                Keys = episode.Keys,
                Remedies = episode.Remedies,
                FailedFaults = episode.FailedFaults,
            }
        ).ShouldBe(episode);
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
        for (var i = 0; i < 60; i++)
            await store.SaveAsync(Episode($"e{i}", i * 4), token);
        var near = (await store.NearAsync(Episode("q", 28).Vector, 5, null, token)).Episodes;
        near.Count.ShouldBeLessThanOrEqualTo(5);
        near.ShouldContain(episode => episode.Id == "e7");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task All_are_listed_newest_first(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        foreach (var day in (int[])[2, 3, 1])
            await store.SaveAsync(Episode($"day{day}", day, DateTimeOffset.UnixEpoch.AddDays(day)), token);
        (await store.ListAsync(token)).Select(episode => episode.Id).ShouldBe(["day3", "day2", "day1"]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Changes_at_the_same_time_are_all_kept(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await store.SaveAsync(Episode("e1", 1), token);
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    store.UpdateAsync("e1", episode => episode with { Successes = episode.Successes + 1 }, token)
                )
        );
        (await store.FindAsync("e1", token))!.Successes.ShouldBe(20);
        (await store.UpdateAsync("nothing", episode => episode, token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_vector_that_a_crash_left_out_is_put_back(MemoryServer server)
    {
        MemoryServers.SkipWithout(server);
        await using var connection = await MemoryServers.OpenAsync(server, folder.Path);
        var keys = new RedisKeys($"test-{Guid.NewGuid():N}");
        var store = new RedisEpisodeStore(connection, keys);
        await store.SaveAsync(Episode("e1", 1), token);
        await store.SaveAsync(Episode("e2", 9), token);
        await connection.RunAsync(async db => await db.VectorSetRemoveAsync(keys.Episodes, "e2"), token);
        (await store.NearAsync(Episode("q", 9).Vector, 5, null, token)).Episodes.ShouldNotContain(episode =>
            episode.Id == "e2"
        );
        await store.RepairAsync(token);
        (await store.NearAsync(Episode("q", 9).Vector, 5, null, token)).Episodes.ShouldContain(episode =>
            episode.Id == "e2"
        );
    }

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
            {"id":"e1","question":"q","vector":"{{vector}}","keys":["config.missing-secret@Deployment"],"cluster":"c",
            "fault":"config.missing-secret","rootCause":"r","remedies":[],"failedFaults":{{failed}},"fix":"f",
            "outcome":"{{outcome}}","at":"2026-11-01T00:00:00+00:00","successes":2,"failures":0,"adaptiveValue":1.2}
            """;
        await connection.RunAsync(async db => await db.StringSetAsync(keys.Episode("e1"), json), token);
        var store = new RedisEpisodeStore(connection, keys);
        var episode = (await store.UpdateAsync("e1", known => known with { Repeats = 1 }, token))!;
        (episode.Outcome, episode.Fault, episode.FailedFaults.Count, episode.Repeats).ShouldBe(
            (expected, fault, failedNow, 1)
        );
        (await store.FindAsync("e1", token))!.Votes.Count.ShouldBe(expected == Outcome.Pending ? 0 : 1);
    }

    private static Pattern Pattern(string id, int direction, params string[] members) =>
        new()
        {
            Id = id,
            Vector = Episode(id, direction).Vector,
            Variance = 0.1,
            Keys = ["config.missing-secret@Deployment"],
            Question = "q",
            Fault = "config.missing-secret",
            RootCause = "r",
            Supports = new Dictionary<string, Support> { ["config.missing-secret"] = new(2, 0) },
            Members = members,
            LastSeen = DateTimeOffset.UnixEpoch,
            Cluster = null,
        };

    [Theory, MemberData(nameof(Servers))]
    public async Task Patterns_are_replaced_as_a_whole_and_found_by_their_new_vectors(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await store.ReplacePatternsAsync([Pattern("p1", 3), Pattern("p2", 90)], token);
        await store.ReplacePatternsAsync([Pattern("p1", 200), Pattern("p3", 120)], token);
        (await store.ListPatternsAsync(token)).Select(pattern => pattern.Id).ShouldBe(["p1", "p3"], ignoreOrder: true);
        var near = (await store.NearAsync(Episode("q", 200).Vector, 5, null, token)).Patterns;
        near.ShouldContain(pattern => pattern.Id == "p1");
        SignatureEmbedding
            .Similarity(near.Single(pattern => pattern.Id == "p1").Vector, Episode("q", 200).Vector)
            .ShouldBe(1, 1e-6);
        near.ShouldNotContain(pattern => pattern.Id == "p2");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task An_episode_goes_into_its_pattern_together_with_being_forgotten_or_not_at_all(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        var episode = Episode("e1", 3);
        await store.SaveAsync(episode, token);
        var before = Pattern("p1", 3, "e1", "e2");
        await store.ReplacePatternsAsync([before], token);
        var after = PatternFormation.Retire(before, episode);
        // Somebody else has changed the pattern meanwhile.
        (await store.ForgetAsync("e1", (before with { Question = "another" }, after), token)).ShouldBeFalse();
        (await store.FindAsync("e1", token)).ShouldNotBeNull();
        (await store.ForgetAsync("e1", (before, after), token)).ShouldBeTrue();
        (await store.FindAsync("e1", token)).ShouldBeNull();
        (await store.ListPatternsAsync(token)).Single().Retired.Count.ShouldBe(1);
        (await store.NearAsync(episode.Vector, 5, null, token)).Episodes.ShouldBeEmpty();
        (await store.ForgetAsync("e1", null, token)).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Only_the_asked_clusters_memories_come_where_memory_is_kept_apart(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await store.SaveAsync(Episode("e1", 3) with { Cluster = "one \"quoted\"" }, token);
        await store.SaveAsync(Episode("e2", 3) with { Cluster = "two" }, token);
        (await store.NearAsync(Episode("q", 3).Vector, 5, "one \"quoted\"", token))
            .Episodes.Select(episode => episode.Id)
            .ShouldBe(["e1"]);
        (await store.NearAsync(Episode("q", 3).Vector, 5, null, token)).Episodes.Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task An_investigation_may_stand_for_an_earlier_one(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await store.SaveAsync(Episode("e1", 3), token);
        await store.AliasAsync("e2", "e1", token);
        (await store.FindAsync("e2", token))!.Id.ShouldBe("e1");
        (await store.UpdateAsync("e2", episode => episode with { Repeats = 1 }, token))!.Repeats.ShouldBe(1);
        // Also where that was merged into another since.
        await store.AliasAsync("e3", "e2", token);
        (await store.FindAsync("e3", token))!.Id.ShouldBe("e1");
        // And two that stand for each other are nobody.
        foreach (var (one, other) in ((string, string)[])[("x", "y"), ("y", "x")])
            await store.AliasAsync(one, other, token);
        (await store.FindAsync("x", token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task What_memory_learnt_of_itself_is_kept(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        (await store.StateAsync(token)).Controller.ShouldBe(MemoryState.Initial.Controller);
        var state = new MemoryState(
            Calibration.Prior with
            {
                Grounded = new()
                {
                    A = 2,
                    Isotonic = [new(0.1, 0.2)],
                    Quality = Reliability.Of([(0.9, true), (0.2, false)]),
                },
                FittedAt = DateTimeOffset.UnixEpoch,
            },
            new(0.8, 12, new(0.1, 0.2, 0.3, 0.4)),
            new(9, new Dictionary<uint, int> { [7] = 3 }),
            new(DateTimeOffset.UnixEpoch, 5, 4)
        );
        await store.SaveStateAsync(state, token);
        var kept = await store.StateAsync(token);
        (
            kept.Controller,
            kept.Consolidated,
            kept.Calibration.Grounded.A,
            kept.Calibration.Grounded.Isotonic.Single(),
            kept.Commonness.Counts[7]
        ).ShouldBe((state.Controller, state.Consolidated, 2, new Knot(0.1, 0.2), 3));
        kept.Calibration.Grounded.Quality!.Auroc.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_lease_has_one_holder(MemoryServer server)
    {
        var (connection, store) = await OpenAsync(server);
        await using var _ = connection;
        await using (await store.LeaseAsync("work", TimeSpan.FromMinutes(1), token))
            (await store.LeaseAsync("work", TimeSpan.FromMinutes(1), token)).ShouldBeNull();
        await using var next = await store.LeaseAsync("work", TimeSpan.FromMinutes(1), token);
        next.ShouldNotBeNull();
    }
}
