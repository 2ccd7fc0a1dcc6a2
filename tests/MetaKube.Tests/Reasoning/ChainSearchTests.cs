using System;
using FsCheck.Xunit;
using MetaKube.Faults;
using MetaKube.Model;
using MetaKube.Reasoning;
using static MetaKube.Tests.Model.Cases;

namespace MetaKube.Tests.Reasoning;

public sealed class ChainSearchTests
{
    private static Hypothesis Of(string fault) => new(FaultCatalogue.Get(fault), Deployment, [Found(fault, Pod)], 0.9);

    [Fact]
    public void Without_memory_the_evidence_decides() =>
        ChainSearch
            .Rank([(Of("config.bad-value"), [Pod], 0.4), (Of("config.missing-secret"), [Pod], 0.9)], MemoryPrior.None)
            .Select(chain => chain.Fault)
            .ShouldBe(["config.missing-secret", "config.bad-value"]);

    [Fact]
    public void No_more_than_five_chains_are_kept() =>
        ChainSearch
            .Rank(
                Enumerable
                    .Range(0, 9)
                    .Select(i => (Of("config.bad-value"), (IReadOnlyList<ResourceRef>)[Pod], i / 10.0)),
                MemoryPrior.None
            )
            .Count.ShouldBe(ChainSearch.Kept);

    [Property]
    public bool Priority_is_between_0_and_1_and_grows_with_each_term(byte prior, byte score, byte novelty)
    {
        var (p, s, n) = (prior / 255.0, score / 255.0, novelty / 255.0);
        var priority = ChainSearch.Priority(p, s, n);
        return priority is >= 0 and <= 1.0000001
            && ChainSearch.Priority(1, s, n) >= priority
            && ChainSearch.Priority(p, 1, n) >= priority
            && ChainSearch.Priority(p, s, 1) >= priority;
    }
}
