using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// Watches the targets of incidents in a live cluster, and learns from the changes that preceded their recovery.
/// </summary>
internal sealed class IncidentRecovery(
    IEvidenceSource cluster,
    IncidentStore store,
    MemoryAccess memory,
    TimeProvider time
)
{
    /// <summary>The pause between two of the looks that confirm a recovery.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    /// <summary>Keeps the settings around the target, to compare them after its recovery.</summary>
    public async Task WatchAsync(string incident, Investigation investigation, CancellationToken cancellationToken)
    {
        // A dump or a paste does not recover.
        if (investigation.Diagnosis.Fault == Diagnosis.None || cluster is not ClusterEvidence live)
            return;
        var symptom = investigation.Symptom;
        var baseline = await RecoveryBaseline.OfAsync(symptom, investigation, live.SettingsAsync, cancellationToken);
        if (baseline is not null)
            await store.SaveWatchedAsync(incident, baseline, cancellationToken);
    }

    /// <summary>The recovery of an incident's target, or what is still wrong with it; neither where it is not
    /// watched.</summary>
    public async Task<(Recovery? Recovery, string? Trouble)> ConfirmAsync(
        string incident,
        CancellationToken cancellationToken
    )
    {
        if (
            cluster is not ClusterEvidence live
            || await store.WatchedAsync(incident, cancellationToken) is not { } watched
        )
            return (null, null);
        var watch = new RecoveryWatch(live, live.SettingsAsync, time);
        var (recovery, trouble) = await watch.ConfirmAsync(
            watched,
            LookAgain,
            SilentProgress.Instance,
            cancellationToken
        );
        return (recovery, recovery is null ? trouble : null);
    }

    /// <summary>True if the incident's target is watched and has not recovered.</summary>
    public async Task<bool> IsWatchedButUnwellAsync(string incident, CancellationToken cancellationToken) =>
        (await ConfirmAsync(incident, cancellationToken)).Trouble is not null;

    /// <summary>Learns from the recovery of a closed incident.</summary>
    public async Task LearnAsync(Incident incident, CancellationToken cancellationToken)
    {
        if (incident is not { Investigation: { } investigation, Recovery: { } recovery })
            return;
        var episodes = await memory.OpenAsync(cancellationToken);
        await episodes.ObserveAsync(investigation, recovery, cancellationToken);
        Telemetry.CountRecovery(recovery);
    }
}
