using MetaKube.Evaluation.KubeFault;
using MetaKube.Fakes;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Tests.Evaluation;

/// <summary>
/// The suite of the benchmark, and that memory does on a part of it what the report says of the whole.
/// </summary>
public sealed class KubeFaultTests(KubeFaultTests.Posed1873 suite) : IClassFixture<KubeFaultTests.Posed1873>
{
    [Fact]
    public void The_suite_has_the_papers_size_and_shares()
    {
        suite.Cases.Count.ShouldBe(KubeFaultSuite.Size);
        suite
            .Cases.GroupBy(known => known.Category)
            .ToDictionary(group => group.Key, group => group.Count())
            .ShouldBe(KubeFaultSuite.Shares, ignoreOrder: true);
        suite.Cases.Select(known => known.Id).Distinct().Count().ShouldBe(KubeFaultSuite.Size);
        suite.Cases.ShouldAllBe(known => FaultCatalogue.Find(known.Fault) != null && Reference.Knows(known.Fault));
        // A third of the families was written blind, before its author read the inspectors.
        (
            3 * suite.Cases.Where(known => known.IsBlind).Select(known => known.Family).Distinct().Count()
        ).ShouldBeGreaterThanOrEqualTo(suite.Cases.Select(known => known.Family).Distinct().Count());
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_suite()
    {
        var again = await KubeFaultSuite.GenerateAsync(KubeFaultRun.Seed);
        again
            .Select(known => (known.Id, known.Family, known.Question, known.Blamed, known.Logs.Count))
            .ShouldBe(
                suite.Cases.Select(known => (known.Id, known.Family, known.Question, known.Blamed, known.Logs.Count))
            );
    }

    /// <summary>Every eleventh case, all categories: the whole suite is the evaluation's.</summary>
    [Fact]
    public async Task Cause_and_object_are_named_and_what_is_quoted_is_there()
    {
        foreach (var known in suite.Cases.Where((_, i) => i % 11 == 0))
        {
            var posed = await Posed.OfAsync(known);
            var diagnosis = (
                await MemorylessInvestigation.RunAsync(
                    known,
                    known.Question,
                    null,
                    TestContext.Current.CancellationToken
                )
            ).Diagnosis;
            (diagnosis.Fault, diagnosis.Resource?.Object).ShouldBe(
                (known.Fault, known.Blamed),
                $"{known.Id} {known.Family}: {known.Question}"
            );
            Checklist.Of(known, posed.Evidence, diagnosis).Mean.ShouldBeGreaterThan(65, $"{known.Id} {known.Family}");
        }
    }

    [Fact]
    public async Task Taught_cases_are_answered_from_memory_and_right_and_no_case_is_before()
    {
        var posed = new List<Posed>();
        foreach (var known in suite.Cases.Where((_, i) => i % 9 == 0))
            posed.Add(await Posed.OfAsync(known));
        var trial = new Trial(Arm.Full, seed: 1);
        foreach (var one in posed)
        {
            var investigation = await trial.AskAsync(one);
            await trial.TeachAsync(investigation, Trial.Truth(investigation, one.Case.Fault));
        }
        await trial.ConsolidateAsync();
        var again = new List<Answered>();
        foreach (var one in posed)
            again.Add(Answered.Of(one, await trial.AskAsync(one)));
        var fast = again.Where(answer => answer.IsFast).ToList();
        fast.Count.ShouldBeGreaterThan(again.Count * 8 / 10);
        fast.ShouldAllBe(answer => answer.IsRight);
        var off = new Trial(Arm.MemoryOff, seed: 1);
        (await off.AskAsync(posed[0])).Pathway.ShouldBe(Pathway.Analytical);
    }

    [Fact]
    public async Task A_failure_that_is_over_is_recognised_by_one_line_of_it()
    {
        var known = suite.Cases.First(known => known.Family == "config.missing-env/go-envconfig");
        var trial = new Trial(Arm.Full, seed: 1);
        // Other cases of the family, and enough cases for the calibration of confidence.
        foreach (
            var other in suite.Cases.Where(
                (other, i) => other.Id != known.Id && (other.Family == known.Family || i % 12 == 0)
            )
        )
        {
            var investigation = await trial.AskAsync(await Posed.OfAsync(other));
            await trial.TeachAsync(investigation, Trial.Truth(investigation, other.Fault));
        }
        await trial.ConsolidateAsync();
        var over = await Posed.OfAsync(SymptomOnly.Over(known, new Random(1))!);
        (
            await MemorylessInvestigation.RunAsync(
                over.Case,
                over.Case.Question,
                null,
                TestContext.Current.CancellationToken
            )
        ).Diagnosis.NamesACause.ShouldBeFalse();
        var recollection = (await trial.AskAsync(over)).Recollection;
        recollection.Best.ShouldNotBeNull().Fault.ShouldBe(known.Fault);
        recollection.Best.Factors!.IsGrounded.ShouldBeFalse();
    }

    /// <summary>The suite, made once.</summary>
    public sealed class Posed1873 : IAsyncLifetime
    {
        internal IReadOnlyList<KubeFaultCase> Cases { get; private set; } = [];

        public async ValueTask InitializeAsync() => Cases = await KubeFaultSuite.GenerateAsync(KubeFaultRun.Seed);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
