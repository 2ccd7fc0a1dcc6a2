using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Memory;

public sealed class FeedbackTallyTests
{
    private const string Answer = "config.missing-secret",
        Other = "config.rbac-denied";

    private static Episode Of(params (string Who, Feedback Vote)[] votes) =>
        FeedbackTally.Count(
            new Episode
            {
                Id = "e",
                Question = "q",
                Vector = [],
                Keys = [],
                Cluster = "c",
                Answer = Answer,
                AnsweredCause = "as answered",
                Fault = Answer,
                RootCause = "",
                At = default,
                FeedbackByPerson = votes.ToDictionary(vote => vote.Who, vote => vote.Vote),
            }
        );

    private static Feedback Say(FeedbackKind verdict, string? fault = null, string? fix = null, int minute = 0) =>
        new(verdict, fault, fix, DateTimeOffset.UnixEpoch.AddMinutes(minute));

    [Fact]
    public void Without_a_vote_the_answer_stands_and_is_not_settled()
    {
        var episode = Of();
        (episode.Outcome, episode.Fault, episode.RootCause, episode.Truth, episode.AdaptiveValue).ShouldBe(
            (Outcome.Pending, Answer, "as answered", null, 1)
        );
    }

    [Fact]
    public void A_tried_fix_outweighs_an_opinion() =>
        Of(("ada", Say(FeedbackKind.Fixed)), ("bob", Say(FeedbackKind.Unhelpful))).Outcome.ShouldBe(Outcome.Fixed);

    [Fact]
    public void As_many_for_as_against_settle_nothing() =>
        Of(("ada", Say(FeedbackKind.Fixed)), ("bob", Say(FeedbackKind.Wrong))).Outcome.ShouldBe(Outcome.Pending);

    [Fact]
    public void One_correction_does_not_overturn_one_confirmation_and_two_do()
    {
        Of(("ada", Say(FeedbackKind.Fixed)), ("bob", Say(FeedbackKind.Wrong, Other))).Fault.ShouldBe(Answer);
        var overturned = Of(
            ("ada", Say(FeedbackKind.Fixed)),
            ("bob", Say(FeedbackKind.Wrong, Other)),
            ("eve", Say(FeedbackKind.Wrong, Other))
        );
        (overturned.Fault, overturned.Outcome).ShouldBe((Other, Outcome.Corrected));
        overturned.FailedFaults.ShouldBe([Answer]);
    }

    [Fact]
    public void Naming_the_answer_itself_confirms_it_whatever_button_was_pressed() =>
        Of(("ada", Say(FeedbackKind.Wrong, Answer))).Outcome.ShouldBe(Outcome.Fixed);

    [Fact]
    public void The_latest_word_on_what_fixed_it_counts() =>
        Of(
            ("ada", Say(FeedbackKind.Fixed, fix: "restarted it", minute: 1)),
            ("bob", Say(FeedbackKind.Helpful, fix: "made the secret", minute: 2))
        )
            .Fix.ShouldBe("made the secret");

    [Fact]
    public void A_recovery_that_confirms_the_diagnosis_counts_less_than_a_tried_fix()
    {
        var recovery = new Recovery(default, ["Secret shop/checkout-db was created"], BearsOutDiagnosis: true);
        var observed = FeedbackTally.Count(Of() with { Recovery = recovery });
        (observed.Outcome, observed.Truth, observed.Fix).ShouldBe(
            (Outcome.Observed, Answer, "Secret shop/checkout-db was created")
        );
        observed.Successes.ShouldBeInRange(
            Of(("ada", Say(FeedbackKind.Helpful))).Successes,
            Of(("ada", Say(FeedbackKind.Fixed))).Successes
        );
        FeedbackTally
            .Count(Of(("ada", Say(FeedbackKind.Wrong))) with { Recovery = recovery })
            .Outcome.ShouldBe(Outcome.Wrong);
    }

    [Fact]
    public void A_recovery_after_some_other_change_confirms_nothing_and_keeps_what_changed()
    {
        var observed = FeedbackTally.Count(
            Of() with
            {
                Recovery = new(default, ["Deployment shop/db spec.replicas: 0 → 1"], BearsOutDiagnosis: false),
            }
        );
        (observed.Outcome, observed.Truth, observed.Successes).ShouldBe((Outcome.Observed, null, 0));
        FeedbackTally.Count(Of() with { Recovery = new(default, [], false) }).Fix.ShouldBeNull();
    }

    [Fact]
    public void Counting_twice_changes_nothing()
    {
        var once = Of(("ada", Say(FeedbackKind.Fixed)), ("bob", Say(FeedbackKind.Wrong, Other)));
        var twice = FeedbackTally.Count(once);
        (twice.Successes, twice.Failures, twice.AdaptiveValue, twice.Outcome).ShouldBe(
            (once.Successes, once.Failures, once.AdaptiveValue, once.Outcome)
        );
    }
}
