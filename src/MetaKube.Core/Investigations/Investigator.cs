using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// The algorithm: gather evidence, ask memory, choose a pathway, diagnose, and escalate rather than bluff.
/// </summary>
public sealed class Investigator(
    IEvidenceSource source,
    Func<CancellationToken, Task<EpisodicMemory>> openMemory,
    MetaCognitiveController controller,
    AnalyticalPathway analytical,
    TimeProvider time
)
{
    /// <summary>
    /// Investigates a symptom, step by step; the last step is <see cref="InvestigationStep.Concluded"/>. It changes
    /// nothing: whoever shows the answer also keeps it in memory. Who stops listening stops it.
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async IAsyncEnumerable<InvestigationStep> InvestigateAsync(
        Symptom symptom,
        Pathway? chosen,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var steps = Channel.CreateUnbounded<InvestigationStep>(new() { SingleReader = true });
        var run = RunAsync(symptom, chosen, steps.Writer, stop.Token);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(CancellationToken.None))
                yield return step;
        }
        finally
        {
            await stop.CancelAsync();
            // Its error comes out of the channel; here it only has to have ended.
            await run;
        }
    }

    /// <summary>Investigates a symptom to the end.</summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async Task<Investigation> ConcludeAsync(
        Symptom symptom,
        Pathway? chosen,
        CancellationToken cancellationToken
    )
    {
        Investigation? investigation = null;
        await foreach (var step in InvestigateAsync(symptom, chosen, cancellationToken))
            if (step is InvestigationStep.Concluded concluded)
                investigation = concluded.Investigation;
        return investigation!;
    }

    private async Task RunAsync(
        Symptom symptom,
        Pathway? chosen,
        ChannelWriter<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var investigation = await ReasonAsync(symptom, chosen, new StepReporter(steps), cancellationToken);
            steps.TryWrite(new InvestigationStep.Concluded(investigation));
            steps.Complete();
        }
#pragma warning disable CA1031 // It is thrown again, where the steps are read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            steps.Complete(e);
        }
    }

    private async Task<Investigation> ReasonAsync(
        Symptom symptom,
        Pathway? chosen,
        StepReporter steps,
        CancellationToken cancellationToken
    )
    {
        var start = time.GetTimestamp();
        // Opening memory may start a database: it does so while evidence comes in.
        var opening = Task.Run(() => openMemory(cancellationToken), cancellationToken);
        Evidence evidence;
        try
        {
            evidence = await source.CollectAsync(symptom, steps, cancellationToken);
        }
        catch
        {
            // A database that is still being started must not outlive its caller's clean-up; why there is no evidence
            // is the error that counts.
            await opening.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
        var memory = await opening;
        var collected = time.GetTimestamp();
        steps.Report(
            new InvestigationStep.Collected(evidence.Findings.Count(finding => !finding.IsChange), evidence.Gaps.Count)
        );

        var signature = SymptomSignature.Of(symptom.Question, evidence);
        var recollection = await memory.RecallAsync(signature, evidence.Cluster, cancellationToken);
        var recalled = time.GetTimestamp();

        var reasoning = new CausalReasoning(evidence);
        var routing = controller.Choose(recollection, chosen);
        steps.Report(
            new InvestigationStep.Recalled(
                recollection.Memories.Count,
                recollection.Confidence,
                routing.Pathway,
                routing.Why
            )
        );
        var intuition =
            routing.Pathway == Pathway.Intuitive ? IntuitivePathway.Diagnose(reasoning, recollection) : null;
        var weighed = reasoning.With(recollection.ToPrior());
        var intuited = time.GetTimestamp();
        var analysis = intuition is null
            ? await analytical.DiagnoseAsync(symptom, weighed, recollection, steps, cancellationToken)
            : null;
        // A shadow is there to compare, and nobody waits for a model because of it.
        var worked =
            analysis?.Diagnosis
            ?? (routing.IsShadowed ? AnalyticalPathway.Diagnose(weighed, recollection).Diagnosis : null);
        var reasoned = time.GetTimestamp();

        return new()
        {
            Id = NewId(),
            Cluster = evidence.Cluster,
            Question = symptom.Question,
            Target = evidence.Target,
            Pathway = intuition is null ? Pathway.Analytical : Pathway.Intuitive,
            Why = routing.Why,
            Escalated = routing.Pathway == Pathway.Intuitive && intuition is null,
            Diagnosis = intuition?.Diagnosis ?? analysis!.Diagnosis,
            Others = intuition?.Others ?? analysis!.Others,
            Recollection = recollection,
            Prediction = new(
                recollection.Best?.Fault,
                recollection.Best?.Factors,
                recollection.Confidence,
                recollection.Threshold,
                intuition is null ? Pathway.Analytical : Pathway.Intuitive,
                intuition is null ? 1 : routing.Propensity,
                worked?.Fault,
                routing.Pathway == Pathway.Intuitive ? Ms(recalled, intuited) : null,
                worked is null ? null : Ms(intuited, reasoned)
            ),
            Model = analysis?.Model,
            Gaps = analysis?.Model is { Failure: { } why } ? [.. evidence.Gaps, new("model", why)] : evidence.Gaps,
            Signature = signature,
            Timings = new(Ms(start, collected), Ms(collected, recalled), Ms(recalled, reasoned), Ms(start, reasoned)),
        };
    }

    private double Ms(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);

    /// <summary>Short enough to type, long enough not to collide: the day and 40 random bits.</summary>
    private string NewId() =>
        $"{time.GetUtcNow():yyMMdd}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5))}";

    /// <summary>Passes on what the parts of an investigation tell, in the order in which they tell it.</summary>
    private sealed class StepReporter(ChannelWriter<InvestigationStep> steps)
        : IProgress<InvestigationStep>,
            IProgress<string>
    {
        public void Report(InvestigationStep value) => steps.TryWrite(value);

        public void Report(string value) => steps.TryWrite(new InvestigationStep.Collecting(value));
    }
}
