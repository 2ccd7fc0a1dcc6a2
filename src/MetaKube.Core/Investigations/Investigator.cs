using System.Security.Cryptography;
using MetaKube.Faults;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// The algorithm: resolve the target, collect the evidence, recall similar cases, choose a pathway and diagnose. An
/// answer of memory that the evidence does not support escalates to the analytical pathway. An investigation only
/// reads:
/// the caller posts its answer and keeps it in memory.
/// </summary>
public sealed class Investigator(
    Func<CancellationToken, Task<EpisodicMemory>> openMemory,
    MetaCognitiveController controller,
    AnalyticalPathway analytical,
    TimeProvider time
)
{
    /// <summary>The number of signals that an investigation keeps.</summary>
    private const int MostSignals = 12;

    /// <summary>Investigates a symptom.</summary>
    /// <param name="source">The facts that the asker may see.</param>
    /// <param name="symptom">The question; its first reading that names an object is investigated, else the
    /// last.</param>
    /// <param name="chosen">The pathway that the asker wants, or null for the controller's choice.</param>
    /// <param name="steps">Receives the steps as they are taken.</param>
    /// <param name="cancellationToken">Cancels the investigation.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async Task<Investigation> InvestigateAsync(
        IEvidenceSource source,
        Symptom symptom,
        Pathway? chosen,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        var start = time.GetTimestamp();
        // Opening memory may start a database, which goes on while evidence is collected.
        var opening = Task.Run(() => openMemory(cancellationToken), cancellationToken);
        var (opened, evidence) = await CollectAsync(source, symptom, opening, steps, cancellationToken);
        var memory = await opening;
        var collected = time.GetTimestamp();
        steps.Report(
            new InvestigationStep.Collected(evidence.Findings.Count(finding => !finding.IsChange), evidence.Gaps.Count)
        );

        var signature = SymptomSignature.Of(opened.Symptom.Question, evidence);
        var recollection = await memory.RecallAsync(signature, evidence.Cluster, cancellationToken);
        var recalled = time.GetTimestamp();

        var routing = controller.Choose(recollection, chosen);
        steps.Report(Recalled(recollection, routing));

        var answer = await DiagnoseAsync(opened, evidence, recollection, routing, steps, cancellationToken);
        var reasoned = time.GetTimestamp();
        var timings = new Timings(
            Ms(start, collected),
            Ms(collected, recalled),
            Ms(recalled, reasoned),
            Ms(start, reasoned)
        );
        return Conclude(opened.Symptom, evidence, recollection, signature, routing, answer, timings);
    }

    /// <summary>Diagnoses by the chosen pathway; what memory cannot prove, the analytical pathway works out.</summary>
    private async Task<Answer> DiagnoseAsync(
        IEvidenceCase opened,
        Evidence evidence,
        Recollection recollection,
        Routing routing,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        var start = time.GetTimestamp();
        var isIntuitive = routing.Pathway == Pathway.Intuitive;
        var reasoning = new CausalReasoning(evidence);
        var intuition = isIntuitive ? IntuitivePathway.Diagnose(reasoning, recollection) : null;
        var weighed = reasoning.With(recollection.ToPrior());
        var intuited = time.GetTimestamp();
        double? intuitiveMs = isIntuitive ? Ms(start, intuited) : null;
        if (intuition is var (diagnosis, others))
        {
            // A shadow run compares the pathways; nobody waits for a model because of it.
            var shadow = routing.IsShadowed ? AnalyticalPathway.Diagnose(weighed, recollection).Diagnosis : null;
            double? shadowMs = shadow is null ? null : Ms(intuited, time.GetTimestamp());
            return new(Pathway.Intuitive, diagnosis, others, null, shadow?.Fault, intuitiveMs, shadowMs);
        }
        var analysis = await AnalyseAsync(opened, weighed, recollection, steps, cancellationToken);
        return new(
            Pathway.Analytical,
            analysis.Diagnosis,
            analysis.Others,
            analysis.Model,
            analysis.Diagnosis.Fault,
            intuitiveMs,
            Ms(intuited, time.GetTimestamp())
        );
    }

    private Task<Analysis> AnalyseAsync(
        IEvidenceCase opened,
        CausalReasoning weighed,
        Recollection recollection,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    ) => analytical.DiagnoseAsync(opened.Symptom, weighed, opened.ReadAsync, recollection, steps, cancellationToken);

    private Investigation Conclude(
        Symptom symptom,
        Evidence evidence,
        Recollection recollection,
        SymptomSignature signature,
        Routing routing,
        Answer answer,
        Timings timings
    ) =>
        new()
        {
            Id = NewId(),
            Cluster = evidence.Cluster,
            Question = symptom.Question,
            Namespace = symptom.Namespace,
            Target = evidence.Target.Object,
            Scope = evidence.Target.Object is null ? evidence.Target.Namespace : null,
            Candidates = evidence.Target.Candidates,
            TargetRemark = evidence.Target.Remark,
            Choices = evidence.Target.Candidates is { Count: > 1 } candidates ? candidates : evidence.Target.Nearest,
            Pathway = answer.Pathway,
            Why = routing.Why,
            Escalated = routing.Pathway != answer.Pathway,
            Diagnosis = answer.Diagnosis,
            Others = answer.Others,
            Recollection = recollection,
            Signature = signature,
            Prediction = Predicted(recollection, routing, answer),
            Model = answer.Model,
            Signals = [.. evidence.Signals.Take(MostSignals)],
            Runbooks = new RunbookChoice(KnowledgeLibrary.Current, evidence).For(symptom.Question, answer.Diagnosis),
            LooksLike = LikeFailures.Of(KnowledgeLibrary.Current, evidence, answer.Diagnosis),
            IsKept = IsWorthKeeping(evidence, answer.Diagnosis),
            Gaps = answer.Model is { Failure: { } why } ? [.. evidence.Gaps, new("model", why)] : evidence.Gaps,
            Timings = timings,
        };

    private static bool IsWorthKeeping(Evidence evidence, Diagnosis diagnosis)
    {
        if (diagnosis.NamesACause)
            return true;
        if (evidence.Target is { Object: null, NotFound: not null })
            return false;
        return diagnosis.Fault == Diagnosis.None
            || diagnosis.Findings.Count > 0
            || evidence.Signals.Any(signal => signal.IsTelling);
    }

    private static Prediction Predicted(Recollection recollection, Routing routing, Answer answer) =>
        new(
            recollection.Best?.Fault,
            recollection.Best?.Factors,
            recollection.Confidence,
            recollection.Threshold,
            answer.Pathway,
            answer.Pathway == Pathway.Analytical ? 1 : routing.Propensity,
            answer.AnalyticalFault,
            answer.IntuitiveMs,
            answer.AnalyticalMs
        );

    /// <summary>Resolves the target of the first reading that names an object, and collects the evidence.</summary>
    private static async Task<(IEvidenceCase Opened, Evidence Evidence)> CollectAsync(
        IEvidenceSource source,
        Symptom symptom,
        Task<EpisodicMemory> opening,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        var progress = new CollectingProgress(steps);
        try
        {
            var opened = await OpenAsync(source, symptom, progress, cancellationToken);
            return (opened, await opened.CollectAsync(progress, cancellationToken));
        }
        catch
        {
            // A database that still starts must not outlive the caller's clean-up. The error of the evidence counts.
            await opening.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Opens the case of the first reading that names an object, else of the last.</summary>
    private static async Task<IEvidenceCase> OpenAsync(
        IEvidenceSource source,
        Symptom symptom,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        while (symptom.Otherwise is { } otherwise)
        {
            try
            {
                var opened = await source.ResolveAsync(symptom, progress, cancellationToken);
                if (opened.Target.Object is not null)
                    return opened;
            }
            catch (MissingNamespaceException)
            {
                // The next reading may fit; the last one reports its error.
            }
            symptom = otherwise;
        }
        return await source.ResolveAsync(symptom, progress, cancellationToken);
    }

    private static InvestigationStep.Recalled Recalled(Recollection recollection, Routing routing) =>
        new(recollection.Memories.Count, recollection.Confidence, routing.Pathway, routing.Why);

    private double Ms(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);

    /// <summary>The day and 40 random bits: short enough to type, long enough not to collide.</summary>
    private string NewId() =>
        $"{time.GetUtcNow():yyMMdd}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}";

    /// <summary>The answer of a pathway, with what was measured for the comparison of both.</summary>
    private sealed record Answer(
        Pathway Pathway,
        Diagnosis Diagnosis,
        IReadOnlyList<OtherProblem> Others,
        ModelPart? Model,
        string? AnalyticalFault,
        double? IntuitiveMs,
        double? AnalyticalMs
    );

    private sealed class CollectingProgress(IProgress<InvestigationStep> steps) : IProgress<string>
    {
        public void Report(string value) => steps.Report(new InvestigationStep.Collecting(value));
    }
}
