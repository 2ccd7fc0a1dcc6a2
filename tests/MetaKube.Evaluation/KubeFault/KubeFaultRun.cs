using MetaKube.Fakes;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>The verbs of the suite.</summary>
internal static class KubeFaultRun
{
    public const int Seed = 1;

    /// <summary>Answers every case without a memory.</summary>
    public static async Task<bool> RawAsync(TextWriter output)
    {
        var suite = await KubeFaultSuite.GenerateAsync(Seed);
        var answers = new List<Answered>();
        foreach (var known in suite)
            answers.Add(
                Answered.Of(
                    await Posed.OfAsync(known),
                    await MemorylessInvestigation.RunAsync(known, known.Question, null, default)
                )
            );
        PrintMisses(answers, output);
        PrintMarks(answers, output);
        return answers.All(IsRight);
    }

    private static bool IsRight(Answered a) =>
        a.IsRight && a.Investigation.Diagnosis.Resource?.Object == a.Posed.Case.Blamed;

    private static void PrintMisses(List<Answered> answers, TextWriter output)
    {
        var families = answers.Select(a => a.Posed.Case.Family).Distinct().Count();
        var blind = answers.Where(a => a.Posed.Case.IsBlind).ToList();
        output.WriteLine(
            $"{answers.Count} cases of {families} families: "
                + $"fault and resource right {answers.Count(IsRight)}; of the blind families {blind.Count(IsRight)} "
                + $"of {blind.Count}"
        );
        foreach (var family in answers.GroupBy(a => a.Posed.Case.Family).Where(group => !group.All(IsRight)))
        {
            var miss = family.First(a => !IsRight(a));
            output.WriteLine(
                $"MISS {family.Key} {family.Count(IsRight)}/{family.Count()}: wanted {miss.Posed.Case.Blamed},"
                    + $" got {miss.Investigation.Diagnosis.Fault} at {miss.Investigation.Diagnosis.Resource}: "
                    + $"{miss.Investigation.Diagnosis.RootCause} [{miss.Posed.Case.Question}]"
            );
        }
    }

    private static void PrintMarks(List<Answered> answers, TextWriter output)
    {
        output.WriteLine(
            $"marks: effectiveness {answers.Average(a => a.Marks.Effectiveness):0.0}, equivalence "
                + $"{answers.Average(a => a.Marks.Equivalence):0.0}, completeness "
                + $"{answers.Average(a => a.Marks.Completeness):0.0}, safety "
                + $"{answers.Average(a => a.Marks.Safety):0.0}; mean {answers.Average(a => a.Marks.Mean):0.0}"
        );
        foreach (
            var fault in answers
                .GroupBy(a => a.Posed.Case.Fault)
                .Where(group => group.Average(a => a.Marks.Mean) < 95)
                .OrderBy(group => group.Average(a => a.Marks.Mean))
        )
            output.WriteLine(
                $"low: {fault.Key} eff {fault.Average(a => a.Marks.Effectiveness):0} equ "
                    + $"{fault.Average(a => a.Marks.Equivalence):0} com {fault.Average(a => a.Marks.Completeness):0}"
                    + $" saf {fault.Average(a => a.Marks.Safety):0}"
            );
    }

    public static async Task<bool> ReportAsync(string folder, TextWriter output)
    {
        var experiments = new Experiments(Seed, output);
        await experiments.PrepareAsync();
        return await new Report(experiments).WriteAsync(folder);
    }
}
