using System;
using System.Globalization;
using System.Text;
using MetaKube.Memory;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>The results of the experiments, as Markdown with pictures. Each run measures every figure anew.</summary>
internal sealed class Report(Experiments experiments)
{
    private readonly StringBuilder text = new();
    private readonly Dictionary<string, string> pictures = [];
    private readonly List<(string Target, string Found, bool IsMet)> targets = [];

    public async Task<bool> WriteAsync(string folder)
    {
        var arms = new List<ArmResult>();
        foreach (var arm in Enum.GetValues<Arm>())
            arms.Add(await experiments.ArmAsync(arm));
        var (full, off) = (arms[0], arms[^1]);
        var (recurring, recurringOff) = (
            await experiments.RecurringAsync(Arm.Full),
            await experiments.RecurringAsync(Arm.MemoryOff)
        );
        var novel = await experiments.NovelAsync();
        var (stream, poisoned, streamOff) = (
            await experiments.StreamAsync(Arm.Full, 0),
            await experiments.StreamAsync(Arm.Full, 0.05),
            await experiments.StreamAsync(Arm.MemoryOff, 0)
        );
        var drift = await experiments.DriftAsync();

        Suite(full);
        Arms(arms, full);
        Symptoms(full, off, recurring, recurringOff);
        FastPath(full, novel);
        Learning(stream, poisoned, streamOff, drift);
        Latency(full);

        Directory.CreateDirectory(folder);
        foreach (var (name, svg) in pictures)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.svg"), svg);
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), $"{Head()}{text}");
        return targets.All(target => target.IsMet);
    }

    private string Head()
    {
        var head = new StringBuilder(
            $"""
            # Evaluation of memory

            `dotnet run --project tests/MetaKube.Evaluation -- report` writes this page (seed {KubeFaultRun.Seed}).
            The same seed gives the same suite; episode ids are random, so figures vary in the last digit. No language
            model takes part, neither in answering nor in judging. The last section describes the suite and the limits
            of the figures.

            | target | result | |
            |---|---|---|

            """
        );
        foreach (var (target, found, isMet) in targets)
            head.AppendLine(CultureInfo.InvariantCulture, $"| {target} | {found} | {(isMet ? "met" : "**missed**")} |");
        return head.AppendLine().ToString();
    }

    private void Suite(ArmResult full)
    {
        Section("The suite");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"The suite has {full.Full.Count} cases of {experiments.Families} families, with the category "
                + $"shares of the "
                + $"paper's benchmark. A case consists of the API objects and logs of a cluster, a question, and one "
                + $"known cause and object.\n"
        );
        Table(
            "category | cases | families | blind families",
            full.Full.GroupBy(a => a.Posed.Case.Category)
                .Select(group =>
                    $"{group.Key} | {group.Count()} | "
                    + $"{group.Select(a => a.Posed.Case.Family).Distinct().Count()} | "
                    + $"{group.Where(a => a.Posed.Case.IsBlind).Select(a => a.Posed.Case.Family).Distinct().Count()}"
                )
        );
    }

    private void Arms(IReadOnlyList<ArmResult> arms, ArmResult full)
    {
        Section("Ablation: one part disabled");
        text.AppendLine(
            """
            The families are split into two halves. Memory learns 500 episodes of one half (100 of them with symptoms
            alone) and answers every case of the other half; then the halves are swapped. So memory never saw the
            family of a case. The marks are the paper's four metrics as checklists of facts (`Checklist.cs`,
            `Reference.cs`), 0 to 100. The loss is the difference from the full arm, with the 95 % interval of 1,000
            bootstrap samples of cases.

            """
        );
        Table(
            "arm | effectiveness | equivalence | completeness | safety | mean | loss | cause right | fast "
                + "share | fast right | symptoms alone: marks | loss | named wrongly",
            arms.Select(arm => Row(arm, full))
        );
        text.AppendLine(
            """
            With complete evidence the causal analysis gives the same answer as memory, so no part of memory adds
            marks there; memory adds speed and, with a model, saves its call. Memory adds marks where evidence is
            gone. "No controller" lets memory answer whenever it knows anything, although live evidence is still
            checked. With symptoms alone it gets more marks, because advice beside a wrong cause also earns marks, but
            it names a wrong cause in more than half of the cases. Patterns add no marks
            ([decisions](../decisions.md)).

            """
        );
        pictures["ablation"] = new Plot("Marks lost with one part off", "", "points", 1, 8)
            .Bars("whole evidence", [.. arms.Skip(1).Select(arm => Bar(full.Full, arm.Full, arm.Arm))])
            .ToSvg(numbersBelow: false);
        Picture("ablation");
        Target(
            "Four-metric mean of the full arm at least 95 (paper: 90.5)",
            F(full.Full.Average(a => a.Marks.Mean)),
            full.Full.Average(a => a.Marks.Mean) >= 95
        );
    }

    private static string Row(ArmResult arm, ArmResult full)
    {
        double Mean(Func<Checklist, double> of) => arm.Full.Average(a => of(a.Marks));
        return $"{Name(arm.Arm)} | {F(Mean(m => m.Effectiveness))} | {F(Mean(m => m.Equivalence))} | "
            + $"{F(Mean(m => m.Completeness))} | {F(Mean(m => m.Safety))} | {F(Mean(m => m.Mean))} | "
            + $"{Loss(full.Full, arm.Full)} | {P(arm.Full, a => a.IsRight)} | {P(arm.Full, a => a.IsFast)} "
            + $"| {P([.. arm.Full.Where(a => a.IsFast)], a => a.IsRight)} | "
            + $"{F(arm.Symptomatic.Average(a => a.Marks.Mean))} | {Loss(full.Symptomatic, arm.Symptomatic)} "
            + $"| {P(arm.Symptomatic, a => !a.IsRight && a.Investigation.Diagnosis.NamesACause)}";
    }

    private void Symptoms(
        ArmResult full,
        ArmResult off,
        IReadOnlyList<Answered> recurring,
        IReadOnlyList<Answered> recurringOff
    )
    {
        Section("Symptoms alone");
        text.AppendLine(
            "\"Over\": the failure is over and the question quotes one line of it. \"Gone\": the decisive "
                + "evidence is gone. "
                + "\"Seen\": memory learned other cases of the same family, with other names and noise. "
                + "\"Other\": memory "
                + "learned no case of the family.\n"
        );
        Table(
            "families | memory | kind | asked | cause right | named wrongly | marks",
            new[]
            {
                ("seen", "on", recurring),
                ("seen", "off", recurringOff),
                ("other", "on", full.Symptomatic),
                ("other", "off", off.Symptomatic),
            }.SelectMany(row =>
                row.Item3.GroupBy(a => a.Posed.Case.Id.Split('-')[2])
                    .Select(group =>
                        $"{row.Item1} | {row.Item2} | {group.Key} | {group.Count()} | "
                        + $"{P([.. group], a => a.IsRight)} | "
                        + $"{P([.. group], a => !a.IsRight && a.Investigation.Diagnosis.NamesACause)} | "
                        + $"{F(group.Average(a => a.Marks.Mean))}"
                    )
            )
        );
        var (seen, other) = (Gain(recurring, recurringOff), Gain(full.Symptomatic, off.Symptomatic));
        Target(
            "Gain of memory on symptoms alone at least 15.3 % of the marks (the paper's figure for EPMN)",
            $"{F(seen)} % where the family was seen, {F(other)} % where it was not",
            seen >= 15.3
        );
    }

    private void FastPath(ArmResult full, IReadOnlyList<Answered> novel)
    {
        Section("The fast path and its confidence");
        var fast = full.Full.Where(a => a.IsFast).ToList();
        var (share, precision) = (
            100.0 * fast.Count / full.Full.Count,
            100.0 * fast.Count(a => a.IsRight) / fast.Count
        );
        Target(
            "Fast path at least 60 % after 500 episodes, at a precision of at least 98 %",
            $"{F(share)} % at {F(precision)} %",
            share >= 60 && precision >= 98
        );
        Confidence(Quality(full.Full), Quality(full.Symptomatic));
        Novel(novel);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"The threshold adapted to {full.State.Controller.Threshold:0.000} over "
                + $"{full.State.Controller.Outcomes} outcomes; the closed form gives "
                + $"{full.State.Controller.Estimate?.BestThreshold:0.000}.\n"
        );
    }

    private static Reliability Quality(IEnumerable<Answered> answers) =>
        Reliability.Of([
            .. answers
                .Where(a => a.IsMemoryRight is not null)
                .Select(a => (a.Investigation.Recollection.Confidence, a.IsMemoryRight!.Value)),
        ]);

    private void Confidence(Reliability whole, Reliability symptoms)
    {
        text.AppendLine(
            "The tables compare the calibrated confidence of the recalled memory (C(M*)) with the share of cases in "
                + "which its fault was the cause, on families that memory had not seen:\n"
        );
        Table(
            "questions | examples | ECE | Brier | AUROC",
            [
                $"whole evidence | {whole.Examples} | {whole.Ece:0.000} | {whole.Brier:0.000} | {whole.Auroc:0.000}",
                $"symptoms alone | {symptoms.Examples} | {symptoms.Ece:0.000} | {symptoms.Brier:0.000} | "
                    + $"{symptoms.Auroc:0.000}",
            ]
        );
        Table(
            "confidence | share right | cases (whole evidence)",
            whole.Bins.Select(bin => $"{bin.Confidence:0.00} | {bin.Right:0.00} | {bin.Examples}")
        );
        pictures["reliability"] = new Plot(
            "Reliability on families that memory had not seen",
            "confidence said",
            "share right",
            1,
            1
        )
            .Line("whole evidence", whole.Bins.Select(bin => (bin.Confidence, bin.Right)))
            .Line("symptoms alone", symptoms.Bins.Select(bin => (bin.Confidence, bin.Right)))
            .Line("perfect", [(0, 0), (1, 1)], dashed: true)
            .ToSvg();
        Picture("reliability");
        Target(
            "ECE at most 0.05 and AUROC at least 0.90 on held-out families",
            $"{whole.Ece:0.000} and {whole.Auroc:0.000} (symptoms alone: {symptoms.Ece:0.000} and "
                + $"{symptoms.Auroc:0.000})",
            whole.Ece <= 0.05 && whole.Auroc >= 0.9
        );
    }

    private void Novel(IReadOnlyList<Answered> novel)
    {
        var wrong = 100.0 * novel.Count(a => a.IsFast && !a.IsRight) / novel.Count;
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Novel faults: one third of all faults at a time is withheld from memory and then asked about, "
                + $"with complete "
                + $"evidence and with symptoms alone. Of {novel.Count} questions memory answered "
                + $"{novel.Count(a => a.IsFast && !a.IsRight)} with a wrong cause ({F(wrong)} %).\n"
        );
        Target("Novel faults: fast and wrong at most 1 %", $"{wrong:0.00} %", wrong <= 1);
    }

    private const int Block = 200;

    private void Learning(
        IReadOnlyList<Answered> stream,
        IReadOnlyList<Answered> poisoned,
        IReadOnlyList<Answered> off,
        double drift
    )
    {
        Section("Learning");
        text.AppendLine(
            "Each case is answered first and learned afterwards. All cases are asked in random order, a "
                + "quarter of them "
                + "with symptoms alone; six of ten answers get feedback (\"fixed\", or \"wrong\" with the "
                + "cause). Results "
                + "by blocks of 200 cases:\n"
        );
        Table(
            "after | right | right, symptoms alone | the same, memory off | fast | fast right",
            Blocks(stream).Zip(Blocks(off), Row).Select((row, i) => $"{i * Block} | {row}")
        );
        pictures["learning"] = LearningPlot(stream, off);
        Picture("learning");
        Poison(stream, poisoned);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Cold start: the first block begins with an empty memory. Memory answers nothing before somebody has "
                + $"confirmed an answer.\n\nDrift: one question with symptoms alone is asked repeatedly, an "
                + $"hour apart; "
                + $"after ten times its cause changes. On average of twenty families {F(drift)} more answers "
                + $"name the old "
                + $"cause before memory follows.\n"
        );
    }

    private static string Row(Answered[] on, Answered[] off) =>
        $"{P(on, a => a.IsRight)} | {P([.. on.Where(IsSymptom)], a => a.IsRight)} | "
        + $"{P([.. off.Where(IsSymptom)], a => a.IsRight)} | {P(on, a => a.IsFast)} | "
        + $"{P([.. on.Where(a => a.IsFast)], a => a.IsRight)}";

    private static IEnumerable<Answered[]> Blocks(IReadOnlyList<Answered> answers) =>
        answers.Chunk(Block).Where(part => part.Length > Block / 2);

    private static bool IsSymptom(Answered a) => a.Posed.Case.Id.Split('-').Length > 2;

    private static double Share(IEnumerable<Answered> answers, Func<Answered, bool> of) =>
        answers.Any() ? 100.0 * answers.Count(of) / answers.Count() : 0;

    private static string LearningPlot(IReadOnlyList<Answered> stream, IReadOnlyList<Answered> off) =>
        new Plot("Learning, block by block", "questions asked before", "%", stream.Count, 100)
            .Line(
                "answered from memory",
                Blocks(stream).Select((part, i) => ((i + 0.5) * Block, Share(part, a => a.IsFast)))
            )
            .Line(
                "right, symptoms alone",
                Blocks(stream).Select((part, i) => ((i + 0.5) * Block, Share(part.Where(IsSymptom), a => a.IsRight)))
            )
            .Line(
                "the same, memory off",
                Blocks(off).Select((part, i) => ((i + 0.5) * Block, Share(part.Where(IsSymptom), a => a.IsRight))),
                dashed: true
            )
            .ToSvg();

    private void Poison(IReadOnlyList<Answered> stream, IReadOnlyList<Answered> poisoned)
    {
        var cost = Share(stream, a => a.IsRight) - Share(poisoned, a => a.IsRight);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Poisoned feedback: in the same stream 5 % of the feedback is the opposite of the truth. "
                + $"{F(Share(poisoned, a => a.IsRight))} % of the answers are right instead of "
                + $"{F(Share(stream, a => a.IsRight))} %, and "
                + $"{F(Share(poisoned.Where(a => a.IsFast), a => a.IsRight))} % of the answers from memory.\n"
        );
        Target("5 % poisoned feedback costs at most 1 point", $"{cost:0.0} points", cost <= 1);
    }

    private void Latency(ArmResult full)
    {
        Section("Time");
        text.AppendLine(
            "Times are milliseconds in this process, after the evidence was read, with memory in the same process and "
                + "without a model. Without a model both pathways are equally fast; memory saves the model's "
                + "call. With "
                + "Redis see [speed of memory](memory.md).\n"
        );
        Table(
            "stage | p50 | p95",
            [
                $"recall | {Percentiles(full.Full.Select(a => a.Investigation.Timings.RecallMs))}",
                $"intuitive pathway | "
                    + $"{Percentiles(full.Full.Where(a => a.IsFast).Select(a => a.Investigation.Timings.ReasonMs))}",
                $"analytical pathway | "
                    + $"{Percentiles(full.Full.Where(a => !a.IsFast).Select(a => a.Investigation.Timings.ReasonMs))}",
            ]
        );
        text.AppendLine(Limits);
    }

    private const string Limits = """

        ## The suite and its limits

        - A **family** is one way in which a fault appears. 172 families are the scenarios of `tests/scenarios`
          (71 recorded on a real cluster, the others composed). 110 "blind" families were written for this suite
          before the inspectors were consulted, from the messages of kubelets, schedulers, container runtimes,
          registries, cloud drivers, databases, and programs in several languages and versions. Cases of one
          family differ in names, namespaces, images, numbers, healthy neighbours and their noise, additional
          failures, and the question.
        - **The first run of the blind families answered 669 of their 772 cases correctly (86.7 %).** The
          inspectors were then corrected for the misses, so the 100 % above is no estimate for unknown failures;
          86.7 % is closer to one.
        - The author of the inspectors also wrote the blind and the other families.
        - Cause and object are judged by code and name. The required words of a fix and of advice (`Reference.cs`)
          were written from general knowledge, not from the bot's texts.
        - "Over" questions quote the longest warning or the last line of the log. Many such lines ("0/3 nodes are
          available: pod has unbound immediate PersistentVolumeClaims") fit several causes, so no answer can be
          right about all of them.
        """;

    /// <summary>The median and the 95th percentile of times in milliseconds, as two cells of a table.</summary>
    private static string Percentiles(IEnumerable<double> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0
            ? "- | -"
            : $"{sorted[sorted.Count / 2].ToString("0.0", CultureInfo.InvariantCulture)} | "
                + $"{sorted[sorted.Count * 95 / 100].ToString("0.0", CultureInfo.InvariantCulture)}";
    }

    private void Section(string title) => text.AppendLine(CultureInfo.InvariantCulture, $"## {title}\n");

    private void Table(string headings, IEnumerable<string> rows)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"| {headings} |")
            .AppendLine($"|{string.Concat(headings.Split('|').Select(_ => "---|"))}");
        foreach (var row in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row} |");
        text.AppendLine();
    }

    private void Picture(string name) => text.AppendLine(CultureInfo.InvariantCulture, $"![{name}]({name}.svg)\n");

    private void Target(string target, string found, bool isMet) => targets.Add((target, found, isMet));

    private static (string, double, double, double) Bar(
        IReadOnlyList<Answered> full,
        IReadOnlyList<Answered> arm,
        Arm name
    )
    {
        var (mean, low, high) = Difference(full, arm);
        return (Name(name), mean, low, high);
    }

    private static string Loss(IReadOnlyList<Answered> full, IReadOnlyList<Answered> arm)
    {
        if (ReferenceEquals(full, arm))
            return "";
        var (mean, low, high) = Difference(full, arm);
        return $"{mean:0.0} [{low:0.0}, {high:0.0}]";
    }

    /// <summary>The mean difference of marks, case by case, and its 95 % interval.</summary>
    private static (double Mean, double Low, double High) Difference(
        IReadOnlyList<Answered> full,
        IReadOnlyList<Answered> arm
    )
    {
        var differences = full.Zip(arm, (a, b) => a.Marks.Mean - b.Marks.Mean).ToArray();
        var random = new Random(KubeFaultRun.Seed);
        var means = Enumerable
            .Range(0, 1000)
            .Select(_ =>
                Enumerable.Range(0, differences.Length).Average(_ => differences[random.Next(differences.Length)])
            )
            .Order()
            .ToList();
        return (differences.Average(), means[25], means[974]);
    }

    private static double Gain(IReadOnlyList<Answered> on, IReadOnlyList<Answered> off) =>
        100 * (on.Average(a => a.Marks.Mean) / off.Average(a => a.Marks.Mean) - 1);

    private static string Name(Arm arm) =>
        arm switch
        {
            Arm.Full => "full",
            Arm.NoPatterns => "no patterns",
            Arm.NoCalibration => "no calibration",
            Arm.NoController => "no controller",
            Arm.NoGraph => "no graph",
            _ => "memory off",
        };

    private static string P(IReadOnlyCollection<Answered> answers, Func<Answered, bool> of) =>
        Experiments.Percent(answers, of);

    private static string F(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
