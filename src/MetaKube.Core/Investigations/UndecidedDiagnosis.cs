using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>Diagnoses that name no cause, each with the reason.</summary>
internal static class UndecidedDiagnosis
{
    private const double LowConfidence = 0.2;

    private const int MostFindings = 6,
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

    /// <summary>None, or unknown if something that could hold a symptom was not read.</summary>
    public static Diagnosis WithoutSymptoms(Evidence evidence)
    {
        var scope = evidence.Target.Namespace is null ? "The cluster" : $"Namespace {evidence.Target.Namespace}";
        var target = evidence.Target.Object?.ToString() ?? scope;
        var looked = evidence.Checked.Count == 0 ? "" : $" Checked: {string.Join(", ", evidence.Checked)}.";
        var unread = evidence
            .Gaps.Where(gap => RequiredKinds.Contains(gap.What) || gap.What == evidence.Target.Object?.ToString())
            .Select(gap => gap.What)
            .ToList();
        if (unread.Count > 0)
            return new()
            {
                Fault = Diagnosis.Unknown,
                Confidence = LowConfidence,
                RootCause =
                    $"{target} shows nothing abnormal in what was read.{looked} "
                    + $"Not all was: {string.Join(", ", unread)}.",
                Resource = evidence.Target.Object,
            };
        return new()
        {
            Fault = Diagnosis.None,
            Confidence = Math.Round(0.9 - Math.Min(0.6, 0.1 * evidence.Gaps.Count), 2),
            RootCause = $"{target} shows nothing abnormal.{looked}",
            Resource = evidence.Target.Object,
        };
    }

    /// <summary>Unknown: there are symptoms, but no finding names a cause.</summary>
    public static Diagnosis WithoutCause(CausalReasoning reasoning)
    {
        var evidence = reasoning.Evidence;
        var symptoms = reasoning.Symptoms;
        var worst = symptoms.MaxBy(finding => finding.Weight)!;
        var workload = evidence.Topology.Controller(worst.Resource);
        var changes = reasoning.ChangesOf(workload);
        var began = changes.Count == 0 ? "" : $" {DiagnosisBuilder.Sentence(changes[0].Summary)}";
        return new()
        {
            Fault = Diagnosis.Unknown,
            Confidence = LowConfidence,
            RootCause =
                $"{DiagnosisBuilder.Sentence(worst.Summary)}{began} "
                + $"What was read does not show the cause; {Wanted(evidence)}.",
            Chain = [.. changes.Select(DiagnosisBuilder.Link), new(worst.Resource, worst.Summary)],
            Remedies = DiagnosisBuilder.WithRollback([], changes, workload),
            Resource = workload with { Container = worst.Resource.Container },
            Findings = [.. symptoms.OrderByDescending(finding => finding.Weight).Take(MostFindings), .. changes],
        };
    }

    private static string Wanted(Evidence evidence)
    {
        var unread = string.Join(", ", evidence.Gaps.Take(MostGaps).Select(gap => gap.What));
        return unread.Length == 0
            ? "the log of the failed run, or the change before it, would decide"
            : $"it may be in what could not be read: {unread}";
    }
}
