using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Watches a target after its investigation until it is well again, and tells which change came before.
/// </summary>
/// <param name="source">Reads what the investigation read.</param>
/// <param name="settings">Reads what people set around a target.</param>
/// <param name="time">The clock to wait by.</param>
public sealed class RecoveryWatch(
    IEvidenceSource source,
    Func<ResourceRef, CancellationToken, Task<Settings>> settings,
    TimeProvider time
)
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
        Symptom symptom,
        Investigation investigation,
        TimeSpan interval,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var watched =
            await Watched.OfAsync(symptom, investigation, settings, cancellationToken)
            ?? throw new ArgumentException("Nothing to watch: the answer is about no object.", nameof(investigation));
        while (true)
        {
            await Task.Delay(interval, time, cancellationToken);
            if ((await ConfirmAsync(watched, interval, progress, cancellationToken)).Recovery is { } recovery)
                return recovery;
        }
    }

    /// <summary>Looks whether it is well, as often in a row as it takes to be sure.</summary>
    /// <param name="watched">What is watched.</param>
    /// <param name="interval">The time between two looks.</param>
    /// <param name="progress">Hears what is seen.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <returns>The recovery, or why it is not well.</returns>
    public async Task<(Recovery? Recovery, string Trouble)> ConfirmAsync(
        Watched watched,
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

    /// <summary>Why it is not well, or cannot be said to be; null where it is.</summary>
    private async Task<string?> TroubleAsync(
        Watched watched,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var evidence = await source.CollectAsync(watched.Symptom, progress, cancellationToken);
            if (evidence.NotFound is { } name)
                return $"nothing is called {name}";
            // Nothing abnormal in what could not be read is no recovery.
            var lost = evidence.Gaps.FirstOrDefault(gap => !watched.Gaps.Contains(gap.What));
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
        new CausalReasoning(evidence).Abnormal.Where(finding =>
            !finding.Source.StartsWith("event", StringComparison.Ordinal)
            && !finding.Source.Contains("log", StringComparison.Ordinal)
            && !finding.Source.Contains("lastState", StringComparison.Ordinal)
        );
}
