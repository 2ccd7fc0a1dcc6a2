using MetaKube.Model;
using MetaKube.Reasoning;
using static MetaKube.Tests.Model.Cases;

namespace MetaKube.Tests.Reasoning;

public sealed class CausalReasoningTests
{
    private static CausalReasoning TwoCauses =>
        new(Of(Deployment, Found("config.missing-secret", Pod), Found("resource.oom-killed", Pod)));

    [Fact]
    public void A_symptom_is_abnormal_and_no_hypothesis()
    {
        var reasoning = new CausalReasoning(Of(Deployment, Found(null, Pod)));
        reasoning.Symptoms.ShouldHaveSingleItem();
        reasoning.Hypotheses.ShouldBeEmpty();
    }

    [Fact]
    public void A_finding_out_of_reach_of_the_target_takes_no_part()
    {
        var elsewhere = new ResourceRef("Pod", "other", "unrelated-1");
        new CausalReasoning(Of(Deployment, Found("resource.oom-killed", elsewhere))).Abnormal.ShouldBeEmpty();
        new CausalReasoning(Of(null, Found("resource.oom-killed", elsewhere))).Roots.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_cause_nearer_to_the_target_scores_higher()
    {
        var reasoning = new CausalReasoning(
            Of(Service, Found("config.missing-secret", Pod), Found("resource.oom-killed", DatabasePod))
        );
        var scores = reasoning.Roots.ToDictionary(root => root.Fault.Code, reasoning.Score);
        scores["config.missing-secret"].ShouldBeGreaterThan(scores["resource.oom-killed"]);
    }

    [Fact]
    public void A_fault_that_failed_before_loses_half_of_its_weight_and_the_evidence_alone_is_unchanged()
    {
        var alone = TwoCauses;
        var weighed = alone.With(new(new HashSet<string> { "config.missing-secret" }, []));
        weighed.Roots[^1].Fault.Code.ShouldBe("config.missing-secret");
        double WeightIn(CausalReasoning reasoning) =>
            reasoning.Roots.Single(root => root.Fault.Code == "config.missing-secret").Weight;
        WeightIn(weighed).ShouldBe(WeightIn(alone) / 2, 1e-9);
    }

    [Theory]
    [InlineData("config.missing-secret")]
    [InlineData("resource.oom-killed")]
    public void Memory_decides_among_roots_that_the_evidence_supports_equally(string remembered) =>
        TwoCauses
            .With(new(new HashSet<string>(), [new(remembered, [$"{remembered}@Deployment"], 0.9)]))
            .Roots[0]
            .Fault.Code.ShouldBe(remembered);

    [Fact]
    public void Without_memory_the_case_stays_as_it_is()
    {
        var alone = TwoCauses;
        alone.With(MemoryPrior.None).ShouldBeSameAs(alone);
    }
}
