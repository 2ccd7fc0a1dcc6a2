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
            var evidence = await source.CollectAsync(symptom, progress, cancellationToken);
            var troubles = Troubles(evidence);
            well = troubles.Count == 0 && evidence.NotFound is null ? well + 1 : 0;
            progress.Report(troubles.Count > 0 ? troubles[0].Summary : $"looks well ({well} of {WellInARow})");
            if (well < WellInARow) continue;
            var changes = Settings.Between(before, await settings(target, cancellationToken));
            return new(time.GetUtcNow(), [.. changes.Select(change => change.ToString())], changes.Any(change => BearsOut(change.Resource, investigation.Diagnosis)));
        }
    }

    /// <summary>What is wrong now. Events, logs and the runs before tell of what was.</summary>
    private static List<Finding> Troubles(Evidence evidence) =>
    [
        .. new CausalReasoning(evidence, Recollection.Empty).Abnormal.Where(finding =>
            !finding.Source.StartsWith("event", StringComparison.Ordinal) && !finding.Source.Contains("log", StringComparison.Ordinal) && !finding.Source.Contains("lastState", StringComparison.Ordinal)),
    ];

    private static bool BearsOut(ResourceRef changed, Diagnosis diagnosis) => diagnosis.NamesACause
        && (changed == diagnosis.Resource?.Object || diagnosis.Findings.Any(finding => finding.About?.Object == changed && finding.Fault == diagnosis.Fault));
}
