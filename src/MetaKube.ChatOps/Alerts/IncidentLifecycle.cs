using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.Investigations;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Adds groups of alerts to incidents, takes resolved groups out, and closes and reopens incidents.</summary>
internal sealed class IncidentLifecycle(
    IncidentStore store,
    IncidentRecovery recovery,
    IncidentUpdates updates,
    AlertsOptions options,
    TimeProvider time
)
{
    /// <summary>
    /// True if an alert of a known group continues its incident: the group fires on, or fires again soon after it was
    /// resolved.
    /// </summary>
    public bool Continues(Incident incident, AlertGroupState group, WorkItem.Alert alert) =>
        group.Work != alert.Id
        && incident.Key != UnreadableCluster.Key
        && (
            group.IsFiring
            || incident.ResolvedAt is null
            || time.GetUtcNow() - incident.ResolvedAt < options.ReopenWithin
        );

    /// <summary>Adds a firing group to an incident.</summary>
    public Task AddGroupAsync(WorkItem.Alert alert, string incident, CancellationToken cancellationToken) =>
        store.JoinAsync(
            incident,
            alert.Group,
            alert.Count,
            new(incident, alert.Id, IsFiring: true, alert.IsHint),
            cancellationToken
        );

    /// <summary>Counts a group whose cause is known, and reopens its incident where that was resolved.</summary>
    public async Task JoinAsync(WorkItem.Alert alert, Incident incident, CancellationToken cancellationToken)
    {
        var before = await store.SizeAsync(incident.Id, cancellationToken);
        await AddGroupAsync(alert, incident.Id, cancellationToken);
        // Read after the group was added: an incident that is resolved now is reopened by nobody else.
        var now = await store.FindAsync(incident.Id, cancellationToken) ?? incident;
        if (now.ResolvedAt is not null)
        {
            now = await store.ReopenAsync(incident.Id, cancellationToken) ?? now;
            Telemetry.CountIncident("reopened");
        }
        if (now with { Severity = alert.Severity } is { IsCritical: true } raised && !now.IsCritical)
            now =
                await store.UpdateAsync(
                    incident.Id,
                    open => open with { Severity = raised.Severity },
                    cancellationToken
                ) ?? now;
        var after = await store.SizeAsync(incident.Id, cancellationToken);
        // The first message is edited only when a count crosses a power of two, so that a storm does not edit it for
        // every alert.
        var hasGrown =
            BitLength(before.Alerts) != BitLength(after.Alerts) || BitLength(before.Groups) != BitLength(after.Groups);
        var messages = alert.Threads.Where(thread => !thread.IsWholeChat).ToList();
        if (hasGrown || now.Reopened != incident.Reopened || now.Severity != incident.Severity)
            await updates.SendAsync(now, alert.Id, now.Threads, cancellationToken);
        if (messages.Count > 0)
            await updates.SendAsync(now, alert.Id, messages, cancellationToken);
    }

    /// <summary>Takes a resolved group out of its incident; without any firing group the incident is closed.</summary>
    public async Task LeaveAsync(WorkItem.Alert alert, AlertGroupState group, CancellationToken cancellationToken)
    {
        // A warning of the cluster that is not repeated for a while is not yet a recovery.
        if (alert.IsHint && await recovery.IsWatchedButUnwellAsync(group.Incident, cancellationToken))
            return;
        if (!await store.LeaveAsync(alert.Group, group with { Work = alert.Id }, cancellationToken))
            await updates.CloseAsync(group.Incident, $"{alert.Id}:closing", alert.At, cancellationToken);
    }

    /// <summary>Closes an incident whose alerts are all resolved, and learns from the cluster's recovery.</summary>
    public async Task CloseAsync(WorkItem.IncidentClosing closing, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(closing.Incident, cancellationToken) is not { } incident)
            return;
        if (incident.ResolvedAt is null)
        {
            if (await store.IsFiringAsync(incident.Id, cancellationToken))
                return;
            var (seen, trouble) = await recovery.ConfirmAsync(incident.Id, cancellationToken);
            incident = await store.CloseAsync(
                incident.Id,
                now => now with { ResolvedAt = Within(now.Since, closing.At), Recovery = seen, Trouble = trouble },
                options.ReopenWithin,
                cancellationToken
            );
            // One of its alerts fires again.
            if (incident is null)
                return;
        }
        await recovery.LearnAsync(incident, cancellationToken);
        Telemetry.CountIncident("resolved");
        await updates.SendAsync(incident, closing.Id, incident.Threads, cancellationToken);
    }

    /// <summary>Watches the target of an incident for its recovery.</summary>
    public Task WatchAsync(string incident, Investigation investigation, CancellationToken cancellationToken) =>
        recovery.WatchAsync(incident, investigation, cancellationToken);

    /// <summary>The time of the alert, unless the clock of its sender contradicts ours.</summary>
    private DateTimeOffset Within(DateTimeOffset since, DateTimeOffset at) =>
        at >= since && at <= time.GetUtcNow() ? at : time.GetUtcNow();

    private static int BitLength(int number) => 32 - int.LeadingZeroCount(number);
}
