using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Remediation;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Routes each work item to its handler, with the chat and the permission of its sender.</summary>
internal sealed class WorkDispatcher(
    InvestigateMention mentions,
    FeedbackIntake feedback,
    IncidentCoordinator incidents,
    IncidentNotifier notifier,
    ChangeWorkflow changes,
    IEnumerable<ChatPlatform> platforms
)
{
    public Task DispatchAsync(WorkItem work, CancellationToken cancellationToken) =>
        work switch
        {
            WorkItem.Mention mention => mentions.HandleAsync(
                mention,
                Open(mention.Thread),
                PermissionOf(mention.Thread, mention.User),
                cancellationToken
            ),
            WorkItem.Alert alert => incidents.TakeAsync(alert, cancellationToken),
            WorkItem.IncidentClosing closing => incidents.CloseAsync(closing, cancellationToken),
            WorkItem.IncidentUpdate update => NotifyAsync(update, cancellationToken),
            WorkItem.FeedbackGiven given => feedback.LearnAsync(given, Open(given.Thread), cancellationToken),
            WorkItem.Reaction reaction => feedback.LearnAsync(
                reaction,
                Platform(reaction.Platform).Reactions,
                cancellationToken
            ),
            WorkItem.Remediation { Thread: { } thread } remediation => changes.DoAsync(
                remediation,
                Open(thread),
                PermissionOf(thread, remediation.User),
                cancellationToken
            ),
            WorkItem.Remediation remediation => changes.DoAsync(
                remediation,
                null,
                Permission.Everything,
                cancellationToken
            ),
            WorkItem.HomeOpened opened => Platform(opened.Platform).ShowHomeAsync(opened.User, cancellationToken),
            _ => throw new InvalidOperationException($"{work.GetType().Name} has no handler."),
        };

    private async Task NotifyAsync(WorkItem.IncidentUpdate update, CancellationToken cancellationToken)
    {
        // A person's question goes first.
        CallRateLimiter.IsLowPriority = true;
        await notifier.NotifyAsync(update, cancellationToken);
    }

    private ChatPlatform Platform(string name) => platforms.First(platform => platform.Name == name);

    private ChatThread Open(ThreadRef thread) => Platform(thread.Platform).Open(thread);

    private Permission PermissionOf(ThreadRef thread, string user) =>
        Permission.Of(Platform(thread.Platform).Rules, thread.Channel, user);
}
