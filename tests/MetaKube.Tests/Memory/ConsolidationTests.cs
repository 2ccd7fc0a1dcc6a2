using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Memory;

public sealed class ConsolidationTests
{
    private const string Fault = "config.missing-secret";

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStorage storage = MemoryStorage.InProcess();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private async Task<EpisodicMemory> RememberingAsync(int count, int capacity = 5000)
    {
        var archive = new EpisodeArchive(storage.Episodes, storage.Vectors);
        for (var i = 0; i < count; i++)
            await archive.SaveAsync(Episode(i), token);
        return new(storage, new(capacity), time);
    }

    private Episode Episode(int number)
    {
        var signature = new SymptomSignature(
            new Dictionary<string, double>
            {
                [$"{Fault}@Deployment"] = 3,
                ["quote:secret"] = 1,
                [$"asked:{number}"] = 0.4,
            },
            new HashSet<string> { $"{Fault}@Deployment" }
        );
        return FeedbackTally.Count(
            new()
            {
                Id = $"e{number:00}",
                Question = "q",
                Vector = SignatureEmbedding.Embed(signature),
                Features = signature.Hashes,
                Keys = [.. signature.Keys],
                Cluster = "c",
                Answer = Fault,
                AnsweredCause = "r",
                Fault = Fault,
                RootCause = "r",
                At = time.GetUtcNow().AddDays(-number),
                FeedbackByPerson = new Dictionary<string, Feedback>
                {
                    ["ada"] = new(FeedbackKind.Fixed, null, null, default),
                },
                Prediction = new(Fault, new(1, 1, 0.75, 1, true), 0.84, 0.75, Pathway.Intuitive, 1, Fault, 1, 2),
            }
        );
    }

    [Fact]
    public async Task It_can_be_done_again_without_a_change()
    {
        var memory = await RememberingAsync(30);
        var first = await memory.ConsolidateAsync(new Progress<string>(), token);
        var second = await memory.ConsolidateAsync(new Progress<string>(), token);
        (first!.Patterns, first.Examples).ShouldBe((1, 30));
        (second!.Patterns, second.Examples, second.State.Controller).ShouldBe(
            (first.Patterns, first.Examples, first.State.Controller)
        );
        first.State.Calibration.Grounded.Of(new(1, 1, 0.75, 1, true)).ShouldBeGreaterThan(0.84);
    }

    [Fact]
    public async Task Only_one_does_it_at_a_time()
    {
        var memory = await RememberingAsync(3);
        await using (await storage.Leases.TryAcquireAsync("consolidation", TimeSpan.FromMinutes(1), token))
            (await memory.ConsolidateAsync(new Progress<string>(), token)).ShouldBeNull();
        (await memory.ConsolidateAsync(new Progress<string>(), token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Beyond_its_capacity_memory_forgets_the_least_and_the_pattern_keeps_what_it_was_made_of()
    {
        var memory = await RememberingAsync(30, capacity: 10);
        (await memory.IsOverfullAsync(token)).ShouldBeTrue();
        (await memory.ConsolidateAsync(new Progress<string>(), token))!.Forgotten.ShouldBe(20);
        // The oldest episodes have the least value.
        (await storage.Episodes.ListAsync(token))
            .Select(episode => episode.Id)
            .ShouldBe(Enumerable.Range(0, 10).Select(i => $"e{i:00}"));
        var pattern = (await storage.Episodes.ListPatternsAsync(token)).ShouldHaveSingleItem();
        (pattern.Count, pattern.Members.Count, pattern.Supports[Fault].For).ShouldBe((30, 10, 60));
        // A second run counts no forgotten episode twice.
        (await memory.ConsolidateAsync(new Progress<string>(), token))!.Forgotten.ShouldBe(0);
        var again = (await storage.Episodes.ListPatternsAsync(token)).Single();
        (again.Id, again.Count, again.Supports[Fault].For).ShouldBe((pattern.Id, 30, 60));
    }

    [Fact]
    public async Task The_same_trouble_asked_about_again_is_one_episode()
    {
        var memory = new EpisodicMemory(storage, new(), time);
        async Task<string> AskAsync()
        {
            var investigator = new Investigator(_ => Task.FromResult(memory), new(0, () => 1), new(null), time);
            var investigation = await investigator.InvestigateAsync(
                new GivenEvidence(
                    Cases.Of(Cases.Deployment, Cases.Found(Fault, Cases.Pod, 0.95, "secret \"x\" not found"))
                ),
                new("why is checkout crashing"),
                null,
                SilentSteps.Instance,
                token
            );
            await memory.RememberAsync(investigation.ToAnsweredCase(), token);
            return investigation.Id;
        }
        var first = await AskAsync();
        var second = await AskAsync();
        (await storage.Episodes.ListAsync(token)).ShouldHaveSingleItem().Repeats.ShouldBe(1);
        // Feedback on either investigation counts for the one episode.
        (await memory.LearnAsync(second, "ada", new(FeedbackKind.Fixed, null, null, default), token))!.Id.ShouldBe(
            first
        );
        // A failure after the outcome is known is another episode.
        await AskAsync();
        (await storage.Episodes.ListAsync(token)).Count.ShouldBe(2);
    }
}
