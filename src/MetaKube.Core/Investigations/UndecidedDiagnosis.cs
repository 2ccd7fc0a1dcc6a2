using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>Diagnoses that name no cause, each with the reason.</summary>
internal static class UndecidedDiagnosis
{
    private const double LowConfidence = 0.2,
        Remarkable = 0.2;

    private const int MostFindings = 6,
        MostSigns = 8,
        MostCommands = 4,
        MostGaps = 3;

    /// <summary>The kinds that have to be read completely before a target counts as healthy.</summary>
    private static readonly HashSet<string> RequiredKinds =
    [
        "pods",
        "events",
        "services",
        "ingresses",
        "ingressclasses",
        "horizontalpodautoscalers",
        "deployments",
        "cronjobs",
        "jobs",
        "poddisruptionbudgets",
        "persistentvolumeclaims",
    ];

    /// <summary>
    /// None, if all was read and no signal is telling. Otherwise unknown, with the strongest signal.
    /// </summary>
    public static Diagnosis WithoutSymptoms(Evidence evidence)
    {
        var scope = evidence.Target.Namespace is null ? "The cluster" : $"Namespace {evidence.Target.Namespace}";
        var target = evidence.Target.Object?.ToString() ?? scope;
        var looked = evidence.Checked.Count == 0 ? "" : $" Checked: {string.Join(", ", evidence.Checked)}.";
        var unread = evidence
            .Gaps.Where(gap => RequiredKinds.Contains(gap.What) || gap.What == evidence.Target.Object?.ToString())
            .Select(gap => gap.What)
            .ToList();
        if (evidence.Signals is [{ IsTelling: true } strongest, ..])
            return Unknown(evidence) with
            {
                RootCause = $"Not decided. {StrongestSign(strongest)}{looked}",
                Resource = evidence.Target.Object ?? Workload(strongest, evidence),
            };
        if (unread.Count > 0)
            return Unknown(evidence) with
            {
                RootCause =
                    $"Not decided. {target} shows no failure in what was read.{looked} "
                    + $"Not read, or not completely: {string.Join(", ", unread)}.",
            };
        return new()
        {
            Fault = Diagnosis.None,
            Confidence = Math.Round(0.9 - Math.Min(0.6, 0.1 * evidence.Gaps.Count), 2),
            RootCause = $"{target} shows nothing abnormal.{looked}{Remark(evidence)}",
            Resource = evidence.Target.Object,
        };
    }

    /// <summary>An error in the log of a program that works, which may be what the question is about.</summary>
    private static string Remark(Evidence evidence) =>
        evidence.Signals.FirstOrDefault(signal =>
            signal is { Kind: SignalKind.Log, SaysWhy: true, Strength: >= Remarkable }
        )
            is { } signal
            ? $" One remark ({signal.Resource}, {signal.Summary}): \"{signal.Excerpt}\"."
            : "";

    /// <summary>Unknown: there are symptoms, but no finding names a cause.</summary>
    public static Diagnosis WithoutCause(CausalReasoning reasoning)
    {
        var evidence = reasoning.Evidence;
        var symptoms = reasoning.Symptoms;
        var worst = symptoms.MaxBy(finding => finding.Weight)!;
        var workload = evidence.Topology.Controller(worst.Resource);
        var changes = reasoning.ChangesOf(workload);
        var began = changes.Count == 0 ? "" : $" {DiagnosisBuilder.Sentence(changes[0].Summary)}";
        var sign = evidence.Signals.FirstOrDefault(signal =>
            signal is { IsTelling: true, SaysWhy: true } && signal.Quote != worst.Quote
        );
        return Unknown(evidence) with
        {
            RootCause =
                $"{DiagnosisBuilder.Sentence(worst.Summary)}{began} "
                + (sign is null ? $"What was read does not show the cause; {Wanted(evidence)}." : StrongestSign(sign)),
            Chain = [.. changes.Select(DiagnosisBuilder.Link), new(worst.Resource, worst.Summary)],
            Remedies = DiagnosisBuilder.WithRollback(NextSteps(evidence), changes, workload),
            Resource = workload with { Container = worst.Resource.Container },
            Findings = [.. symptoms.OrderByDescending(finding => finding.Weight).Take(MostFindings), .. changes],
        };
    }

    private static Diagnosis Unknown(Evidence evidence) =>
        new()
        {
            Fault = Diagnosis.Unknown,
            Confidence = LowConfidence,
            RootCause = "",
            Resource = evidence.Target.Object,
            Remedies = NextSteps(evidence),
        };

    private static string StrongestSign(Signal signal)
    {
        var times = signal.Count > 1 ? $", {signal.Count} times" : "";
        var where = signal.Resource is { } resource ? $"{resource}, {signal.Source}" : signal.Source;
        return signal.SaysWhy
            ? $"The strongest sign ({where}{times}): \"{signal.Excerpt}\"."
            : $"The strongest sign ({where}{times}): {signal.Summary}.";
    }

    private static ResourceRef? Workload(Signal signal, Evidence evidence) =>
        signal.Resource is { } resource
            ? evidence.Topology.Controller(resource) with
            {
                Container = resource.Container,
            }
            : null;

    /// <summary>The commands that show more of the strongest signals; none where no signal is telling.</summary>
    internal static IReadOnlyList<Remedy> NextSteps(Evidence evidence)
    {
        List<string> commands =
        [
            .. evidence
                .Signals.Where(signal => signal.IsTelling)
                .Take(MostSigns)
                .Select(signal => signal.Command)
                .OfType<string>()
                .Distinct()
                .Take(MostCommands),
        ];
        return commands.Count == 0 ? [] : [new("Look at these next; the commands only read.", commands, Risk.Low)];
    }

    /// <summary>The evidence that would help, without the kinds that were read in part.</summary>
    private static string Wanted(Evidence evidence)
    {
        var unread = string.Join(
            ", ",
            evidence.Gaps.Where(gap => !gap.IsPartial).Take(MostGaps).Select(gap => gap.What)
        );
        return unread.Length == 0
            ? "the log of the failed run, or the change before it, would decide"
            : $"it may be in what was not read: {unread}";
    }
}
