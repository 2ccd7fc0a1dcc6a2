using MetaKube.Cluster;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using MetaKube.Tests.Redis;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Memory;

/// <summary>Memory learns a cause that has no code from a person's words, over every store.</summary>
public sealed class OpenCauseTests : IAsyncDisposable
{
    private const string Fenced = "the old writer kept its fencing epoch after the failover";

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 12, 0, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder folder = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private IRedisConnection? connection;
    private EpisodicMemory? memory;

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        folder.Dispose();
    }

    private async Task OpenAsync(MemoryServer? server = null, int capacity = 5000)
    {
        var storage = MemoryStorage.InProcess();
        if (server is { } one)
        {
            MemoryServers.SkipWithout(one);
            connection = await MemoryServers.OpenAsync(one, folder.Path);
            storage = await RedisMemory.OpenAsync(connection, new RedisKeys($"test-{Guid.NewGuid():N}"), token);
        }
        memory = new(storage, new(capacity), time);
    }

    /// <summary>A program that crashes with two messages of its own, under the names of one team.</summary>
    private static string Sealed(string ns, string name, string journal, string writer) =>
        Crashing(
            ns,
            name,
            $"2026-11-12T10:00:01Z ERROR could not take over ledger {journal}: epoch 77 is still owned by {writer}",
            $"2026-11-12T10:00:01Z FATAL fencing token rejected, journal {journal} stays sealed"
        );

    private static string Crashing(string ns, string name, params string[] log) =>
        $"""
            $ kubectl -n {ns} get pods
            NAME                      READY   STATUS             RESTARTS   AGE
            {name}-6d5f9c7b8-abcde   0/1     CrashLoopBackOff   5          10m
            $ kubectl -n {ns} logs {name}-6d5f9c7b8-abcde
            2026-11-12T10:00:00Z INFO starting up
            {string.Join('\n', log)}
            """;

    private static readonly string Billing = Sealed("shop", "billing", "eu-1", "writer-3"),
        Accounts = Sealed("finance", "accounts", "us-22", "w9");

    private async Task<Investigation> AskAsync(string paste, Pathway? pathway = null)
    {
        time.Advance(TimeSpan.FromHours(1));
        var investigation = await new Investigator(
            _ => Task.FromResult(memory!),
            new(0, () => 1),
            new(null),
            time
        ).InvestigateAsync(
            new PastedEvidence([new("paste.txt", paste)], time),
            new("why does it crash"),
            pathway,
            SilentSteps.Instance,
            token
        );
        await memory!.RememberAsync(investigation.ToAnsweredCase(), token);
        return investigation;
    }

    private async Task<Episode> SayAsync(
        Investigation about,
        string person,
        FeedbackKind kind,
        string? cause = null,
        string? fix = null
    )
    {
        var stated = cause is null ? null : CauseStatement.Read(cause);
        var feedback = new Feedback(kind, null, fix, time.GetUtcNow()).Naming(stated);
        return (await memory!.LearnAsync(about.Id, person, feedback, token))!;
    }

    private async Task<Investigation> TaughtAsync(string person = "cli:ada", string cause = Fenced)
    {
        var first = await AskAsync(Billing);
        await SayAsync(first, person, FeedbackKind.Wrong, cause, "restarted the old writer");
        return first;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task A_cause_taught_once_is_recalled_for_the_same_failure_under_other_names(MemoryServer? server)
    {
        await OpenAsync(server);
        await TaughtAsync();
        var again = await AskAsync(Accounts);
        again.Pathway.ShouldBe(Pathway.Intuitive);
        again.Diagnosis.Open!.Words.ShouldBe(Fenced);
        again.Diagnosis.RootCause.ShouldStartWith($"Ada said on 12 Nov 2026: \"{Fenced}\".");
        again.Diagnosis.Resource!.Namespace.ShouldBe("finance");
        again.Diagnosis.Findings[0].Quote.ShouldContain("journal us-22");
        again.Diagnosis.Remedies[0].Summary.ShouldContain("restarted the old writer");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(MemoryServer.Garnet)]
    [InlineData(MemoryServer.Redis)]
    public async Task A_poisoned_cause_is_not_repeated_after_one_thumb_down(MemoryServer? server)
    {
        await OpenAsync(server);
        await TaughtAsync("slack:U666", "the cluster was upgraded by aliens last night");
        var poisoned = await AskAsync(Accounts);
        poisoned.Diagnosis.Open.ShouldNotBeNull();
        await SayAsync(poisoned, "slack:U1", FeedbackKind.Unhelpful);
        foreach (var pathway in (Pathway?[])[null, Pathway.Intuitive])
        {
            var next = await AskAsync(Sealed("pay", "cards", "ap-3", "w4"), pathway);
            next.Diagnosis.Open.ShouldBeNull();
            next.Diagnosis.Alternatives.ShouldAllBe(other => other.Open == null);
        }
    }

    [Fact]
    public async Task Several_people_outweigh_one_who_denies_a_cause()
    {
        await OpenAsync();
        await TaughtAsync();
        var second = await AskAsync(Accounts);
        await SayAsync(second, "cli:bob", FeedbackKind.Fixed);
        await SayAsync(second, "cli:eve", FeedbackKind.Unhelpful);
        (await AskAsync(Sealed("pay", "cards", "ap-3", "w4"))).Diagnosis.Open!.Words.ShouldBe(Fenced);
    }

    [Fact]
    public async Task Another_failure_of_the_same_fault_is_not_given_the_words()
    {
        await OpenAsync();
        await TaughtAsync();
        var other = await AskAsync(
            Crashing(
                "shop",
                "billing",
                "2026-11-12T10:00:01Z ERROR could not read template invoice.html: unbalanced bracket",
                "2026-11-12T10:00:01Z FATAL renderer stopped, layout engine has no default theme"
            )
        );
        other.Pathway.ShouldBe(Pathway.Analytical);
        other.Diagnosis.Open.ShouldBeNull();
    }

    [Fact]
    public async Task Messages_that_every_program_writes_recognise_nothing()
    {
        await OpenAsync();
        string Refused(string ns, string name) =>
            Crashing(ns, name, "2026-11-12T10:00:01Z FATAL internal error, exiting with status 70");
        var first = await AskAsync(Refused("shop", "billing"));
        await SayAsync(first, "cli:ada", FeedbackKind.Wrong, Fenced);
        (await AskAsync(Refused("finance", "accounts"))).Diagnosis.Open.ShouldBeNull();
    }

    [Fact]
    public async Task People_who_name_different_causes_teach_none()
    {
        await OpenAsync();
        var first = await TaughtAsync();
        var episode = await SayAsync(first, "cli:bob", FeedbackKind.Wrong, "the disk of the journal was read only");
        (episode.Open, episode.Outcome).ShouldBe((null, Outcome.Wrong));
        (await AskAsync(Accounts)).Diagnosis.Open.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_cause_in_other_words_counts_together()
    {
        await OpenAsync();
        var first = await TaughtAsync();
        var episode = await SayAsync(
            first,
            "cli:bob",
            FeedbackKind.Wrong,
            "After the failover, the old writer kept its epoch of fencing"
        );
        (episode.Open!.Words, episode.Successes).ShouldBe((Fenced, 2 * FeedbackTally.TriedWeight));
    }

    [Fact]
    public async Task Confirming_a_known_cause_with_an_explanation_does_not_replace_it()
    {
        await OpenAsync();
        var first = await AskAsync(Billing);
        var episode = await SayAsync(first, "cli:ada", FeedbackKind.Fixed, Fenced);
        (episode.Fault, episode.Open, episode.Outcome).ShouldBe((first.Diagnosis.Fault, null, Outcome.Fixed));
        episode.FeedbackByPerson["cli:ada"].Comment.ShouldBe(Fenced);
    }

    [Fact]
    public async Task Episodes_of_one_open_cause_form_a_pattern_that_answers_when_they_are_forgotten()
    {
        await OpenAsync(capacity: 1);
        await TaughtAsync();
        foreach (var (name, person) in (List<(string, string)>)[("cards", "cli:bob"), ("funds", "cli:eve")])
            await SayAsync(await AskAsync(Sealed(name, name, "ap-3", "w4")), person, FeedbackKind.Fixed);
        var done = await memory!.ConsolidateAsync(new Progress<string>(), token);
        (done!.Patterns, done.Forgotten).ShouldBe((1, 2));
        var pattern = (await memory.ListPatternsAsync(token)).Single();
        (pattern.Open!.Words, pattern.Count, pattern.Supports[pattern.Fault].For).ShouldBe((Fenced, 3, 6));
        await memory.ConsolidateAsync(new Progress<string>(), token);
        foreach (var episode in await memory.ListAsync(token))
            await memory.ForgetAsync(episode.Id, token);
        var answer = await AskAsync(Sealed("pay", "ledger", "sa-4", "w1"));
        answer.Pathway.ShouldBe(Pathway.Intuitive);
        answer.Diagnosis.Open!.Words.ShouldBe(Fenced);
    }

    [Fact]
    public async Task Learning_an_open_cause_twice_and_withdrawing_it_leaves_no_trace()
    {
        await OpenAsync();
        var first = await TaughtAsync();
        await SayAsync(first, "cli:ada", FeedbackKind.Wrong, Fenced);
        (await memory!.FindAsync(first.Id, token))!.Successes.ShouldBe(FeedbackTally.TriedWeight);
        var episode = await memory.WithdrawAsync(first.Id, "cli:ada", token);
        (episode!.Fault, episode.Open, episode.Outcome).ShouldBe((first.Diagnosis.Fault, null, Outcome.Pending));
    }
}
