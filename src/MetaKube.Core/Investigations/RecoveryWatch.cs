using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Watches a target after its investigation until it recovers, and reports the changes before the recovery.
/// </summary>
/// <param name="source">The source of the investigation.</param>
/// <param name="settings">Reads the settings around a target.</param>
/// <param name="time">The clock.</param>
public sealed class RecoveryWatch(
    IEvidenceSource source,
    Func<ResourceRef, CancellationToken, Task<Settings>> settings,
    TimeProvider time
)
{
    /// <summary>
    /// Healthy observations in a row that make a recovery: a crashing container is healthy between crashes.
    /// </summary>
    private const int WellInARow = 3;

    /// <summary>Waits for the recovery.</summary>
    /// <param name="symptom">What was asked.</param>
    /// <param name="investigation">The investigation; it must have a target or a resource.</param>
    /// <param name="interval">The time between two observations.</param>
    /// <param name="progress">Receives each observation.</param>
    /// <param name="cancellationToken">Cancels the watch.</param>
    public async Task<Recovery> FollowAsync(
        Symptom symptom,
        Investigation investigation,
        TimeSpan interval,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var watched =
            await RecoveryBaseline.OfAsync(symptom, investigation, settings, cancellationToken)
            ?? throw new ArgumentException("Nothing to watch: the answer is about no object.", nameof(investigation));
        while (true)
        {
            await Task.Delay(interval, time, cancellationToken);
            if ((await ConfirmAsync(watched, interval, progress, cancellationToken)).Recovery is { } recovery)
                return recovery;
        }
    }

    /// <summary>Observes the target until it is healthy three times in a row, or not once.</summary>
    /// <param name="watched">The target.</param>
    /// <param name="interval">The time between two observations.</param>
    /// <param name="progress">Receives each observation.</param>
    /// <param name="cancellationToken">Cancels the observation.</param>
    /// <returns>The recovery, or the reason why the target is not healthy.</returns>
    public async Task<(Recovery? Recovery, string Trouble)> ConfirmAsync(
        RecoveryBaseline watched,
        TimeSpan interval,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        for (var well = 1; ; well++)
        {
            if (await TroubleAsync(watched, progress, cancellationToken) is { } trouble)
            {
                progress.Report(trouble);
                return (null, trouble);
            }
            progress.Report($"looks well ({well} of {WellInARow})");
            if (well == WellInARow)
                break;
            await Task.Delay(interval, time, cancellationToken);
        }
        var changes = Settings.Between(watched.Before, await settings(watched.Target, cancellationToken));
        return (
            new(
                time.GetUtcNow(),
                [.. changes.Select(change => change.ToString())],
                changes.Any(change => watched.Blamed.Contains(change.Resource))
            ),
            ""
        );
    }

    /// <summary>The reason why the target is not, or not known to be, healthy; null if it is.</summary>
    private async Task<string?> TroubleAsync(
        RecoveryBaseline watched,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var evidence = await source.CollectAsync(watched.Symptom, progress, cancellationToken);
            if (evidence.Target is { Object: null, NotFound: { } name })
                return $"there is nothing called {name}";
            // Evidence that can no longer be read could hold a symptom.
            var lost = evidence.Gaps.FirstOrDefault(gap => !watched.Gaps.Contains(gap.What));
            return lost is null ? Troubles(evidence).FirstOrDefault()?.Summary : $"{lost.What} cannot be read";
        }
        catch (EvidenceUnavailableException e)
        {
            // The evidence was available during the investigation, so the outage is temporary.
            return e.Message;
        }
    }

    /// <summary>
    /// Findings about the present. Events, logs, earlier runs and what a question tells are about the past.
    /// </summary>
    private static IEnumerable<Finding> Troubles(Evidence evidence) =>
        new CausalReasoning(evidence).Abnormal.Where(finding =>
            !finding.IsTold
            && !finding.Source.StartsWith("event", StringComparison.Ordinal)
            && !finding.Source.Contains("log", StringComparison.Ordinal)
            && !finding.Source.Contains("lastState", StringComparison.Ordinal)
        );
}
