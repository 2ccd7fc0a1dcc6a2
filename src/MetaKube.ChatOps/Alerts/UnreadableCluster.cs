using MetaKube.Chat;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>
/// The incident for all alerts that fire while the cluster cannot be read. It is posted once; each alert is retried,
/// and leaves it when the cluster can be read again.
/// </summary>
internal sealed class UnreadableCluster(
    IncidentStore store,
    IncidentLifecycle lifecycle,
    IncidentUpdates updates,
    TimeProvider time
)
{
    /// <summary>The deduplication key of the incident.</summary>
    public const string Key = "blind";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10),
        GivesUpAfter = TimeSpan.FromHours(1);

    /// <summary>Adds an alert to the incident.</summary>
    /// <exception cref="PostponedException">The alert is retried later; not thrown once the cluster was unreadable for
    /// an hour.</exception>
    public async Task WaitAsync(WorkItem.Alert alert, string why, CancellationToken cancellationToken)
    {
        var own = AlertIntake.Hash($"{Key}\n{alert.Id}");
        var id = await store.ClaimAsync(Key, own, cancellationToken);
        await store.OpenAsync(
            new()
            {
                Id = id,
                Key = Key,
                Title = $"Alerts fire, and I cannot read the cluster: {why}",
                Since = time.GetUtcNow(),
                Threads = alert.Threads,
                Verdict = "not looked into yet",
            },
            cancellationToken
        );
        await lifecycle.AddGroupAsync(alert, id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is { ResolvedAt: not null })
            await store.ReopenAsync(id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { } incident)
            return;
        await updates.SendAsync(incident, $"{alert.Id}:blind", incident.Threads, cancellationToken);
        if (time.GetUtcNow() - incident.Since < GivesUpAfter)
            throw new PostponedException($"The cluster cannot be read: {why}", RetryAfter);
    }

    /// <summary>Takes a group out of the incident that it belonged to while the cluster could not be read.</summary>
    public async Task LeaveAsync(WorkItem.Alert alert, AlertGroupState group, CancellationToken cancellationToken)
    {
        if (!await store.LeaveAsync(alert.Group, group, cancellationToken))
            await updates.CloseAsync(group.Incident, $"{alert.Id}:seen", at: null, cancellationToken);
    }
}
