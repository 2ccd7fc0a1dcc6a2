using MetaKube.Chat;

namespace MetaKube.ChatOps.Alerts;

/// <summary>Does the work of incidents: takes alerts, closes incidents, and tells channels about them.</summary>
internal sealed class IncidentWork(IncidentCoordinator coordinator, IncidentNotifier notifier)
{
    public Task TakeAsync(WorkItem.Alert alert, CancellationToken cancellationToken) =>
        coordinator.TakeAsync(alert, cancellationToken);

    public Task CloseAsync(WorkItem.IncidentClosing closing, CancellationToken cancellationToken) =>
        coordinator.CloseAsync(closing, cancellationToken);

    public async Task NotifyAsync(WorkItem.IncidentUpdate update, CancellationToken cancellationToken)
    {
        // A person's question goes first.
        CallRateLimiter.IsLowPriority = true;
        await notifier.NotifyAsync(update, cancellationToken);
    }
}
