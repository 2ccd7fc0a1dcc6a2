using System;
using FsCheck;
using FsCheck.Xunit;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using Outcome = MetaKube.Model.Outcome;

namespace MetaKube.Tests.Memory;

public sealed class RecallTests
{
    private const string Fault = "config.missing-secret",
        Other = "config.rbac-denied";
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(365);

    private static SymptomSignature Signature(params string[] words) =>
        new(
            words.ToDictionary(word => $"quote:{word}", _ => 1.0).Append(new($"{Fault}@Deployment", 3)).ToDictionary(),
            new HashSet<string> { $"{Fault}@Deployment" }
        );

    private static SymptomSignature SymptomsOnly(params string[] words) =>
        new(words.ToDictionary(word => $"quote:{word}", _ => 1.0), new HashSet<string>());

    private static Episode Of(
        string id,
        SymptomSignature signature,
        string fault = Fault,
        double successes = 2,
        double failures = 0,
        string[]? failed = null,
        int daysAgo = 1
    ) =>
        new()
        {
            Id = id,
            Question = "q",
            Vector = SignatureEmbedding.Embed(signature),
            Features = signature.Hashes,
            Keys = [.. signature.Keys],
            Cluster = "c",
            Answer = fault,
            AnsweredCause = "r",
            Fault = fault,
            RootCause = "r",
            At = Now.AddDays(-daysAgo),
            Outcome = successes > 0 ? Outcome.Fixed : Outcome.Pending,
            Successes = successes,
            Failures = failures,
            FailedFaults = failed ?? [],
        };

    private static Recollection Ask(SymptomSignature signature, params Episode[] episodes) =>
        Recall.Of(signature, SignatureEmbedding.Embed(signature), new(episodes, []), MemoryState.Initial, Now);

    private static readonly SymptomSignature Case = Signature("secret", "not", "found", "mount", "volume");

    [Fact]
    public void A_confirmed_memory_of_the_same_case_passes_the_papers_threshold() =>
        Ask(Case, Of("e", Case)).Confidence.ShouldBeGreaterThan(0.75);

    [Fact]
    public void A_repeated_case_without_feedback_does_not_hide_the_known_one()
    {
        var recollection = Ask(Case, Of("judged", Case, daysAgo: 2), Of("again", Case, successes: 0, daysAgo: 0));
        recollection.Best!.Id.ShouldBe("judged");
        recollection.Confidence.ShouldBeGreaterThan(0.75);
        // A withdrawn vote does not count.
        Ask(
            Case,
            Of("judged", Case, daysAgo: 2),
            Of("again", Case, successes: 0, failures: 2, failed: [Fault], daysAgo: 0)
        )
            .Confidence.ShouldBeLessThan(0.75);
    }

    [Fact]
    public void A_failure_in_a_similar_case_lowers_a_success_in_another()
    {
        var before = Ask(Case, Of("e", Case)).Confidence;
        var after = Ask(Case, Of("e", Case), Of("f", Case, Other, failed: [Fault]));
        after.Memories.Single(memory => memory.Id == "e").Confidence.ShouldBeLessThan(before * 0.8);
    }

    [Fact]
    public void A_single_contradicted_episode_is_contraindicated_until_more_confirm_it()
    {
        Ask(Case, Of("e", Case, successes: 0, failures: 2, failed: [Fault])).Contraindicated.ShouldBe([Fault]);
        Ask(Case, Of("e", Case, successes: 0, failures: 2, failed: [Fault]), Of("f", Case), Of("g", Case))
            .Contraindicated.ShouldBeEmpty();
    }

    [Fact]
    public void The_newer_outcome_outweighs_the_older()
    {
        var recollection = Ask(Case, Of("old", Case, Fault, daysAgo: 300), Of("new", Case, Other, daysAgo: 1));
        recollection.Memories.Single(memory => memory.Id == "new").Factors!.Agreement.ShouldBeGreaterThan(0.7);
        recollection.Memories.Single(memory => memory.Id == "old").Factors!.Agreement.ShouldBeLessThan(0.3);
    }

    [Fact]
    public void Symptoms_alone_are_compared_by_what_the_memory_contains()
    {
        var partly = SymptomsOnly("secret", "not", "found", "unheard");
        var recollection = Ask(partly, Of("e", Case));
        recollection.Best!.Factors!.ShouldSatisfyAllConditions(
            factors => factors.IsGrounded.ShouldBeFalse(),
            factors => factors.Similarity.ShouldBe(0.75, 1e-9)
        );
        recollection.Confidence.ShouldBeLessThan(0.75);
    }

    [Fact]
    public void Without_any_symptom_a_healthy_workload_is_not_accused_of_its_past() =>
        Ask(SymptomsOnly("secret"), Of("e", SymptomsOnly("secret"))).Best.ShouldBeNull();

    [Fact]
    public void A_symptom_of_many_faults_has_a_low_weight()
    {
        var faults = FaultCatalogue.All.Take(20).Select(fault => fault.Code).ToList();
        var commonness = DocumentFrequency.Of(
            faults.Select((fault, i) => Of($"e{i}", SymptomsOnly("restarts", $"own{i}", "x", "y"), fault))
        );
        commonness.WeightOf(SymptomsOnly("restarts").Hashes[0]).ShouldBe(0, 1e-9);
        commonness.WeightOf(SymptomsOnly("own3").Hashes[0]).ShouldBe(1);
        DocumentFrequency.None.WeightOf(7).ShouldBe(1);
    }

    [Fact]
    public void A_pattern_answers_for_its_episodes_when_they_are_gone()
    {
        var pattern = PatternFormation.Form([Of("a", Case), Of("b", Case), Of("c", Case)], [], isShared: true).Single();
        var recollection = Recall.Of(
            Case,
            SignatureEmbedding.Embed(Case),
            new([], [pattern]),
            MemoryState.Initial,
            Now
        );
        recollection.Best!.Kind.ShouldBe("pattern");
        recollection.Confidence.ShouldBeGreaterThan(0.75);
        // A failure after the pattern was formed counts at once.
        Recall
            .Of(
                Case,
                SignatureEmbedding.Embed(Case),
                new([Of("d", Case, Other, failed: [Fault]), Of("e", Case, Other, failed: [Fault])], [pattern]),
                MemoryState.Initial,
                Now
            )
            .Patterns.Single()
            .Confidence.ShouldBeLessThan(recollection.Confidence * 0.8);
    }

    [Property]
    public bool The_share_of_patterns_grows_with_novelty_and_complexity(NormalFloat a, NormalFloat b)
    {
        var (novelty, complexity) = (Math.Abs(a.Get % 1), Math.Abs(b.Get % 1));
        var share = MixedRetrieval.PatternShare(novelty, complexity);
        return share is >= 0.5 and < 1
            && MixedRetrieval.PatternShare(novelty + 0.1, complexity) > share
            && MixedRetrieval.PatternShare(novelty, complexity + 0.1) > share;
    }

    [Fact]
    public void Complexity_is_none_for_one_fault_and_full_for_as_many_of_each()
    {
        MixedRetrieval.Complexity([("a", 1), ("a", 2)]).ShouldBe(0);
        MixedRetrieval.Complexity([("a", 1), ("b", 1)]).ShouldBe(1, 1e-9);
        MixedRetrieval.Complexity([]).ShouldBe(0);
    }

    [Fact]
    public void As_near_to_a_pattern_as_its_own_episodes_is_the_same() =>
        MixedRetrieval.PatternSimilarity(Math.Sqrt(0.9), 0.1).ShouldBe(1, 1e-9);
}
