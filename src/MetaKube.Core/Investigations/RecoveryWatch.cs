using MetaKube.Memory;
using MetaKube.Pathways;

namespace MetaKube.Investigations;

/// <summary>Watches a target after its investigation until it is well again, and tells which change came before.</summary>
/// <param name="source">Reads what the investigation read.</param>
/// <param name="settings">Reads what people set around a target.</param>
/// <param name="time">The clock to wait by.</param>
public sealed class RecoveryWatch(IEvidenceSource source, Func<ResourceRef, CancellationToken, Task<Settings>> settings, TimeProvider time)
{
    /// <summary>One good moment is luck: a crashing container runs between two crashes.</summary>
    private const int WellInARow = 3;

    /// <summary>Waits for the recovery.</summary>
    /// <param name="symptom">What was asked.</param>
    /// <param name="investigation">The answer; it has to name a target or a resource.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="progress">Hears what is seen.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task<Recovery> FollowAsync(
        Symptom symptom, Investigation investigation, TimeSpan interval, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var target = investigation.Target ?? investigation.Diagnosis.Resource ?? throw new ArgumentException("Nothing to watch: the answer is about no object.", nameof(investigation));
        var before = await settings(target, cancellationToken);
        for (var well = 0; ;)
        {
            await Task.Delay(interval, time, cancellationToken);
            var trouble = await TroubleAsync(symptom, investigation, progress, cancellationToken);
            well = trouble is null ? well + 1 : 0;
            progress.Report(trouble ?? $"looks well ({well} of {WellInARow})");
            if (well < WellInARow) continue;
            var changes = Settings.Between(before, await settings(target, cancellationToken));
            return new(time.GetUtcNow(), [.. changes.Select(change => change.ToString())], changes.Any(change => BearsOut(change.Resource, investigation.Diagnosis)));
        }
    }

    /// <summary>Why it is not well, or cannot be said to be; null where it is.</summary>
    private async Task<string?> TroubleAsync(Symptom symptom, Investigation investigation, IProgress<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            var evidence = await source.CollectAsync(symptom, progress, cancellationToken);
            if (evidence.NotFound is { } name) return $"nothing is called {name}";
            // Nothing abnormal in what could not be read is no recovery.
            var lost = evidence.Gaps.FirstOrDefault(gap => !investigation.Gaps.Any(known => known.What == gap.What));
            return lost is null ? Troubles(evidence).FirstOrDefault()?.Summary : $"{lost.What} cannot be read";
        }
        catch (EvidenceUnavailableException e)
        {
            // It was there for the answer; it will be again.
            return e.Message;
        }
    }

    /// <summary>What is wrong now. Events, logs and the runs before tell of what was.</summary>
    private static IEnumerable<Finding> Troubles(Evidence evidence) =>
        new CausalReasoning(evidence, Recollection.Empty).Abnormal.Where(finding =>
            !finding.Source.StartsWith("event", StringComparison.Ordinal) && !finding.Source.Contains("log", StringComparison.Ordinal) && !finding.Source.Contains("lastState", StringComparison.Ordinal));

    private static bool BearsOut(ResourceRef changed, Diagnosis diagnosis) => diagnosis.NamesACause
        && (changed == diagnosis.Resource?.Object || diagnosis.Findings.Any(finding => finding.About?.Object == changed && finding.Fault == diagnosis.Fault));
}
