using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Memory's answer, put into the names of the case at hand and kept only if live evidence bears it out.
/// </summary>
public static class IntuitivePathway
{
    /// <summary>
    /// A live fact as decisive as this (object state, an event, a clear line of a log) outweighs what one person taught
    /// against it; a second person settles it.
    /// </summary>
    private const double Decisive = 0.8;

    /// <summary>
    /// The recalled diagnosis, or null where live evidence does not support it: then the analytical pathway has to
    /// answer.
    /// </summary>
    /// <param name="reasoning">The case by its evidence alone: memory must not confirm itself.</param>
    /// <param name="recollection">What memory returned.</param>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? Diagnose(
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        // Whom the question means has to be known before anything is said of it.
        if (evidence.Candidates.Count > 0 || evidence.NotFound is not null)
            return null;
        if (recollection.Best is not { Successes: > 0 } memory || FaultCatalogue.Find(memory.Fault) is not { } fault)
            return null;
        if (reasoning.Roots.Count == 0)
            return FromSymptoms(reasoning, memory, fault);
        var strongest = reasoning.Roots[0];
        // The strongest live cause was not part of that case: whatever memory says, this one is different.
        if (!memory.Keys.Contains(strongest.Key))
            return null;
        var root =
            reasoning.Roots.FirstOrDefault(hypothesis => hypothesis.Fault == fault) ?? Taught(memory, fault, strongest);
        // Memory decides among causes that the evidence supports about equally; it does not overrule the evidence.
        if (root is null || root.Weight < strongest.Weight * AnalyticalPathway.AboutEqual)
            return null;

        var diagnosis = DiagnosisBuilder.Build(root, reasoning) with
        {
            Confidence = Math.Round(memory.Confidence, 2),
        };
        return (WithFix(diagnosis, memory), AnalyticalPathway.Others(diagnosis, reasoning));
    }

    /// <summary>
    /// What memory says where nothing that can be read now names a cause: the failure is over, or its traces are partly
    /// gone. It claims no finding that is not there.
    /// </summary>
    internal static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? FromSymptoms(
        CausalReasoning reasoning,
        RecalledMemory memory,
        Fault fault
    )
    {
        var evidence = reasoning.Evidence;
        if (
            memory.Factors is not { IsGrounded: false }
            || evidence.Candidates.Count > 0
            || evidence.NotFound is not null
        )
            return null;
        var symptoms = reasoning.Symptoms.OrderByDescending(symptom => symptom.Weight).ToList();
        var resource =
            symptoms.Count > 0 ? evidence.Topology.Controller(symptoms[0].Resource)
            : evidence.Target is { } target ? evidence.Topology.Controller(target)
            : null;
        var diagnosis = new Diagnosis
        {
            Fault = fault.Code,
            Category = fault.Category.ToString().ToLowerInvariant(),
            RootCause =
                $"{DiagnosisBuilder.Sentence(fault.Title)} That is what it was in {memory.Kind} {memory.Id}, which had these symptoms; nothing that can be read now shows the cause itself.",
            Resource = resource,
            Confidence = Math.Round(memory.Confidence, 2),
            Chain = [.. symptoms.Take(3).Select(symptom => new ChainLink(symptom.Resource, symptom.Summary))],
            Findings = [.. symptoms.Take(6)],
            // What nothing live shows is advice, and no change to be made from here.
            Remedies = resource is null
                ? []
                :
                [
                    .. RemedyTemplate
                        .Fill(fault.Remedies, DiagnosisBuilder.NamesOf(resource), resource)
                        .Select(remedy => remedy with { Change = null }),
                ],
            Prevention = fault.Prevention,
        };
        return (WithFix(diagnosis, memory), AnalyticalPathway.Others(diagnosis, reasoning));
    }

    /// <summary>
    /// People named a cause that no inspector sees: it holds where the findings are those of that case.
    /// </summary>
    private static Hypothesis? Taught(RecalledMemory memory, Fault fault, Hypothesis strongest) =>
        memory.IsTaught && (strongest.Weight < Decisive || memory.Successes > FeedbackTally.TriedWeight)
            ? strongest with
            {
                Fault = fault,
                Findings =
                [
                    .. strongest.Findings.Select(finding =>
                        finding with
                        {
                            Summary =
                                $"{fault.Title.ToLowerInvariant()} (as corrected by a person in an earlier case: {finding.Summary})",
                        }
                    ),
                ],
            }
            : null;

    /// <summary>What fixed it comes first; it is quoted, since its names are those of the earlier case.</summary>
    private static Diagnosis WithFix(Diagnosis diagnosis, RecalledMemory memory) =>
        memory.Fix is null
            ? diagnosis
            : diagnosis with
            {
                Remedies =
                [
                    new($"Last time this fixed it: \"{memory.Fix}\" ({memory.Kind} {memory.Id}).", [], Risk.Medium),
                    .. diagnosis.Remedies,
                ],
            };
}
