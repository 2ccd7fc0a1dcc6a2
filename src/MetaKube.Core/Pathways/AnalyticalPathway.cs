using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;

namespace MetaKube.Pathways;

/// <summary>The answer worked out from findings, topology and the causal graph; no model takes part yet.</summary>
public static class AnalyticalPathway
{
    /// <summary>What has to be read completely before anybody can say that nothing is wrong.</summary>
    private static readonly HashSet<string> Needed = ["pods", "events", "services", "ingresses", "ingressclasses", "horizontalpodautoscalers", "deployments", "cronjobs", "jobs", "poddisruptionbudgets", "persistentvolumeclaims"];

    /// <summary>From this confidence on memory's word is given as the answer where evidence has none, and from that as another possibility.</summary>
    private const double Likely = 0.5, Mentionable = 0.3;

    /// <summary>The diagnosis for the target, and further problems that are independent of it.</summary>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others) Diagnose(Evidence evidence, Recollection recollection)
    {
        if (evidence.Candidates.Count > 0 || evidence.NotFound is not null) return (NoTarget(evidence), []);
        var reasoning = new CausalReasoning(evidence, recollection);
        // Evidence that names no cause leaves the likeliest that memory has for these symptoms, said to be just that.
        if (reasoning.Roots.Count == 0 && recollection.Best is { Successes: > 0, Confidence: >= Likely } memory
            && IntuitivePathway.FromSymptoms(evidence, reasoning, memory, FaultCatalogue.Get(memory.Fault)) is { } remembered) return remembered;
        if (reasoning.Roots.Count == 0 && reasoning.Symptoms.Count == 0) return (Healthy(evidence), []);
        var diagnosis = reasoning.Roots.Count == 0
            ? Undecided(evidence, reasoning, reasoning.Symptoms)
            : WithTaught(DiagnosisBuilder.Build(reasoning.Roots[0], reasoning, evidence), recollection);
        return (diagnosis, Others(diagnosis, reasoning, evidence));
    }

    /// <summary>What a person taught in such a case is named even where evidence speaks for something else.</summary>
    private static Diagnosis WithTaught(Diagnosis diagnosis, Recollection recollection)
    {
        var taught = recollection.Memories.Where(memory => memory is { IsTaught: true, Successes: > 0, Confidence: >= Mentionable }).MaxBy(memory => memory.Confidence);
        if (taught is null || taught.Fault == diagnosis.Fault || diagnosis.Alternatives.Any(other => other.Fault == taught.Fault)) return diagnosis;
        return diagnosis with { Alternatives = [.. diagnosis.Alternatives, new(taught.Fault, diagnosis.Resource!, Math.Round(taught.Confidence, 2))] };
    }

    /// <summary>Further roots, one for each resource; for a namespace or cluster also what is abnormal there and no root explains.</summary>
    internal static IReadOnlyList<OtherProblem> Others(Diagnosis diagnosis, CausalReasoning reasoning, Evidence evidence)
    {
        var others = reasoning.Roots.Select(root => new OtherProblem(
            root.Fault.Code, root.Resource, DiagnosisBuilder.Sentence(root.Decisive.Summary)));
        if (evidence.Target is null)
            others = others.Concat(reasoning.Unexplained.Select(symptom =>
                new OtherProblem(Diagnosis.Unknown, evidence.Topology.Controller(symptom.Resource), DiagnosisBuilder.Sentence(symptom.Summary))));
        return [.. others.Where(other => other.Resource.Object != diagnosis.Resource?.Object).DistinctBy(other => other.Resource.Object).Take(10)];
    }

    private static Diagnosis NoTarget(Evidence evidence) => new()
    {
        Fault = Diagnosis.Unknown,
        Confidence = 0,
        RootCause = evidence.Candidates.Count > 0
            ? $"The name fits several objects: {string.Join(", ", evidence.Candidates.Take(8))}. Ask again with one of them."
            : $"Nothing here is called \"{evidence.NotFound}\"{(evidence.Scope is null ? "" : $" in namespace {evidence.Scope}")}. Check the name, the namespace (-n) and the cluster.",
    };

    private static Diagnosis Healthy(Evidence evidence)
    {
        var what = evidence.Target?.ToString() ?? (evidence.Scope is null ? "The cluster" : $"Namespace {evidence.Scope}");
        var looked = evidence.Checked.Count == 0 ? "" : $" Checked: {string.Join(", ", evidence.Checked)}.";
        // Trouble may be in what could not be read: then nobody can say that there is none.
        if (evidence.Gaps.Where(gap => Needed.Contains(gap.What) || gap.What == evidence.Target?.ToString()).ToList() is { Count: > 0 } unread)
            return new()
            {
                Fault = Diagnosis.Unknown,
                Confidence = 0.2,
                RootCause = $"{what} shows nothing abnormal in what was read.{looked} Not all was: {string.Join(", ", unread.Select(gap => gap.What))}.",
                Resource = evidence.Target,
            };
        return new()
        {
            Fault = Diagnosis.None,
            Confidence = Math.Round(0.9 - Math.Min(0.6, 0.1 * evidence.Gaps.Count), 2),
            RootCause = $"{what} shows nothing abnormal.{looked}",
            Resource = evidence.Target,
        };
    }

    private static Diagnosis Undecided(Evidence evidence, CausalReasoning reasoning, IReadOnlyList<Finding> abnormal)
    {
        var worst = abnormal.MaxBy(finding => finding.Weight)!;
        var workload = evidence.Topology.Controller(worst.Resource);
        var changes = reasoning.ChangesOf(workload);
        var began = changes.Count == 0 ? "" : $" {DiagnosisBuilder.Sentence(changes[0].Summary)}";
        return new()
        {
            Fault = Diagnosis.Unknown,
            Confidence = 0.2,
            RootCause = $"{DiagnosisBuilder.Sentence(worst.Summary)}{began} What was read does not tell why{Wanted(evidence)}.",
            Chain = [.. changes.Select(DiagnosisBuilder.Link), new(worst.Resource, worst.Summary)],
            Remedies = DiagnosisBuilder.WithRollback([], changes, workload),
            Resource = workload with { Container = worst.Resource.Container },
            Findings = [.. abnormal.OrderByDescending(finding => finding.Weight).Take(6), .. changes],
        };
    }

    private static string Wanted(Evidence evidence) => evidence.Gaps.Count == 0
        ? "; the log of the run that failed, or what changed just before, would decide"
        : $"; it might with: {string.Join(", ", evidence.Gaps.Take(3).Select(gap => gap.What))}";
}
