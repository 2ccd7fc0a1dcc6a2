using MetaKube.Memory;
using MetaKube.Pathways;

namespace MetaKube.Investigations;

/// <summary>The algorithm: gather evidence, ask memory, choose a pathway, diagnose, and escalate rather than bluff.</summary>
public sealed class Investigator(
    IEvidenceSource source, Func<CancellationToken, Task<EpisodicMemory>> openMemory, MetaCognitiveController controller, TimeProvider time)
{
    /// <summary>Investigates a symptom. It changes nothing: whoever shows the answer also keeps it in memory.</summary>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async Task<Investigation> InvestigateAsync(
        Symptom symptom, Pathway? chosen, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        // Opening memory may start a database: it does so while evidence comes in.
        var opening = Task.Run(() => openMemory(cancellationToken), cancellationToken);
        Evidence evidence;
        try
        {
            evidence = await source.CollectAsync(symptom, progress, cancellationToken);
        }
        catch
        {
            // A database that is still being started must not outlive its caller's clean-up; why there is no evidence is the error that counts.
            await opening.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
        var memory = await opening;
        var collected = time.GetTimestamp();

        progress.Report("asking memory");
        var signature = SymptomSignature.Of(symptom.Question, evidence);
        var recollection = await memory.RecallAsync(signature, evidence.Cluster, cancellationToken);
        var recalled = time.GetTimestamp();

        var routing = controller.Choose(recollection, chosen);
        var intuition = routing.Pathway == Pathway.Intuitive ? IntuitivePathway.Diagnose(evidence, recollection) : null;
        var intuited = time.GetTimestamp();
        var analysis = intuition is null || routing.IsShadowed ? AnalyticalPathway.Diagnose(evidence, recollection) : default;
        var reasoned = time.GetTimestamp();
        var (diagnosis, others) = intuition ?? analysis;

        return new()
        {
            Id = NewId(),
            Cluster = evidence.Cluster,
            Question = symptom.Question,
            Target = evidence.Target,
            Pathway = intuition is null ? Pathway.Analytical : Pathway.Intuitive,
            Why = routing.Why,
            Escalated = routing.Pathway == Pathway.Intuitive && intuition is null,
            Diagnosis = diagnosis,
            Others = others,
            Recollection = recollection,
            Judgement = new(
                recollection.Best?.Fault, recollection.Best?.Factors, recollection.Confidence, recollection.Threshold,
                intuition is null ? Pathway.Analytical : Pathway.Intuitive, intuition is null ? 1 : routing.Propensity, analysis.Diagnosis?.Fault,
                routing.Pathway == Pathway.Intuitive ? Ms(recalled, intuited) : null, analysis.Diagnosis is null ? null : Ms(intuited, reasoned)),
            Gaps = evidence.Gaps,
            Signature = signature,
            Timings = new(Ms(start, collected), Ms(collected, recalled), Ms(recalled, reasoned), Ms(start, reasoned)),
        };
    }

    private double Ms(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);

    /// <summary>Short enough to type, long enough not to collide: the day and 40 random bits.</summary>
    private string NewId() => $"{time.GetUtcNow():yyMMdd}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5))}";
}
