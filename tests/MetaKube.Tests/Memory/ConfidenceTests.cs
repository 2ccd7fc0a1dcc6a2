using System;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MetaKube.Memory;

namespace MetaKube.Tests.Memory;

public sealed class ConfidenceTests
{
    private static double Of(double similarity, double relevance, double reliability, double agreement = 1) =>
        Confidence.Of(new(similarity, relevance, reliability, agreement, true), Exponents.Paper);

    private static double Share(NormalFloat value) => Math.Abs(value.Get % 1);

    [Property]
    public bool Confidence_stays_between_zero_and_one(NormalFloat a, NormalFloat b, NormalFloat c, NormalFloat d) =>
        Of(a.Get, b.Get, c.Get, d.Get) is >= 0 and <= 1;

    [Property]
    public bool More_of_any_factor_never_lowers_confidence(
        NormalFloat a,
        NormalFloat b,
        NormalFloat c,
        NormalFloat more
    )
    {
        var (x, y, z, d) = (Share(a), Share(b), Share(c), Share(more));
        var before = Of(x, y, z, d);
        return Of(x + d, y, z, d) >= before
            && Of(x, y + d, z, d) >= before
            && Of(x, y, z + d, d) >= before
            && Of(x, y, z, 1) >= before;
    }

    [Property]
    public bool Reliability_is_a_half_before_a_word_and_moves_with_each(PositiveInt successes, PositiveInt failures)
    {
        var (s, f) = (successes.Get, failures.Get);
        return Confidence.Reliability(0, 0) == 0.5
            && Confidence.Reliability(s, f) < Confidence.Reliability(s + 1, f)
            && Confidence.Reliability(s, f) > Confidence.Reliability(s, f + 1);
    }

    [Property]
    public bool Score_keeps_the_order_of_similarity_at_equal_age(NormalFloat a, NormalFloat b, PositiveInt days)
    {
        var (x, y, age) = (Share(a), Share(b), TimeSpan.FromDays(days.Get));
        return x <= y == MemoryScore.Of(x, age) <= MemoryScore.Of(y, age) || Math.Abs(x - y) < 1e-12;
    }

    [Fact]
    public void Recency_is_one_now_and_never_falls_below_its_floor()
    {
        MemoryScore.Recency(TimeSpan.Zero).ShouldBe(1);
        MemoryScore.Recency(TimeSpan.FromDays(30)).ShouldBe(Math.Exp(-1), 1e-9);
        MemoryScore.Recency(TimeSpan.FromDays(3650)).ShouldBe(MemoryScore.RecencyFloor);
        MemoryScore.Recency(TimeSpan.FromDays(-1)).ShouldBe(1);
    }

    [Fact]
    public void An_exact_match_that_fixed_it_passes_the_threshold_and_one_without_feedback_does_not()
    {
        Of(1, 1, Confidence.Reliability(FeedbackTally.TriedWeight, 0)).ShouldBeGreaterThan(ThresholdAdaptation.Initial);
        Of(1, 1, Confidence.Reliability(0, 0)).ShouldBeLessThan(ThresholdAdaptation.Initial);
        Of(1, 1, Confidence.Reliability(0, FeedbackTally.TriedWeight)).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void Relevance_is_half_the_keys_in_common_and_half_the_key_of_the_fault_itself()
    {
        var now = new HashSet<string> { "b@Pod", "c@Pod" };
        Confidence.Relevance(["a@Pod", "b@Pod"], now, "b").ShouldBe((1.0 / 3 + 1) / 2, 1e-9);
        Confidence.Relevance(["a@Pod", "b@Pod"], now, "a").ShouldBe(1.0 / 3 / 2, 1e-9);
        Confidence.Relevance(["a@Pod", "b@Pod"], now, "taught").ShouldBe(1.0 / 3, 1e-9);
        Confidence.Relevance([], new HashSet<string>(), "a").ShouldBe(0);
    }
}
