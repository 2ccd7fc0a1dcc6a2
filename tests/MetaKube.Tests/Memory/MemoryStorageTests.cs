using System;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using MetaKube.Tests.Redis;

namespace MetaKube.Tests.Memory;

/// <summary>The contract of the stores, over every implementation.</summary>
public sealed class MemoryStorageTests : IAsyncDisposable
{
    public enum Kind
    {
        InProcess,
        Garnet,
        Redis,
    }

    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private IRedisConnection? connection;

    public static TheoryData<Kind> Kinds => [Kind.InProcess, Kind.Garnet, Kind.Redis];

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task<(MemoryStorage Storage, EpisodeArchive Archive)> OpenAsync(Kind kind)
    {
        var storage = kind == Kind.InProcess ? MemoryStorage.InProcess() : await OpenRedisAsync(kind);
        return (storage, new(storage.Episodes, storage.Vectors));
    }

    private async Task<MemoryStorage> OpenRedisAsync(Kind kind)
    {
        var server = kind == Kind.Garnet ? MemoryServer.Garnet : MemoryServer.Redis;
        MemoryServers.SkipWithout(server);
        connection = await MemoryServers.OpenAsync(server, folder.Path);
        return await RedisMemory.OpenAsync(connection, new RedisKeys($"test-{Guid.NewGuid():N}"), token);
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

    private static float[] Direction(int direction) => Episode("q", direction).Vector;

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_episode_comes_back_as_it_was_saved(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        var episode = Episode("e1", 3);
        await storage.Episodes.SaveAsync(episode, token);
        var found = await storage.Episodes.FindAsync("e1", token);
        found!.Vector.ShouldBe(episode.Vector);
        found.Keys.ShouldBe(episode.Keys);
        found.FailedFaults.ShouldBe(episode.FailedFaults);
        found.Remedies[0].Commands.ShouldBe(["kubectl get x"]);
        (found.Question, found.Resource, found.At, found.Fix).ShouldBe(
            (episode.Question, episode.Resource, episode.At, episode.Fix)
        );
        (await storage.Episodes.FindAsync("nothing", token)).ShouldBeNull();
        (await storage.Episodes.LoadAsync(["nothing", "e1"], token)).ShouldHaveSingleItem().Id.ShouldBe("e1");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task All_episodes_are_listed_newest_first(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        foreach (var day in (int[])[2, 3, 1])
            await storage.Episodes.SaveAsync(Episode($"day{day}", day, DateTimeOffset.UnixEpoch.AddDays(day)), token);
        var ids = await storage.Episodes.ListIdsAsync(token);
        ids.ShouldBe(["day3", "day2", "day1"]);
        (await storage.Episodes.ListAsync(token)).Select(episode => episode.Id).ShouldBe(ids);
        (await storage.Episodes.CountAsync(token)).ShouldBe(3);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Concurrent_updates_are_all_kept(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        await storage.Episodes.SaveAsync(Episode("e1", 1), token);
        Task<Episode?> IncrementAsync() =>
            storage.Episodes.UpdateAsync("e1", episode => episode with { Successes = episode.Successes + 1 }, token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IncrementAsync()));
        (await storage.Episodes.FindAsync("e1", token))!.Successes.ShouldBe(20);
        (await storage.Episodes.UpdateAsync("nothing", episode => episode, token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_alias_leads_to_its_episode_through_other_aliases_and_a_cycle_leads_nowhere(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        var store = storage.Episodes;
        await store.SaveAsync(Episode("e1", 3), token);
        await store.AliasAsync("e2", "e1", token);
        (await store.FindAsync("e2", token))!.Id.ShouldBe("e1");
        (await store.UpdateAsync("e2", episode => episode with { Repeats = 1 }, token))!.Repeats.ShouldBe(1);
        await store.AliasAsync("e3", "e2", token);
        (await store.FindAsync("e3", token))!.Id.ShouldBe("e1");
        await store.AliasAsync("x", "y", token);
        await store.AliasAsync("y", "x", token);
        (await store.FindAsync("x", token)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_nearest_episode_is_among_the_candidates(Kind kind)
    {
        var (_, archive) = await OpenAsync(kind);
        (await archive.NearestEpisodesAsync(Direction(7), 5, null, token)).ShouldBeEmpty();
        for (var i = 0; i < 60; i++)
            await archive.SaveAsync(Episode($"e{i}", i * 4), token);
        var near = await archive.NearestEpisodesAsync(Direction(28), 5, null, token);
        near.Count.ShouldBeInRange(1, 5);
        near.ShouldContain(episode => episode.Id == "e7");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_search_within_a_cluster_returns_only_its_episodes(Kind kind)
    {
        var (_, archive) = await OpenAsync(kind);
        await archive.SaveAsync(Episode("e1", 3) with { Cluster = "one \"quoted\"" }, token);
        await archive.SaveAsync(Episode("e2", 3) with { Cluster = "two" }, token);
        (await archive.NearestEpisodesAsync(Direction(3), 5, "one \"quoted\"", token))
            .Select(episode => episode.Id)
            .ShouldBe(["e1"]);
        (await archive.NearestEpisodesAsync(Direction(3), 5, null, token)).Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_episode_that_is_saved_again_is_found_by_its_new_vector(Kind kind)
    {
        var (storage, archive) = await OpenAsync(kind);
        await archive.SaveAsync(Episode("e1", 3), token);
        await archive.SaveAsync(Episode("e1", 100), token);
        await archive.SaveAsync(Episode("e2", 3), token);
        (await archive.NearestEpisodesAsync(Direction(100), 1, null, token)).ShouldHaveSingleItem().Id.ShouldBe("e1");
        (await storage.Vectors.CountAsync(VectorCollection.Episodes, token)).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_vector_that_a_crash_left_out_is_repaired(Kind kind)
    {
        var (storage, archive) = await OpenAsync(kind);
        await archive.SaveAsync(Episode("e1", 1), token);
        await storage.Episodes.SaveAsync(Episode("e2", 9), token);
        await storage.Episodes.SavePatternAsync(Pattern("p1", 9), token);
        (await archive.NearestEpisodesAsync(Direction(9), 5, null, token)).ShouldNotContain(one => one.Id == "e2");
        await archive.RepairAsync(token);
        (await archive.NearestEpisodesAsync(Direction(9), 5, null, token)).ShouldContain(one => one.Id == "e2");
        (await archive.NearestPatternsAsync(Direction(9), 5, null, token)).ShouldContain(one => one.Id == "p1");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_vector_without_a_document_is_removed_by_the_search_that_finds_it(Kind kind)
    {
        var (storage, archive) = await OpenAsync(kind);
        await archive.SaveAsync(Episode("e1", 1), token);
        (await storage.Episodes.DeleteAsync("e1", null, token)).ShouldBeTrue();
        (await archive.NearestEpisodesAsync(Direction(1), 5, null, token)).ShouldBeEmpty();
        (await storage.Vectors.CountAsync(VectorCollection.Episodes, token)).ShouldBe(0);
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

    [Theory, MemberData(nameof(Kinds))]
    public async Task Patterns_are_replaced_as_a_whole_and_found_by_their_new_vectors(Kind kind)
    {
        var (storage, archive) = await OpenAsync(kind);
        await archive.ReplacePatternsAsync([Pattern("p1", 3), Pattern("p2", 90)], token);
        await archive.ReplacePatternsAsync([Pattern("p1", 200), Pattern("p3", 120)], token);
        (await storage.Episodes.ListPatternsAsync(token))
            .Select(pattern => pattern.Id)
            .ShouldBe(["p1", "p3"], ignoreOrder: true);
        var near = await archive.NearestPatternsAsync(Direction(200), 5, null, token);
        SignatureEmbedding
            .Similarity(near.Single(pattern => pattern.Id == "p1").Vector, Direction(200))
            .ShouldBe(1, 1e-6);
        near.ShouldNotContain(pattern => pattern.Id == "p2");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_stored_pattern_equals_the_one_that_was_saved(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        var pattern = Pattern("p1", 3, "e1", "e2");
        pattern = PatternFormation.Retire(pattern, Episode("e1", 3));
        await storage.Episodes.SavePatternAsync(pattern, token);
        var stored = (await storage.Episodes.ListPatternsAsync(token)).Single();
        stored.Equals(pattern).ShouldBeTrue();
        stored.Equals(pattern with { Question = "another" }).ShouldBeFalse();
        stored.Equals(PatternFormation.Retire(pattern, Episode("e2", 3))).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_episode_is_absorbed_by_its_pattern_and_deleted_in_one_transaction(Kind kind)
    {
        var (storage, archive) = await OpenAsync(kind);
        var episode = Episode("e1", 3);
        await archive.SaveAsync(episode, token);
        var before = Pattern("p1", 3, "e1", "e2");
        await archive.ReplacePatternsAsync([before], token);
        var after = PatternFormation.Retire(before, episode);
        // Another process has changed the pattern.
        (await archive.DeleteAsync("e1", (before with { Question = "another" }, after), token)).ShouldBeFalse();
        (await storage.Episodes.FindAsync("e1", token)).ShouldNotBeNull();
        (await archive.DeleteAsync("e1", (before, after), token)).ShouldBeTrue();
        (await storage.Episodes.FindAsync("e1", token)).ShouldBeNull();
        (await storage.Episodes.ListPatternsAsync(token)).Single().Retired.Count.ShouldBe(1);
        (await archive.NearestEpisodesAsync(episode.Vector, 5, null, token)).ShouldBeEmpty();
        (await archive.DeleteAsync("e1", null, token)).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_embedding_keeps_exact_vectors_and_finds_the_episodes_that_are_not_indexed(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        var (small, large) = (VectorCollection.OfEmbedding("model", 3), VectorCollection.OfEmbedding("model", 4));
        await storage.Vectors.SetAsync(small, "e1", [0.25f, 0.5f, 1], "c", token);
        await storage.Vectors.SetAsync(large, "e1", [1, 0, 0, 0], "c", token);
        (await storage.Vectors.MissingAsync(small, ["e2", "e1", "e3"], token)).ShouldBe(["e2", "e3"]);
        var near = (await storage.Vectors.NearestAsync(small, [0.25f, 0.5f, 1], 5, "c", token)).ShouldHaveSingleItem();
        near.Id.ShouldBe("e1");
        near.Vector.ShouldBe([0.25f, 0.5f, 1]);
        (await storage.Vectors.NearestAsync(small, [0.25f, 0.5f, 1], 5, "another", token)).ShouldBeEmpty();
        await storage.Vectors.DropOtherEmbeddingsAsync(large, token);
        (await storage.Vectors.MissingAsync(small, ["e1"], token)).ShouldBe(["e1"]);
        (await storage.Vectors.MissingAsync(large, ["e1"], token)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_state_comes_back_as_it_was_saved(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        (await storage.State.LoadAsync(token)).Controller.ShouldBe(MemoryState.Initial.Controller);
        var calibrator = new Calibrator
        {
            A = 2,
            Isotonic = [new(0.1, 0.2)],
            Quality = Reliability.Of([(0.9, true), (0.2, false)]),
        };
        var state = new MemoryState(
            Calibration.Prior with
            {
                Grounded = calibrator,
                FittedAt = DateTimeOffset.UnixEpoch,
            },
            new(0.8, 12, new(0.1, 0.2, 0.3, 0.4)),
            new(9, new Dictionary<uint, int> { [7] = 3 }),
            new(DateTimeOffset.UnixEpoch, 5, 4)
        );
        await storage.State.SaveAsync(state, token);
        var stored = await storage.State.LoadAsync(token);
        (stored.Controller, stored.Consolidated).ShouldBe((state.Controller, state.Consolidated));
        stored.DocumentFrequency.Counts[7].ShouldBe(3);
        stored.Calibration.Grounded.A.ShouldBe(2);
        stored.Calibration.Grounded.Isotonic.Single().ShouldBe(new Knot(0.1, 0.2));
        stored.Calibration.Grounded.Quality!.Auroc.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_lease_has_one_holder(Kind kind)
    {
        var (storage, _) = await OpenAsync(kind);
        await using (await storage.Leases.TryAcquireAsync("work", TimeSpan.FromMinutes(1), token))
            (await storage.Leases.TryAcquireAsync("work", TimeSpan.FromMinutes(1), token)).ShouldBeNull();
        await using var next = await storage.Leases.TryAcquireAsync("work", TimeSpan.FromMinutes(1), token);
        next.ShouldNotBeNull();
    }
}
