using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MetaKube.Memory;
using MetaKube.Pathways;

namespace MetaKube.Tests.Memory;

public sealed class ConfidenceTests
{
    private static double Share(NormalFloat value) => Math.Abs(value.Get % 1);

    [Property]
    public bool Confidence_stays_between_zero_and_one(NormalFloat a, NormalFloat b, NormalFloat c) =>
        Confidence.Of(a.Get, b.Get, c.Get) is >= 0 and <= 1;

    [Property]
    public bool More_of_any_factor_never_lowers_confidence(NormalFloat a, NormalFloat b, NormalFloat c, NormalFloat more)
    {
        var (x, y, z, d) = (Share(a), Share(b), Share(c), Share(more));
        var before = Confidence.Of(x, y, z);
        return Confidence.Of(x + d, y, z) >= before && Confidence.Of(x, y + d, z) >= before && Confidence.Of(x, y, z + d) >= before;
    }

    [Property]
    public bool Reliability_is_a_half_before_a_word_and_moves_with_each(PositiveInt successes, PositiveInt failures)
    {
        var (s, f) = (successes.Get, failures.Get);
        return Confidence.Reliability(0, 0) == 0.5 && Confidence.Reliability(s, f) < Confidence.Reliability(s + 1, f) && Confidence.Reliability(s, f) > Confidence.Reliability(s, f + 1);
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
        Confidence.Of(1, 1, Confidence.Reliability(Confidence.FixedWeight, 0)).ShouldBeGreaterThan(MetaCognitiveController.InitialThreshold);
        Confidence.Of(1, 1, Confidence.Reliability(0, 0)).ShouldBeLessThan(MetaCognitiveController.InitialThreshold);
        Confidence.Of(1, 1, Confidence.Reliability(0, Confidence.FixedWeight)).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void The_threshold_has_to_be_exceeded_not_met()
    {
        var recollection = new Recollection { Confidence = 0.75, Threshold = 0.75 };
        MetaCognitiveController.Choose(recollection, null).ShouldBe(Pathway.Analytical);
        MetaCognitiveController.Choose(recollection with { Confidence = 0.7501 }, null).ShouldBe(Pathway.Intuitive);
        MetaCognitiveController.Choose(recollection, Pathway.Intuitive).ShouldBe(Pathway.Intuitive);
    }

    [Fact]
    public void Relevance_is_the_share_of_keys_in_common()
    {
        Confidence.Relevance(["a", "b"], new HashSet<string> { "b", "c" }).ShouldBe(1.0 / 3, 1e-9);
        Confidence.Relevance([], new HashSet<string>()).ShouldBe(0);
    }
}
