using MetaKube.Memory;
using MetaKube.Pathways;

namespace MetaKube.Investigations;

/// <summary>The algorithm: gather evidence, ask memory, choose a pathway, diagnose, and escalate rather than bluff.</summary>
public sealed class Investigator(IEvidenceSource source, Func<CancellationToken, Task<EpisodicMemory>> openMemory, TimeProvider time)
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
        var recollection = await memory.RecallAsync(signature, cancellationToken) with { Threshold = MetaCognitiveController.InitialThreshold };
        var recalled = time.GetTimestamp();

        var pathway = MetaCognitiveController.Choose(recollection, chosen);
        var intuition = pathway == Pathway.Intuitive ? IntuitivePathway.Diagnose(evidence, recollection) : null;
        var (diagnosis, others) = intuition ?? AnalyticalPathway.Diagnose(evidence, recollection);
        var reasoned = time.GetTimestamp();

        return new()
        {
            Id = NewId(),
            Cluster = evidence.Cluster,
            Question = symptom.Question,
            Target = evidence.Target,
            Pathway = intuition is null ? Pathway.Analytical : Pathway.Intuitive,
            Escalated = pathway == Pathway.Intuitive && intuition is null,
            Diagnosis = diagnosis,
            Others = others,
            Recollection = recollection,
            Gaps = evidence.Gaps,
            Signature = signature,
            Timings = new(Ms(start, collected), Ms(collected, recalled), Ms(recalled, reasoned), Ms(start, reasoned)),
        };
    }

    private double Ms(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);

    /// <summary>Short enough to type, long enough not to collide: the day and 40 random bits.</summary>
    private string NewId() => $"{time.GetUtcNow():yyMMdd}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5))}";
}
