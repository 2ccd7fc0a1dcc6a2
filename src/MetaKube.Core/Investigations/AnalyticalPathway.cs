using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Derives the answer from findings, topology, causal graph and memory. A language model, if there is one, weighs them
/// too and may request more evidence (paper, Eq 4). The findings are the floor: a model chooses among causes that they
/// support about equally, and overrules none of them.
/// </summary>
/// <param name="model">A language model, or null for none.</param>
public sealed class AnalyticalPathway(LanguageModel? model)
{
    /// <summary>
    /// A cause that memory or a model prefers needs at least this share of the best supported cause's score.
    /// </summary>
    internal const double AboutEqual = 0.8;

    /// <summary>The number of hypotheses that are reported as steps.</summary>
    private const int MostReported = 5;

    /// <summary>Further problems that an answer lists.</summary>
    private const int MostOthers = 10;

    /// <summary>Without a cause in the evidence, memory's best fault is the answer from this confidence on.</summary>
    private const double Likely = 0.5;

    /// <summary>A fault that a person taught is an alternative from this confidence on.</summary>
    internal const double Mentionable = 0.3;

    /// <summary>Answers a case. A model may request evidence that is added to it.</summary>
    /// <param name="symptom">The question.</param>
    /// <param name="reasoning">The case with its hypotheses, weighed by memory.</param>
    /// <param name="readMore">Reads what the model requests; null where nothing more can be read.</param>
    /// <param name="recollection">What memory returned.</param>
    /// <param name="steps">Receives the steps.</param>
    /// <param name="cancellationToken">Cancels the investigation, and the model's work for it.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<Analysis> DiagnoseAsync(
        Symptom symptom,
        CausalReasoning reasoning,
        EvidenceReader? readMore,
        Recollection recollection,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        foreach (var root in reasoning.Roots.Take(MostReported))
            steps.Report(new InvestigationStep.Tested(root.Fault, root.Resource, reasoning.Score(root)));
        var (diagnosis, others) = Diagnose(reasoning, recollection);
        if (model is null || diagnosis.Fault == Diagnosis.None || reasoning.Abnormal.Count == 0)
            return new(diagnosis, others, null);

        var answer = await model.ReasonAsync(symptom, reasoning, readMore, recollection, steps, cancellationToken);
        if (answer.Found.Count > 0)
        {
            reasoning = With(answer.Found, reasoning, recollection);
            (diagnosis, others) = Diagnose(reasoning, recollection);
        }
        var (decided, verdict) = ModelWeighing.Weigh(diagnosis, answer, reasoning, recollection);
        var part = ModelPart.Of(answer, verdict);
        steps.Report(new InvestigationStep.Judged(part));
        return decided == diagnosis ? new(diagnosis, others, part) : new(decided, Others(decided, reasoning), part);
    }

    /// <summary>
    /// The diagnosis for the target and further problems that are independent of it, from evidence and memory alone.
    /// </summary>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others) Diagnose(
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        if (reasoning.Roots.Count > 0)
        {
            var diagnosis = WithTaught(DiagnosisBuilder.Build(reasoning.Roots[0], reasoning), recollection);
            return (diagnosis, Others(diagnosis, reasoning));
        }
        if (
            recollection.Best is { Open: null, Successes: > 0, Confidence: >= Likely } memory
            && IntuitivePathway.FromSymptoms(reasoning, memory, FaultCatalogue.Get(memory.Fault)) is { } remembered
        )
            return remembered;
        if (reasoning.Symptoms.Count == 0)
            return (WithPossible(UndecidedDiagnosis.WithoutSymptoms(evidence), recollection), []);
        var unknown = WithPossible(UndecidedDiagnosis.WithoutCause(reasoning), recollection);
        return (unknown, Others(unknown, reasoning));
    }

    /// <summary>Causes that people named in such cases are possible causes; a healthy target has none.</summary>
    private static Diagnosis WithPossible(Diagnosis diagnosis, Recollection recollection) =>
        diagnosis.Fault == Diagnosis.Unknown ? OpenCauseDiagnosis.WithPossible(diagnosis, recollection) : diagnosis;

    /// <summary>
    /// Further roots, one for each resource. For a namespace or cluster also the symptoms that no root explains.
    /// </summary>
    internal static IReadOnlyList<OtherProblem> Others(Diagnosis diagnosis, CausalReasoning reasoning)
    {
        var evidence = reasoning.Evidence;
        var others = reasoning.Roots.Select(root => new OtherProblem(
            root.Fault.Code,
            root.Resource,
            DiagnosisBuilder.Sentence(root.Decisive.Summary)
        ));
        if (evidence.Target.Object is null)
            others = others.Concat(
                reasoning.Unexplained.Select(symptom => new OtherProblem(
                    Diagnosis.Unknown,
                    evidence.Topology.Controller(symptom.Resource),
                    DiagnosisBuilder.Sentence(symptom.Summary)
                ))
            );
        return
        [
            .. others
                .Where(other => other.Resource.Object != diagnosis.Resource?.Object)
                .DistinctBy(other => other.Resource.Object)
                .Take(MostOthers),
        ];
    }

    /// <summary>A fault that a person taught in such a case is named even if the evidence supports another.</summary>
    internal static Diagnosis WithTaught(Diagnosis diagnosis, Recollection recollection)
    {
        var taught = recollection
            .Memories.Where(memory => memory is { IsTaught: true, Successes: > 0, Confidence: >= Mentionable })
            .Where(memory =>
                memory.Open is null
                || OpenCauseDiagnosis.IsNameable(memory) && !recollection.Contraindicated.Contains(memory.Fault)
            )
            .MaxBy(memory => memory.Confidence);
        if (
            taught is null
            || taught.Fault == diagnosis.Fault
            || diagnosis.Alternatives.Any(other => other.Fault == taught.Fault)
        )
            return diagnosis;
        var alternative = new Alternative(taught.Fault, diagnosis.Resource!, Math.Round(taught.Confidence, 2))
        {
            Open = taught.Open,
        };
        return diagnosis with { Alternatives = [.. diagnosis.Alternatives, alternative] };
    }

    /// <summary>The case with the findings that a model's requests added.</summary>
    private static CausalReasoning With(
        IReadOnlyList<Finding> found,
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        return new CausalReasoning(evidence with { Findings = [.. evidence.Findings, .. found] }).With(
            recollection.ToPrior()
        );
    }
}
