using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>Answers with a cause that a person named in words, in an earlier case with the same signals.</summary>
internal static class OpenCauseDiagnosis
{
    /// <summary>
    /// The reliability that a cause has to exceed to be named at all: one person's word against another's names
    /// nothing.
    /// </summary>
    private const double Doubtful = 0.65;

    private const int MostEvidence = 6,
        MostAlternatives = 2;

    /// <summary>
    /// The remembered cause, or null if live evidence does not show its signals, or if people contradicted it.
    /// </summary>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others)? FromSignals(
        CausalReasoning reasoning,
        RecalledMemory memory,
        OpenCause open
    )
    {
        if (!IsNameable(memory))
            return null;
        var evidence = reasoning.Evidence;
        var shown = Shown(evidence, memory.Signals);
        if (shown.Count == 0)
            return null;
        var about = evidence.Target.Object ?? shown[0].Resource;
        var resource = about is null ? null : evidence.Topology.Controller(about);
        var symptoms = reasoning.Abnormal.OrderByDescending(symptom => symptom.Weight).ToList();
        var quotes = shown.Select(finding => finding.Quote).ToHashSet();
        var diagnosis = new Diagnosis
        {
            Fault = memory.Fault,
            Open = open,
            RootCause =
                $"{open.Sentence} {Supported(memory)} which showed the same signs; "
                + "the evidence alone does not decide it.",
            Resource = resource,
            Confidence = Math.Round(memory.Confidence, 2),
            Chain = [.. symptoms.Take(3).Select(symptom => new ChainLink(symptom.Resource, symptom.Summary))],
            Findings = [.. shown.Concat(symptoms.Where(symptom => !quotes.Contains(symptom.Quote))).Take(MostEvidence)],
            Remedies = UndecidedDiagnosis.NextSteps(evidence),
        };
        return (IntuitivePathway.WithFix(diagnosis, memory), AnalyticalPathway.Others(diagnosis, reasoning));
    }

    /// <summary>A diagnosis at live findings, in the person's words.</summary>
    public static Diagnosis WithWords(Diagnosis diagnosis, OpenCause open) =>
        diagnosis with
        {
            Open = open,
            Category = null,
            RootCause = open.Sentence,
        };

    /// <summary>Adds the open causes that people named in such cases as possible causes.</summary>
    public static Diagnosis WithPossible(Diagnosis diagnosis, Recollection recollection)
    {
        if (diagnosis.Resource is not { } resource)
            return diagnosis;
        var possible = recollection
            .Memories.Where(memory =>
                memory is { Open: not null, Successes: > 0, Confidence: >= AnalyticalPathway.Mentionable }
                && memory.Fault != diagnosis.Fault
                && IsNameable(memory)
                && !recollection.Contraindicated.Contains(memory.Fault)
            )
            .OrderByDescending(memory => memory.Confidence)
            .DistinctBy(memory => memory.Fault)
            .Take(MostAlternatives)
            .Select(memory => new Alternative(memory.Fault, resource, Math.Round(memory.Confidence, 2))
            {
                Open = memory.Open,
            });
        return diagnosis with { Alternatives = [.. diagnosis.Alternatives, .. possible] };
    }

    /// <summary>True if people did not contradict the cause of a memory.</summary>
    public static bool IsNameable(RecalledMemory memory) => memory.Factors is { Reliability: > Doubtful };

    private static string Supported(RecalledMemory memory) =>
        memory is RecalledPattern { Pattern.Count: var count }
            ? $"It was the cause in {count} earlier cases (pattern {memory.Id}),"
            : $"It was the cause in episode {memory.Id},";

    /// <summary>The live signals that the remembered case showed as well, as findings.</summary>
    private static List<Finding> Shown(Evidence evidence, IReadOnlyList<SignalTemplate> remembered) =>
        [
            .. SignalTemplate
                .Pairs(evidence)
                .Where(pair => pair.Template.IsSpecific && remembered.Any(pair.Template.IsSame))
                .Where(pair => pair.Signal.Resource is not null)
                .Select(pair => new Finding
                {
                    Id = pair.Signal.Id,
                    Resource = pair.Signal.Resource!,
                    Summary = pair.Signal.Summary,
                    Source = pair.Signal.Source,
                    Quote = pair.Signal.Quote,
                    Weight = pair.Signal.Strength,
                    At = pair.Signal.At,
                }),
        ];
}
