using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Answers from memory, with the names of the present case, and only if live evidence supports the answer.
/// </summary>
public static class IntuitivePathway
{
    /// <summary>
    /// A live finding of this weight (object state, an event, a clear log line) outweighs a correction by one person,
    /// but not by two.
    /// </summary>
    private const double Decisive = 0.8;

    /// <summary>
    /// The recalled diagnosis, or null if live evidence does not support it and the analytical pathway has to answer.
    /// </summary>
    /// <param name="reasoning">The case by its evidence alone: memory must not confirm itself.</param>
    /// <param name="recollection">What memory returned.</param>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? Diagnose(
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        if (recollection.Best is not { Successes: > 0 } memory || FaultOf(memory) is not { } fault)
            return null;
        if (
            memory.Open is { } open
            && SignalComparison.Applies(memory.Keys, memory.Signals)
            && reasoning.Roots.All(hypothesis => hypothesis.Fault.IsVague)
        )
            return OpenCauseDiagnosis.FromSignals(reasoning, memory, open);
        if (reasoning.Roots.Count == 0)
            return FromSymptoms(reasoning, memory, fault);
        var strongest = reasoning.Roots[0];
        // The strongest live cause was not part of the remembered case, so this case is different.
        if (!memory.Keys.Contains(strongest.Key))
            return null;
        var root =
            reasoning.Roots.FirstOrDefault(hypothesis => hypothesis.Fault == fault) ?? Taught(memory, fault, strongest);
        // Memory chooses among causes that the evidence supports about equally, and does not overrule it.
        if (root is null || root.Weight < strongest.Weight * AnalyticalPathway.AboutEqual)
            return null;

        var diagnosis = DiagnosisBuilder.Build(root, reasoning) with { Confidence = Math.Round(memory.Confidence, 2) };
        if (memory.Open is { } taught && root.Fault.Code == memory.Fault)
            diagnosis = OpenCauseDiagnosis.WithWords(diagnosis, taught);
        return (WithFix(diagnosis, memory), AnalyticalPathway.Others(diagnosis, reasoning));
    }

    /// <summary>The fault of a memory; null if its known failure is no longer in the library.</summary>
    private static Fault? FaultOf(RecalledMemory memory) =>
        memory.Open is { } open
            ? FaultCatalogue.Of(open) with
            {
                Code = memory.Fault,
            }
            : FaultCatalogue.Find(memory.Fault);

    /// <summary>
    /// The remembered cause if the evidence names none, because the failure is over or its traces are gone. The
    /// diagnosis claims no findings that do not exist.
    /// </summary>
    internal static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? FromSymptoms(
        CausalReasoning reasoning,
        RecalledMemory memory,
        Fault fault
    )
    {
        var evidence = reasoning.Evidence;
        if (memory.Factors is not { IsGrounded: false })
            return null;
        var symptoms = reasoning.Symptoms.OrderByDescending(symptom => symptom.Weight).ToList();
        var about = symptoms.FirstOrDefault()?.Resource ?? evidence.Target.Object;
        var resource = about is null ? null : evidence.Topology.Controller(about);
        var diagnosis = new Diagnosis
        {
            Fault = memory.Fault,
            Category = fault.Category.ToString().ToLowerInvariant(),
            RootCause =
                $"{DiagnosisBuilder.Sentence(fault.Title)} This was the cause in {memory.Kind} {memory.Id}, "
                + "which had these symptoms; nothing that can be read now shows the cause itself.",
            Resource = resource,
            Confidence = Math.Round(memory.Confidence, 2),
            Chain = [.. symptoms.Take(3).Select(symptom => new ChainLink(symptom.Resource, symptom.Summary))],
            Findings = [.. symptoms.Take(6)],
            Remedies = resource is null ? [] : AdviceFor(fault, resource),
            Prevention = fault.Prevention,
        };
        if (memory.Open is { } open)
            diagnosis = OpenCauseDiagnosis.WithWords(diagnosis, open);
        return (WithFix(diagnosis, memory), AnalyticalPathway.Others(diagnosis, reasoning));
    }

    /// <summary>Remedies without changes that the bot could apply: no live finding supports them.</summary>
    private static IReadOnlyList<Remedy> AdviceFor(Fault fault, ResourceRef resource) =>
        [
            .. RemedyTemplate
                .Fill(fault.Remedies, DiagnosisBuilder.NamesOf(resource), resource)
                .Select(remedy => remedy with { Change = null }),
        ];

    /// <summary>
    /// A cause that people named and no inspector detects, at the findings of the remembered case; else null.
    /// </summary>
    private static Hypothesis? Taught(RecalledMemory memory, Fault fault, Hypothesis strongest) =>
        memory.IsTaught && (strongest.Weight < Decisive || memory.Successes > FeedbackTally.TriedWeight)
            ? strongest with
            {
                Fault = fault,
                Findings = [.. strongest.Findings.Select(finding => AsTaught(finding, fault))],
            }
            : null;

    private static Finding AsTaught(Finding finding, Fault fault) =>
        finding with
        {
            Summary =
                $"{(OpenCause.IsCode(fault.Code) ? fault.Title : fault.Title.ToLowerInvariant())} "
                + $"(as corrected by a person in an earlier case: {finding.Summary})",
        };

    /// <summary>Puts the earlier fix first. It is quoted, because its names belong to the earlier case.</summary>
    internal static Diagnosis WithFix(Diagnosis diagnosis, RecalledMemory memory) =>
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
