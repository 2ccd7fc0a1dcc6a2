using System;
using MetaKube.Fakes;
using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>The runs of the report; each is repeatable from its seed.</summary>
internal sealed class Experiments(int seed, TextWriter log)
{
    /// <summary>Episodes that are learnt before a test, of which so many are of symptoms alone.</summary>
    private const int Learned = 500,
        LearnedSymptomatic = 100;

    private List<Posed> suite = [],
        over = [],
        gone = [];
    private Dictionary<string, int> foldOf = [];

    public async Task PrepareAsync()
    {
        var cases = await KubeFaultSuite.GenerateAsync(seed);
        suite = [];
        foreach (var known in cases)
            suite.Add(await Posed.OfAsync(known));
        var random = new Random(seed);
        foreach (var posed in suite)
        {
            if (SymptomOnly.Over(posed.Case, random) is { } past)
                over.Add(await Posed.OfAsync(past));
            var answer = (
                await MemorylessInvestigation.RunAsync(posed.Case, posed.Case.Question, null, default)
            ).Diagnosis;
            if (SymptomOnly.PartlyGone(posed.Case, answer) is { } partly)
                gone.Add(await Posed.OfAsync(partly));
        }
        foldOf = Folds(cases, random);
        log.WriteLine(
            $"suite: {suite.Count} cases of {foldOf.Count} families, {over.Count} with the failure over, "
                + $"{gone.Count} with its decisive evidence gone"
        );
    }

    public int Families => foldOf.Count;

    public IReadOnlyList<Posed> Suite => suite;

    /// <summary>
    /// Splits the families into two halves: one to learn, one to test. A fault of two or more families is in both.
    /// </summary>
    private static Dictionary<string, int> Folds(IReadOnlyList<KubeFaultCase> cases, Random random)
    {
        var folds = new Dictionary<string, int>();
        foreach (var fault in cases.GroupBy(known => known.Fault).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var next = random.Next(2);
            foreach (
                var family in fault
                    .Select(known => known.Family)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
                    .OrderBy(_ => random.Next())
            )
                folds[family] = next++ % 2;
        }
        return folds;
    }

    /// <summary>Every case of the suite, answered with a memory of the other half of the families.</summary>
    public async Task<ArmResult> ArmAsync(Arm arm)
    {
        var full = new List<Answered>();
        var symptomatic = new List<Answered>();
        MemoryState? state = null;
        foreach (var fold in (int[])[0, 1])
        {
            var trial = new Trial(arm, seed);
            await LearnAsync(trial, [.. Of(suite, 1 - fold)], [.. Of(over, 1 - fold).Concat(Of(gone, 1 - fold))]);
            foreach (var posed in Of(suite, fold))
                full.Add(Answered.Of(posed, await trial.AskAsync(posed)));
            foreach (var posed in Of(over, fold).Concat(Of(gone, fold)))
                symptomatic.Add(Answered.Of(posed, await trial.AskAsync(posed)));
            state = await trial.StateAsync();
        }
        log.WriteLine(
            $"{arm}: marks {full.Average(answer => answer.Marks.Mean):0.00}, right "
                + $"{Percent(full, a => a.IsRight)}, fast {Percent(full, a => a.IsFast)} of which right "
                + $"{Percent([.. full.Where(a => a.IsFast)], a => a.IsRight)}; symptoms alone, other families: "
                + $"right {Percent(symptomatic, a => a.IsRight)}, marks {symptomatic.Average(a => a.Marks.Mean):0.0}"
                + $", named wrongly {Percent(symptomatic, a => !a.IsRight && a.Investigation.Diagnosis.NamesACause)}"
        );
        return new(arm, full, symptomatic, state!);
    }

    /// <summary>Questions about failures of which memory has seen others of the same family.</summary>
    public async Task<IReadOnlyList<Answered>> RecurringAsync(Arm arm)
    {
        var trial = new Trial(arm, seed);
        // Every other case of a family is learnt; the others are asked.
        var learnt = suite
            .GroupBy(posed => posed.Case.Family)
            .SelectMany(family => family.Where((_, i) => i % 2 == 1))
            .Select(posed => posed.Case.Id)
            .ToHashSet();
        bool IsLearnt(Posed posed) => learnt.Contains(string.Join('-', posed.Case.Id.Split('-').Take(2)));
        await LearnAsync(trial, [.. suite.Where(IsLearnt)], [.. over.Concat(gone).Where(IsLearnt)], all: true);
        var answers = new List<Answered>();
        foreach (var posed in over.Concat(gone).Where(posed => !IsLearnt(posed)))
            answers.Add(Answered.Of(posed, await trial.AskAsync(posed)));
        log.WriteLine(
            $"{arm}: symptoms alone, families seen before: right {Percent(answers, a => a.IsRight)}, marks "
                + $"{answers.Average(a => a.Marks.Mean):0.0}, named wrongly "
                + $"{Percent(answers, a => !a.IsRight && a.Investigation.Diagnosis.NamesACause)}, fast "
                + $"{Percent(answers, a => a.IsFast)} of which right "
                + $"{Percent([.. answers.Where(a => a.IsFast)], a => a.IsRight)}"
        );
        return answers;
    }

    /// <summary>Faults that memory has never seen, each third of them in turn.</summary>
    public async Task<IReadOnlyList<Answered>> NovelAsync()
    {
        var faults = suite.Select(posed => posed.Case.Fault).Distinct().Order(StringComparer.Ordinal).ToList();
        var answers = new List<Answered>();
        for (var third = 0; third < 3; third++)
        {
            bool IsNovel(Posed posed) => faults.IndexOf(posed.Case.Fault) % 3 == third;
            var trial = new Trial(Arm.Full, seed);
            await LearnAsync(
                trial,
                [.. suite.Where(posed => !IsNovel(posed))],
                [.. over.Concat(gone).Where(posed => !IsNovel(posed))]
            );
            foreach (var posed in suite.Concat(over).Concat(gone).Where(IsNovel))
                answers.Add(Answered.Of(posed, await trial.AskAsync(posed)));
        }
        log.WriteLine(
            $"novel faults: {answers.Count} asked, fast and wrong {Percent(answers, a => a.IsFast && !a.IsRight)}"
        );
        return answers;
    }

    /// <summary>
    /// Predicts, then learns: a quarter of the questions are of symptoms alone, and six of ten answers get feedback.
    /// </summary>
    /// <param name="arm">The part that is switched off.</param>
    /// <param name="poisoned">The share of feedback that is the opposite of the truth, 0 to 1.</param>
    public async Task<IReadOnlyList<Answered>> StreamAsync(Arm arm, double poisoned)
    {
        // Each decision has a random source of its own, so that poisoning changes neither the cases nor the voters.
        var (order, speaks, poison) = (new Random(seed), new Random(seed + 1), new Random(seed + 2));
        var trial = new Trial(arm, seed);
        var symptoms = over.Concat(gone)
            .ToLookup(posed =>
                posed.Case.Id.Split('-') is [var category, var number, ..] ? $"{category}-{number}" : ""
            );
        var faults = FaultCatalogue.All.Select(fault => fault.Code).ToList();
        var answers = new List<Answered>();
        foreach (var posed in suite.OrderBy(_ => order.Next()).ToList())
        {
            var others = symptoms[posed.Case.Id].ToList();
            var asked = order.Next(4) == 0 && others.Count > 0 ? others[order.Next(others.Count)] : posed;
            var investigation = await trial.AskAsync(asked);
            answers.Add(Answered.Of(asked, investigation));
            var vote = Trial.Truth(investigation, asked.Case.Fault);
            var (isSpoken, isPoisoned, lie) = (
                speaks.NextDouble() < 0.6,
                poison.NextDouble() < poisoned,
                faults[poison.Next(faults.Count)]
            );
            if (isPoisoned)
                vote =
                    vote.Kind == FeedbackKind.Fixed
                        ? new(FeedbackKind.Wrong, lie, null, default)
                        : new(FeedbackKind.Fixed, null, null, default);
            await trial.TeachAsync(investigation, isSpoken ? vote : null);
        }
        log.WriteLine(
            $"stream {arm}, {poisoned:P0} poisoned: right {Percent(answers, a => a.IsRight)}, fast "
                + $"{Percent(answers, a => a.IsFast)}, of which right "
                + $"{Percent([.. answers.Where(a => a.IsFast)], a => a.IsRight)}"
        );
        return answers;
    }

    /// <summary>
    /// Counts the wrong answers from memory after the cause of a failure changes at its tenth occurrence, in twenty
    /// families.
    /// </summary>
    public async Task<double> DriftAsync()
    {
        var wrong = 0.0;
        var families = over.Where(posed => posed.Case.IsBlind)
            .GroupBy(posed => posed.Case.Family)
            .Where(group => group.Any())
            .Take(20)
            .ToList();
        foreach (var family in families)
        {
            var trial = new Trial(Arm.Full, seed);
            var posed = family.First();
            var (before, after) = (
                posed.Case.Fault,
                FaultCatalogue
                    .All.First(fault =>
                        fault.Code != posed.Case.Fault
                        && fault.Category != FaultCatalogue.Get(posed.Case.Fault).Category
                    )
                    .Code
            );
            for (var i = 0; i < 20; i++)
            {
                var truth = i < 10 ? before : after;
                var investigation = await trial.AskAsync(posed);
                if (i >= 10 && investigation.Diagnosis.Fault == before)
                    wrong++;
                await trial.TeachAsync(investigation, Trial.Truth(investigation, truth));
            }
        }
        log.WriteLine(
            $"drift: {wrong / families.Count:0.0} answers of the old cause after it changed, on average of "
                + $"{families.Count} families"
        );
        return wrong / families.Count;
    }

    private async Task LearnAsync(
        Trial trial,
        IReadOnlyList<Posed> cases,
        IReadOnlyList<Posed> symptoms,
        bool all = false
    )
    {
        var random = new Random(seed);
        var chosen = cases
            .OrderBy(_ => random.Next())
            .Take(all ? int.MaxValue : Learned - LearnedSymptomatic)
            .Concat(symptoms.OrderBy(_ => random.Next()).Take(all ? int.MaxValue : LearnedSymptomatic))
            .OrderBy(_ => random.Next())
            .ToList();
        foreach (var posed in chosen)
        {
            var investigation = await trial.AskAsync(posed);
            await trial.TeachAsync(investigation, Trial.Truth(investigation, posed.Case.Fault));
        }
        await trial.ConsolidateAsync();
    }

    private IEnumerable<Posed> Of(IEnumerable<Posed> cases, int fold) =>
        cases.Where(posed => foldOf[posed.Case.Family] == fold);

    public static string Percent(IReadOnlyCollection<Answered> answers, Func<Answered, bool> of) =>
        answers.Count == 0 ? "-" : $"{100.0 * answers.Count(of) / answers.Count:0.0} %";
}

/// <summary>
/// The answers of an arm to every case of the suite, and to questions of symptoms alone, with a memory of other
/// families.
/// </summary>
internal sealed record ArmResult(
    Arm Arm,
    IReadOnlyList<Answered> Full,
    IReadOnlyList<Answered> Symptomatic,
    MemoryState State
);
