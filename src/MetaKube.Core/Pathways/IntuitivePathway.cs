using MetaKube.Faults;
using MetaKube.Investigations;
using MetaKube.Memory;

namespace MetaKube.Pathways;

/// <summary>Memory's answer, put into the names of the case at hand and kept only if live evidence bears it out.</summary>
public static class IntuitivePathway
{
    /// <summary>The recalled diagnosis, or null where live evidence does not support it: then the analytical pathway has to answer.</summary>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? Diagnose(Evidence evidence, Recollection recollection)
    {
        var memory = recollection.Episodes.MaxBy(episode => episode.Confidence);
        if (memory is null || FaultCatalogue.Find(memory.Fault) is not { } fault || memory.Outcome == Outcome.Wrong) return null;
        var reasoning = new CausalReasoning(evidence, Recollection.Empty);
        if (reasoning.Roots.Count == 0) return null;
        var strongest = reasoning.Roots[0];
        // The strongest live cause was not part of that case: whatever memory says, this one is different.
        if (!memory.Episode.Keys.Contains(strongest.Key)) return null;
        var root = reasoning.Roots.FirstOrDefault(hypothesis => hypothesis.Fault == fault)
            ?? Corrected(memory.Episode, fault, strongest);
        if (root is null) return null;

        var diagnosis = DiagnosisBuilder.Build(root, reasoning, evidence) with
        {
            Confidence = Math.Round(memory.Confidence, 2),
        };
        return (WithFix(diagnosis, memory.Episode), AnalyticalPathway.Others(diagnosis, reasoning, evidence));
    }

    /// <summary>A person named a cause that no inspector sees: it holds where the findings are those of that case.</summary>
    private static Hypothesis? Corrected(Episode episode, Fault fault, Hypothesis strongest) =>
        episode.Outcome == Outcome.Corrected
            ? strongest with
            {
                Fault = fault,
                Findings = [.. strongest.Findings.Select(finding => finding with { Summary = $"{fault.Title.ToLowerInvariant()} (as corrected by a person in an earlier case: {finding.Summary})" })],
            }
            : null;

    /// <summary>What a person said fixed it comes first; it is quoted, since its names are those of the earlier case.</summary>
    private static Diagnosis WithFix(Diagnosis diagnosis, Episode episode) => episode.Fix is null
        ? diagnosis
        : diagnosis with
        {
            Remedies = [new($"Last time this fixed it: \"{episode.Fix}\" (episode {episode.Id}).", [], Risk.Medium), .. diagnosis.Remedies],
        };
}
