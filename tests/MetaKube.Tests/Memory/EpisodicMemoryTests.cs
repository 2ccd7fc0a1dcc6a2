using MetaKube.Fakes;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Tests.Model;
using Microsoft.Extensions.Time.Testing;

namespace MetaKube.Tests.Memory;

public sealed class EpisodicMemoryTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStorage storage = MemoryStorage.InProcess();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private EpisodicMemory Memory => new(storage, new(), time);

    private static Evidence SecretMissing =>
        Cases.Of(Cases.Deployment, Cases.Found("config.missing-secret", Cases.Pod, 0.95, "secret \"x\" not found"));

    private async Task<Investigation> AskAsync(Evidence evidence, string question = "why is checkout crashing")
    {
        var investigation = await new Investigator(
            _ => Task.FromResult(Memory),
            new(0, () => 1),
            new(null),
            time
        ).InvestigateAsync(new GivenEvidence(evidence), new(question), null, SilentSteps.Instance, token);
        await Memory.RememberAsync(investigation.ToAnsweredCase(), token);
        return investigation;
    }

    private Task<Episode?> SayAsync(
        string id,
        FeedbackKind verdict,
        string? fault = null,
        string? fix = null,
        string voter = "ada"
    ) => Memory.LearnAsync(id, voter, new(verdict, fault, fix, time.GetUtcNow()), token);

    [Fact]
    public async Task A_familiar_symptom_takes_the_intuitive_path_only_after_a_confirmed_fix()
    {
        var first = await AskAsync(SecretMissing);
        (await AskAsync(SecretMissing)).Pathway.ShouldBe(Pathway.Analytical);
        await SayAsync(first.Id, FeedbackKind.Fixed, null, null);
        var third = await AskAsync(SecretMissing);
        third.Pathway.ShouldBe(Pathway.Intuitive);
        third.Recollection.Episodes.ShouldContain(episode => episode.Id == first.Id);
    }

    [Fact]
    public async Task Two_episodes_of_one_failure_become_one_with_the_feedback_of_both()
    {
        var stays = (await AskAsync(SecretMissing)).Id;
        await SayAsync(stays, FeedbackKind.Helpful);
        var goes = (await AskAsync(Cases.Of(Cases.Deployment, Cases.Found("resource.oom-killed", Cases.Pod)))).Id;
        goes.ShouldNotBe(stays);
        time.Advance(TimeSpan.FromMinutes(1));
        await SayAsync(goes, FeedbackKind.Wrong, "config.missing-secret", "created it");
        await SayAsync(goes, FeedbackKind.Fixed, voter: "bob");
        await SayAsync(goes, FeedbackKind.Wrong, voter: "eve");
        await storage.Episodes.AliasAsync("asked-again", goes, token);

        var merged = (await Memory.MergeAsync(stays, goes, token))!;
        (merged.Id, merged.Repeats).ShouldBe((stays, 1));
        // Ada's later vote counts, Bob's vote is for the other answer, and Eve's does not concern this one.
        merged
            .FeedbackByPerson.OrderBy(vote => vote.Key, StringComparer.Ordinal)
            .Select(vote => (vote.Key, vote.Value.Kind, vote.Value.Fault))
            .ShouldBe([
                ("ada", FeedbackKind.Wrong, "config.missing-secret"),
                ("bob", FeedbackKind.Fixed, "resource.oom-killed"),
            ]);
        merged.Fix.ShouldBe("created it");
        foreach (var id in (string[])[goes, "asked-again"])
            (await storage.Episodes.FindAsync(id, token))!.Id.ShouldBe(stays);
        (await SayAsync("asked-again", FeedbackKind.Helpful, voter: "carl"))!.FeedbackByPerson.ShouldContainKey("carl");
        (await storage.Episodes.ListAsync(token)).Count.ShouldBe(1);
        (await Memory.MergeAsync(stays, goes, token)).ShouldBeNull();
        (await Memory.MergeAsync(stays, "nothing", token)).ShouldBeNull();
    }

    [Fact]
    public async Task Age_does_not_shut_the_fast_path()
    {
        var first = await AskAsync(SecretMissing);
        await SayAsync(first.Id, FeedbackKind.Fixed, null, null);
        time.Advance(TimeSpan.FromDays(400));
        (await AskAsync(SecretMissing)).Pathway.ShouldBe(Pathway.Intuitive);
    }

    [Fact]
    public async Task Memory_that_live_evidence_contradicts_escalates()
    {
        var first = await AskAsync(SecretMissing);
        await SayAsync(first.Id, FeedbackKind.Fixed, null, null);
        var forced = await new Investigator(
            _ => Task.FromResult(Memory),
            new(0, () => 1),
            new(null),
            time
        ).InvestigateAsync(
            new GivenEvidence(Cases.Of(Cases.Deployment, Cases.Found("resource.oom-killed", Cases.Pod))),
            new("why is checkout crashing"),
            Pathway.Intuitive,
            SilentSteps.Instance,
            token
        );
        forced.Pathway.ShouldBe(Pathway.Analytical);
        forced.Escalated.ShouldBeTrue();
        forced.Diagnosis.Fault.ShouldBe("resource.oom-killed");
    }

    [Fact]
    public async Task Saying_it_twice_counts_once_and_the_opposite_replaces_it()
    {
        var id = (await AskAsync(SecretMissing)).Id;
        await SayAsync(id, FeedbackKind.Fixed, null, null);
        var twice = await SayAsync(id, FeedbackKind.Fixed, null, null);
        twice!.Successes.ShouldBe(FeedbackTally.TriedWeight);
        var wrong = await SayAsync(id, FeedbackKind.Wrong, null, null);
        (wrong!.Successes, wrong.Failures, wrong.Outcome).ShouldBe((0, FeedbackTally.TriedWeight, Outcome.Wrong));
        wrong.AdaptiveValue.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task A_correction_replaces_the_cause_and_keeps_what_was_wrong()
    {
        var id = (await AskAsync(SecretMissing)).Id;
        var episode = await SayAsync(id, FeedbackKind.Wrong, "config.rbac-denied", "gave it the role");
        episode!.Outcome.ShouldBe(Outcome.Corrected);
        episode.Fault.ShouldBe("config.rbac-denied");
        episode.FailedFaults.ShouldBe(["config.missing-secret"]);
        episode.Fix.ShouldBe("gave it the role");
    }

    [Fact]
    public async Task A_repeated_correction_stays_a_correction()
    {
        var id = (await AskAsync(SecretMissing)).Id;
        var once = await SayAsync(id, FeedbackKind.Wrong, "config.rbac-denied", null);
        var twice = await SayAsync(id, FeedbackKind.Wrong, "config.rbac-denied", null);
        (twice!.Outcome, twice.Fault, twice.Successes, twice.Failures).ShouldBe(
            (once!.Outcome, once.Fault, once.Successes, once.Failures)
        );
        twice.FailedFaults.ShouldBe(once.FailedFaults);
    }

    [Fact]
    public async Task A_wrong_answer_counts_less_next_time_until_the_vote_is_withdrawn()
    {
        var first = await AskAsync(SecretMissing);
        await SayAsync(first.Id, FeedbackKind.Wrong, null, null);
        var second = await AskAsync(SecretMissing);
        second.Diagnosis.Confidence.ShouldBeLessThan(first.Diagnosis.Confidence);
        var back = await SayAsync(first.Id, FeedbackKind.Fixed, null, null);
        (back!.Outcome, back.FailedFaults.Count).ShouldBe((Outcome.Fixed, 0));
    }

    [Fact]
    public async Task A_mistake_from_memory_is_not_made_again_after_one_word_against_it()
    {
        var first = await AskAsync(SecretMissing);
        await SayAsync(first.Id, FeedbackKind.Fixed);
        time.Advance(TimeSpan.FromDays(1));
        var mistaken = await AskAsync(SecretMissing);
        mistaken.Pathway.ShouldBe(Pathway.Intuitive);
        await SayAsync(mistaken.Id, FeedbackKind.Wrong, "config.rbac-denied");
        time.Advance(TimeSpan.FromDays(1));
        var next = await AskAsync(SecretMissing);
        next.Pathway.ShouldBe(Pathway.Analytical);
        next.Diagnosis.Confidence.ShouldBeLessThan(first.Diagnosis.Confidence);
        next.Recollection.Contraindicated.ShouldContain("config.missing-secret");
        next.Diagnosis.Alternatives.ShouldContain(other => other.Fault == "config.rbac-denied");
    }

    [Fact]
    public async Task A_vote_that_is_withdrawn_leaves_no_trace()
    {
        var id = (await AskAsync(SecretMissing)).Id;
        var before = await storage.Episodes.FindAsync(id, token);
        await SayAsync(id, FeedbackKind.Wrong, "config.rbac-denied", "the role", "ada");
        var after = await Memory.WithdrawAsync(id, "ada", token);
        (after!.Outcome, after.Fault, after.Fix, after.Successes, after.Failures, after.AdaptiveValue).ShouldBe(
            (before!.Outcome, before.Fault, before.Fix, before.Successes, before.Failures, before.AdaptiveValue)
        );
        (await Memory.WithdrawAsync("nothing", "ada", token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_empty_memory_is_all_novelty()
    {
        var recollection = await Memory.RecallAsync(SymptomSignature.Of("q", SecretMissing), "test", token);
        (recollection.Confidence, recollection.Novelty, recollection.Memories.Count).ShouldBe((0, 1, 0));
    }
}
