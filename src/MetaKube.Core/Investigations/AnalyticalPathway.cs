using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// The answer worked out from findings, topology, causal graph and memory; where there is a model, it weighs them too
/// and may ask for more (paper, Eq 4).
/// What the findings say is the floor: a model decides among what they support about equally, and overrules nothing.
/// </summary>
/// <param name="model">A language model, or null for none.</param>
public sealed class AnalyticalPathway(LanguageModel? model)
{
    /// <summary>
    /// A model's choice has to be supported at least so well as the best supported one, as a share of it; memory's has
    /// to as well.
    /// </summary>
    internal const double AboutEqual = 0.8;

    /// <summary>Hypotheses whose test is told.</summary>
    private const int MostTold = 5;

    /// <summary>What has to be read completely before anybody can say that nothing is wrong.</summary>
    private static readonly HashSet<string> Needed =
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
    /// From this confidence on memory's word is given as the answer where evidence has none, and from that as another
    /// possibility.
    /// </summary>
    private const double Likely = 0.5,
        Mentionable = 0.3;

    /// <summary>The diagnosis, with a model's part in it; the evidence may have grown at the model's request.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<Analysis> DiagnoseAsync(
        Symptom symptom,
        CausalReasoning reasoning,
        Recollection recollection,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        foreach (var root in reasoning.Roots.Take(MostTold))
            steps.Report(new InvestigationStep.Tested(root.Fault, root.Resource, reasoning.Score(root)));
        var (diagnosis, others) = Diagnose(reasoning, recollection);
        var evidence = reasoning.Evidence;
        // Whom the question means a person has to say, and where nothing is abnormal there is nothing to weigh.
        if (
            model is null
            || diagnosis.Fault == Diagnosis.None
            || evidence.Candidates.Count > 0
            || evidence.NotFound is not null
            || reasoning.Abnormal.Count == 0
        )
            return new(diagnosis, others, null);

        var opinion = await model.ReasonAsync(symptom, reasoning, recollection, steps, cancellationToken);
        if (opinion.Found.Count > 0)
        {
            evidence = evidence with { Findings = [.. evidence.Findings, .. opinion.Found] };
            reasoning = new CausalReasoning(evidence).With(recollection.ToPrior());
            (diagnosis, others) = Diagnose(reasoning, recollection);
        }
        var (decided, verdict) = Weigh(diagnosis, opinion, reasoning, recollection);
        var part = new ModelPart
        {
            Name = opinion.Name,
            Verdict = verdict,
            Fault = opinion.Conclusion?.Fault is { } chosen and not Diagnosis.Unknown ? chosen : null,
            Resource = opinion.Conclusion?.Fault is null or Diagnosis.Unknown ? null : opinion.Conclusion.Resource,
            Failure = opinion.Failure,
            Requests = opinion.Requests,
            PromptTokens = opinion.PromptTokens,
            CompletionTokens = opinion.CompletionTokens,
        };
        steps.Report(new InvestigationStep.Judged(part));
        if (decided == diagnosis)
            return new(diagnosis, others, part);
        return new(decided, Others(decided, reasoning), part);
    }

    /// <summary>
    /// The deterministic answer, or a model's where the findings that it cites support it about as well.
    /// </summary>
    internal static (Diagnosis Diagnosis, ModelVerdict Verdict) Weigh(
        Diagnosis floor,
        ModelAnswer opinion,
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        if (opinion.Conclusion is not { } choice)
            return (floor, ModelVerdict.Failed);
        if (choice.Fault == Diagnosis.Unknown)
            return (floor, ModelVerdict.Abstained);
        if (choice.Fault == floor.Fault && (floor.Resource is null || Same(choice.Resource, floor.Resource, evidence)))
            return (floor, ModelVerdict.Agreed);
        if (recollection.Contraindicated.Contains(choice.Fault))
            return (floor, ModelVerdict.Unsupported);
        var chosen = reasoning.Roots.FirstOrDefault(root =>
            root.Fault.Code == choice.Fault
            && root.Findings.Any(choice.Findings.Contains)
            && (
                Same(choice.Resource, root.Resource, evidence)
                || root.Findings.Any(finding =>
                    finding.Resource.Object == choice.Resource || finding.About == choice.Resource
                )
            )
        );
        if (chosen is not null && reasoning.Score(chosen) >= AboutEqual * reasoning.Score(reasoning.Roots[0]))
        {
            var diagnosis = WithTaught(DiagnosisBuilder.Build(chosen, reasoning), recollection);
            return (WithFloor(diagnosis, floor), ModelVerdict.Preferred);
        }
        // Without any cause in the evidence, memory's second opinion may be the right one; it is the model that has
        // seen the symptoms.
        var memory = recollection
            .Memories.Where(memory =>
                memory.Fault == choice.Fault && memory is { Successes: > 0, Confidence: >= Mentionable }
            )
            .MaxBy(memory => memory.Confidence);
        if (
            reasoning.Roots.Count == 0
            && choice.Findings.Count > 0
            && memory is not null
            && IntuitivePathway.FromSymptoms(reasoning, memory, FaultCatalogue.Get(memory.Fault))
                is { } remembered
        )
            return (WithFloor(remembered.Diagnosis, floor), ModelVerdict.Preferred);
        return (floor, ModelVerdict.Unsupported);
    }

    private static bool Same(ResourceRef a, ResourceRef b, Evidence evidence) =>
        evidence.Topology.Controller(a) == evidence.Topology.Controller(b);

    /// <summary>What the model was preferred to stays in sight.</summary>
    private static Diagnosis WithFloor(Diagnosis diagnosis, Diagnosis floor) =>
        !floor.NamesACause || floor.Resource is null
            ? diagnosis
            : diagnosis with
            {
                Alternatives =
                [
                    new(floor.Fault, floor.Resource, floor.Confidence),
                    .. diagnosis.Alternatives.Where(other =>
                        (other.Fault, other.Resource) != (floor.Fault, floor.Resource)
                    ),
                ],
            };

    /// <summary>
    /// The diagnosis for the target, and further problems that are independent of it, by evidence and memory alone.
    /// </summary>
    public static (Diagnosis Diagnosis, IReadOnlyList<OtherProblem> Others) Diagnose(
        CausalReasoning reasoning,
        Recollection recollection
    )
    {
        var evidence = reasoning.Evidence;
        if (evidence.Candidates.Count > 0 || evidence.NotFound is not null)
            return (NoTarget(evidence), []);
        // Evidence that names no cause leaves the likeliest that memory has for these symptoms, said to be just that.
        if (
            reasoning.Roots.Count == 0
            && recollection.Best is { Successes: > 0, Confidence: >= Likely } memory
            && IntuitivePathway.FromSymptoms(reasoning, memory, FaultCatalogue.Get(memory.Fault))
                is { } remembered
        )
            return remembered;
        if (reasoning.Roots.Count == 0 && reasoning.Symptoms.Count == 0)
            return (Healthy(evidence), []);
        var diagnosis =
            reasoning.Roots.Count == 0
                ? Undecided(reasoning)
                : WithTaught(DiagnosisBuilder.Build(reasoning.Roots[0], reasoning), recollection);
        return (diagnosis, Others(diagnosis, reasoning));
    }

    /// <summary>What a person taught in such a case is named even where evidence speaks for something else.</summary>
    private static Diagnosis WithTaught(Diagnosis diagnosis, Recollection recollection)
    {
        var taught = recollection
            .Memories.Where(memory => memory is { IsTaught: true, Successes: > 0, Confidence: >= Mentionable })
            .MaxBy(memory => memory.Confidence);
        if (
            taught is null
            || taught.Fault == diagnosis.Fault
            || diagnosis.Alternatives.Any(other => other.Fault == taught.Fault)
        )
            return diagnosis;
        return diagnosis with
        {
            Alternatives =
            [
                .. diagnosis.Alternatives,
                new(taught.Fault, diagnosis.Resource!, Math.Round(taught.Confidence, 2)),
            ],
        };
    }

    /// <summary>
    /// Further roots, one for each resource; for a namespace or cluster also what is abnormal there and no root
    /// explains.
    /// </summary>
    internal static IReadOnlyList<OtherProblem> Others(Diagnosis diagnosis, CausalReasoning reasoning)
    {
        var evidence = reasoning.Evidence;
        var others = reasoning.Roots.Select(root => new OtherProblem(
            root.Fault.Code,
            root.Resource,
            DiagnosisBuilder.Sentence(root.Decisive.Summary)
        ));
        if (evidence.Target is null)
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
                .Take(10),
        ];
    }

    private static Diagnosis NoTarget(Evidence evidence) =>
        new()
        {
            Fault = Diagnosis.Unknown,
            Confidence = 0,
            RootCause =
                evidence.Candidates.Count > 0
                    ? $"The name fits several objects: {string.Join(", ", evidence.Candidates.Take(8))}. Ask again with one of them."
                    : $"Nothing here is called \"{evidence.NotFound}\"{(evidence.Scope is null ? "" : $" in namespace {evidence.Scope}")}. Check the name, the namespace (-n) and the cluster.",
        };

    private static Diagnosis Healthy(Evidence evidence)
    {
        var what =
            evidence.Target?.ToString() ?? (evidence.Scope is null ? "The cluster" : $"Namespace {evidence.Scope}");
        var looked = evidence.Checked.Count == 0 ? "" : $" Checked: {string.Join(", ", evidence.Checked)}.";
        // Trouble may be in what could not be read: then nobody can say that there is none.
        if (
            evidence.Gaps.Where(gap => Needed.Contains(gap.What) || gap.What == evidence.Target?.ToString()).ToList() is
            { Count: > 0 } unread
        )
            return new()
            {
                Fault = Diagnosis.Unknown,
                Confidence = 0.2,
                RootCause =
                    $"{what} shows nothing abnormal in what was read.{looked} Not all was: {string.Join(", ", unread.Select(gap => gap.What))}.",
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

    private static Diagnosis Undecided(CausalReasoning reasoning)
    {
        var (evidence, abnormal) = (reasoning.Evidence, reasoning.Symptoms);
        var worst = abnormal.MaxBy(finding => finding.Weight)!;
        var workload = evidence.Topology.Controller(worst.Resource);
        var changes = reasoning.ChangesOf(workload);
        var began = changes.Count == 0 ? "" : $" {DiagnosisBuilder.Sentence(changes[0].Summary)}";
        return new()
        {
            Fault = Diagnosis.Unknown,
            Confidence = 0.2,
            RootCause =
                $"{DiagnosisBuilder.Sentence(worst.Summary)}{began} What was read does not tell why{Wanted(evidence)}.",
            Chain = [.. changes.Select(DiagnosisBuilder.Link), new(worst.Resource, worst.Summary)],
            Remedies = DiagnosisBuilder.WithRollback([], changes, workload),
            Resource = workload with { Container = worst.Resource.Container },
            Findings = [.. abnormal.OrderByDescending(finding => finding.Weight).Take(6), .. changes],
        };
    }

    private static string Wanted(Evidence evidence) =>
        evidence.Gaps.Count == 0
            ? "; the log of the run that failed, or what changed just before, would decide"
            : $"; it might with: {string.Join(", ", evidence.Gaps.Take(3).Select(gap => gap.What))}";
}
