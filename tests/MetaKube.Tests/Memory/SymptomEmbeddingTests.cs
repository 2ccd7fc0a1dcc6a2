using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.Fakes;
using MetaKube.Fakes.KubeLlm;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.KubeLlm;
using MetaKube.Tests.Model;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Memory;

[Collection(nameof(NanoServerFixture))]
public sealed class SymptomEmbeddingTests : IDisposable
{
    private readonly TemporaryFolder data = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => data.Dispose();

    private static Evidence Symptoms(string quote) =>
        Cases.Of(Cases.Deployment, Cases.Found(null, Cases.Pod, 0.5, quote));

    private async Task<Investigation> AskAsync(
        EpisodicMemory memory,
        Evidence evidence,
        string question = "why is checkout slow"
    )
    {
        time.Advance(TimeSpan.FromHours(1));
        return await new Investigator(_ => Task.FromResult(memory), new(0, () => 1), new(null), time).InvestigateAsync(
            new GivenEvidence(evidence),
            new(question),
            null,
            SilentSteps.Instance,
            token
        );
    }

    private async Task<Episode> TeachAsync(EpisodicMemory memory, Evidence evidence, string fault)
    {
        var investigation = await AskAsync(memory, evidence);
        await memory.RememberAsync(investigation.ToAnsweredCase(), token);
        return (
            await memory.LearnAsync(
                investigation.Id,
                "ada",
                new(FeedbackKind.Wrong, fault, "did it", time.GetUtcNow()),
                token
            )
        ).ShouldNotBeNull();
    }

    /// <summary>
    /// A sense of meaning by hand: texts about waiting are alike, whatever their words, and all others are not.
    /// </summary>
    private sealed class Sense(int dimensions = 4, bool isAway = false, int most = int.MaxValue)
        : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Asked { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values,
            EmbeddingGenerationOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            Asked++;
            if (isAway)
                throw new HttpRequestException("away");
            return Task.FromResult(
                new GeneratedEmbeddings<Embedding<float>>(
                    values.Take(most).Select(value => new Embedding<float>(Of(value)))
                )
            );
        }

        private float[] Of(string text)
        {
            var vector = new float[dimensions];
            vector[
                text.Contains("deadline", StringComparison.Ordinal)
                || text.Contains("patience", StringComparison.Ordinal)
                    ? 0
                    : 1 + text.Length % (dimensions - 1)
            ] = 1;
            return vector;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }

    private const string Known = "upstream deadline exceeded while calling ledger backend",
        SameInOtherWords = "ran out of patience with remote bookkeeping peer, giving up",
        Other = "cache eviction pressure rising steadily through night";

    private EpisodicMemory Memory(MemoryStorage storage, Sense? sense, string name = "sense") =>
        new(storage, new(), time, sense is null ? null : new SymptomEmbedding(name, sense, storage));

    [Fact]
    public async Task A_failure_in_other_words_is_recalled_by_its_embedding_and_not_without_one()
    {
        var storage = MemoryStorage.InProcess();
        using var sense = new Sense();
        var with = Memory(storage, sense);
        var known = await TeachAsync(with, Symptoms(Known), "network.connection-timeout");
        await TeachAsync(with, Symptoms(Other), "resource.cpu-throttled");
        (await with.IndexEmbeddingsAsync(100, new Progress<string>(), token)).ShouldBe(2);

        double Likeness(Investigation investigation) =>
            investigation.Recollection.Episodes.Single(episode => episode.Id == known.Id).Similarity;
        var without = Likeness(await AskAsync(Memory(storage, null), Symptoms(SameInOtherWords)));
        var sensed = await AskAsync(with, Symptoms(SameInOtherWords));
        Likeness(sensed).ShouldBeGreaterThan(without + 0.2);
        Likeness(sensed).ShouldBeLessThanOrEqualTo(0.8);
        sensed.Pathway.ShouldBe(Pathway.Analytical, "meaning alone does not answer at once");
    }

    [Fact]
    public async Task If_findings_name_a_fault_no_model_is_asked()
    {
        using var sense = new Sense();
        var memory = Memory(MemoryStorage.InProcess(), sense);
        await AskAsync(memory, Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod)));
        sense.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task An_outage_of_the_model_leaves_memory_unchanged()
    {
        var storage = MemoryStorage.InProcess();
        var known = await TeachAsync(Memory(storage, null), Symptoms(Known), "network.connection-timeout");
        using var away = new Sense(isAway: true);
        var answer = await AskAsync(Memory(storage, away), Symptoms(Known));
        away.Asked.ShouldBeGreaterThan(0);
        answer.Recollection.Episodes.ShouldContain(episode => episode.Id == known.Id);
    }

    [Fact]
    public async Task Another_embedding_fills_an_index_of_its_own_while_memory_stays_searchable()
    {
        var storage = MemoryStorage.InProcess();
        using var small = new Sense(4);
        using var large = new Sense(8);
        var before = Memory(storage, small);
        for (var i = 0; i < 40; i++)
            await TeachAsync(
                before,
                Symptoms($"{Known} {new string((char)('a' + i % 26), 3 + i)}"),
                "network.connection-timeout"
            );
        (await before.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(40);

        var after = Memory(storage, large, "other");
        (await after.IndexEmbeddingsAsync(10, new Progress<string>(), token)).ShouldBe(10);
        (await AskAsync(after, Symptoms(Known))).Recollection.Memories.ShouldNotBeEmpty();
        (await after.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(30);
        (await before.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(
            0,
            "the one before is still whole"
        );
        await new SymptomEmbedding("other", large, storage).DropOthersAsync(token);
        (await before.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(40);
    }

    [Fact]
    public async Task A_server_that_gives_too_few_vectors_ends_the_indexing()
    {
        var storage = MemoryStorage.InProcess();
        using var sense = new Sense(most: 1);
        var memory = Memory(storage, sense);
        await TeachAsync(memory, Symptoms(Known), "network.connection-timeout");
        await TeachAsync(memory, Symptoms(Other), "resource.cpu-throttled");
        (
            await Should.ThrowAsync<ModelUnavailableException>(() =>
                memory.IndexEmbeddingsAsync(100, new Progress<string>(), token)
            )
        ).Message.ShouldBe("sense gave 1 vectors for 2 texts");
    }

    [Fact]
    public void Cosines_at_the_background_become_a_similarity_of_zero()
    {
        SymptomEmbedding.Similarities([0.9, 0.5, 0.2]).ShouldBe([0.64, 0, 0], 1e-9);
        var crowd = Enumerable.Repeat(0.8, 30).Append(0.95).ToList();
        SymptomEmbedding.Similarities(crowd)[0].ShouldBe(0);
        SymptomEmbedding.Similarities(crowd)[^1].ShouldBe(0.6, 1e-9);
        SymptomEmbedding.Similarities([.. Enumerable.Repeat(1.0, 30)]).ShouldAllBe(like => like == 0);
        SymptomEmbedding.Similarities([]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task With_the_real_servers_episodes_are_indexed_found_and_reindexed(MemoryServer server)
    {
        NanoServerFixture.SkipWithout();
        MemoryServers.SkipWithout(server);
        await using var embeddings = await NanoEmbeddings.StartAsync(token);
        var redis = new RedisOptions
        {
            Connection = server == MemoryServer.Redis ? MemoryServers.Redis! : "",
            Name = $"test-{Guid.NewGuid():N}",
        };
        MemoryAccess Access(string model) =>
            new(redis, new(), new() { Endpoint = embeddings.Address, Model = model }, data.Path, time);

        await TeachWithoutEmbeddingAsync(redis, 20);
        await using (var first = Access("nano"))
        {
            var memory = await first.OpenAsync(token);
            // Episodes from before embeddings are indexed by their question.
            (await memory.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(20);
            await TeachAsync(memory, Symptoms(SameInOtherWords), "network.connection-timeout");
            (await memory.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(1);
            (await memory.Embedding.ShouldNotBeNull().NearestAsync("why checkout slow", null, token)).Count.ShouldBe(
                21
            );
            (await memory.Embedding.NearestAsync("why checkout slow", "another cluster", token)).ShouldBeEmpty();
        }
        await using (var second = Access("nano-2"))
            await ReindexAsync(await second.OpenAsync(token));
        await using var again = Access("nano");
        var indexed = await (await again.OpenAsync(token)).IndexEmbeddingsAsync(1000, new Progress<string>(), token);
        indexed.ShouldBe(20, "its index was dropped");
    }

    /// <summary>Another model has an index of its own, which is empty at first; the other one is dropped.</summary>
    private async Task ReindexAsync(EpisodicMemory memory)
    {
        (await memory.Embedding.ShouldNotBeNull().NearestAsync("why", null, token)).ShouldBeEmpty();
        (await AskAsync(memory, Symptoms(Known))).Recollection.Episodes.ShouldNotBeEmpty();
        (await memory.IndexEmbeddingsAsync(1000, new Progress<string>(), token)).ShouldBe(21);
        var all = await memory.Embedding.NearestAsync("why", null, token);
        all.Count.ShouldBe(21);
        (await memory.ForgetAsync(all[0].Episode.Id, token)).ShouldBeTrue();
        (await memory.Embedding.NearestAsync("why", null, token)).Count.ShouldBe(20);
        await memory.Embedding.DropOthersAsync(token);
    }

    private async Task TeachWithoutEmbeddingAsync(RedisOptions redis, int count)
    {
        await using var access = new MemoryAccess(redis, new(), new(), data.Path, time);
        var memory = await access.OpenAsync(token);
        for (var i = 0; i < count; i++)
            await TeachAsync(
                memory,
                Symptoms($"{Known} {new string((char)('a' + i), 5)}"),
                "network.connection-timeout"
            );
    }

    [Fact]
    public async Task The_program_indexes_an_episode_after_its_answer()
    {
        NanoServerFixture.SkipWithout();
        await using var embeddings = await NanoEmbeddings.StartAsync(token);
        var environment = new Dictionary<string, string>
        {
            ["Embedding__Endpoint"] = embeddings.Address.AbsoluteUri,
            ["Embedding__Model"] = "nano",
        };
        await AskProgramAsync(environment);
        await using (
            var access = new MemoryAccess(
                new RedisOptions(),
                new MemoryOptions(),
                new EmbeddingOptions { Endpoint = embeddings.Address, Model = "nano" },
                data.Path,
                time
            )
        )
        {
            var memory = await access.OpenAsync(token);
            (await memory.IndexEmbeddingsAsync(10, new Progress<string>(), token)).ShouldBe(
                0,
                "the program has indexed it"
            );
            (await memory.Embedding.ShouldNotBeNull().NearestAsync("why", null, token))
                .Single()
                .Episode.Text.ShouldNotBeNullOrEmpty();
        }
        (await RunMemoryAsync("consolidate", environment)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_program_names_an_unreachable_embedding_server_and_a_missing_model()
    {
        var environment = new Dictionary<string, string>
        {
            ["Embedding__Endpoint"] = "http://127.0.0.1:9",
            ["Embedding__Model"] = "nano",
        };
        await AskProgramAsync([]);
        var away = await RunMemoryAsync("consolidate", environment);
        away.ExitCode.ShouldBe(1);
        away.Error.ShouldContain("127.0.0.1:9 cannot be reached");
        environment.Remove("Embedding__Model");
        var nameless = await RunMemoryAsync("list", environment);
        nameless.ExitCode.ShouldBe(2);
        nameless.Error.ShouldContain("needs Embedding:Model");
    }

    private async Task AskProgramAsync(Dictionary<string, string> environment)
    {
        var ask = await MetaKubeProgram.RunAsync(
            null,
            environment,
            "ask",
            "why is checkout crashing",
            "--dump",
            MetaKubeProgram.Dump("config-missing-secret"),
            "--data",
            data.Path,
            "--json"
        );
        ask.ExitCode.ShouldBe(0, ask.Error);
    }

    private Task<MetaKubeProgram.Result> RunMemoryAsync(string verb, Dictionary<string, string> environment) =>
        MetaKubeProgram.RunAsync(null, environment, "memory", verb, "--data", data.Path);
}
