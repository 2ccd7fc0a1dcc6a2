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
        foreach (var known in suite) answers.Add(Answered.Of(await Posed.OfAsync(known), await Asking.AskAsync(known, known.Question, null, default)));
        static bool IsRight(Answered a) => a.IsRight && a.Investigation.Diagnosis.Resource?.Object == a.Posed.Case.Blamed;
        var blind = answers.Where(a => a.Posed.Case.IsBlind).ToList();
        output.WriteLine($"{answers.Count} cases of {suite.Select(known => known.Family).Distinct().Count()} families: fault and resource right {answers.Count(IsRight)}; of the blind families {blind.Count(IsRight)} of {blind.Count}");
        foreach (var family in answers.GroupBy(a => a.Posed.Case.Family).Where(group => !group.All(IsRight)))
        {
            var miss = family.First(a => !IsRight(a));
            output.WriteLine($"MISS {family.Key} {family.Count(IsRight)}/{family.Count()}: wanted {miss.Posed.Case.Blamed}, got {miss.Investigation.Diagnosis.Fault} at {miss.Investigation.Diagnosis.Resource}: {miss.Investigation.Diagnosis.RootCause} [{miss.Posed.Case.Question}]");
        }
        output.WriteLine($"marks: effectiveness {answers.Average(a => a.Marks.Effectiveness):0.0}, equivalence {answers.Average(a => a.Marks.Equivalence):0.0}, completeness {answers.Average(a => a.Marks.Completeness):0.0}, safety {answers.Average(a => a.Marks.Safety):0.0}; mean {answers.Average(a => a.Marks.Mean):0.0}");
        foreach (var fault in answers.GroupBy(a => a.Posed.Case.Fault).Where(group => group.Average(a => a.Marks.Mean) < 95).OrderBy(group => group.Average(a => a.Marks.Mean)))
            output.WriteLine($"low: {fault.Key} eff {fault.Average(a => a.Marks.Effectiveness):0} equ {fault.Average(a => a.Marks.Equivalence):0} com {fault.Average(a => a.Marks.Completeness):0} saf {fault.Average(a => a.Marks.Safety):0}");
        return answers.All(IsRight);
    }

    public static async Task<bool> ReportAsync(string folder, TextWriter output)
    {
        var experiments = new Experiments(Seed, output);
        await experiments.PrepareAsync();
        if (Environment.GetEnvironmentVariable("DBG") is { Length: > 0 })
        {
            if (Environment.GetEnvironmentVariable("DBG") == "novel")
            {
                var novel = (await experiments.NovelAsync()).Where(a => a.IsFast && !a.IsRight).ToList();
                foreach (var g in novel.GroupBy(a => (a.Posed.Case.Family, a.Posed.Case.Id.Split('-').Length > 2 ? a.Posed.Case.Id.Split('-')[2] : "full"))) output.WriteLine($"{g.Count()} {g.Key} got {g.First().Investigation.Diagnosis.Fault} C={g.First().Investigation.Recollection.Confidence:0.00} t={g.First().Investigation.Recollection.Threshold:0.00} {g.First().Investigation.Recollection.Best!.Factors}");
                return true;
            }
            foreach (var poisoned in (double[])[0, 0.05])
            {
                var stream = await experiments.StreamAsync(Arm.Full, poisoned);
                foreach (var group in stream.GroupBy(a => a.Posed.Case.Id.Split('-').Length > 2 ? a.Posed.Case.Id.Split('-')[2] : "full"))
                    output.WriteLine($"  {group.Key}: {group.Count()} right {group.Count(a => a.IsRight)} fast {group.Count(a => a.IsFast)} fw {group.Count(a => a.IsFast && !a.IsRight)} named wrong {group.Count(a => !a.IsRight && a.Investigation.Diagnosis.NamesACause)} memright {group.Count(a => a.IsMemoryRight == true)}");
                foreach (var a in stream.Where(a => !a.IsRight && a.Posed.Case.Id.Split('-').Length == 2).Take(12)) output.WriteLine($"   W {a.IsFast} {a.Posed.Case.Family} got {a.Investigation.Diagnosis.Fault} {a.Investigation.Diagnosis.Confidence} {a.Investigation.Recollection.Best?.Factors}");
            }
            var arm = await experiments.ArmAsync(Arm.Full);
            foreach (var (name, part) in ((string, List<Answered>)[])[("full", [.. arm.Full]), ("over", [.. arm.Symptomatic.Where(a => a.Posed.Case.Id.EndsWith("over"))]), ("gone", [.. arm.Symptomatic.Where(a => a.Posed.Case.Id.EndsWith("gone"))])])
            {
                var q = MetaKube.Memory.Reliability.Of([.. part.Where(a => a.IsMemoryRight is not null).Select(a => (a.Investigation.Recollection.Confidence, a.IsMemoryRight!.Value))]);
                output.WriteLine($"{name}: ECE {q.Ece:0.000} Brier {q.Brier:0.000} AUROC {q.Auroc:0.000}");
                foreach (var bin in q.Bins) output.WriteLine($"   {bin}");
            }
            foreach (var a in arm.Symptomatic.Where(a => !a.IsRight && a.Investigation.Diagnosis.NamesACause && a.Posed.Case.Id.EndsWith("gone")).Where((_, i) => i % 20 == 0)) output.WriteLine($"GW {a.Investigation.Pathway} {a.Posed.Case.Family} got {a.Investigation.Diagnosis.Fault} {a.Investigation.Diagnosis.Confidence} {a.Investigation.Recollection.Best?.Kind} {a.Investigation.Recollection.Best?.Factors} | {string.Join("|", a.Posed.Evidence.Findings.Select(f => f.Fault + ":" + f.Quote))} | {a.Posed.Case.Question}");
            output.WriteLine($"{arm.State.Calibration.Grounded} {arm.State.Controller}");
            return true;
        }
        foreach (var arm in Enum.GetValues<Arm>()) await experiments.ArmAsync(arm);
        foreach (var arm in (Arm[])[Arm.Full, Arm.MemoryOff]) await experiments.RecurringAsync(arm);
        await experiments.NovelAsync();
        await experiments.StreamAsync(Arm.Full, 0);
        await experiments.StreamAsync(Arm.Full, 0.05);
        await experiments.DriftAsync();
        return folder.Length > 0;
    }
}
