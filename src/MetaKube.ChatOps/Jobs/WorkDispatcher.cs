using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Remediation;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Routes each work item to its handler, with the chat and the permission of its sender.</summary>
internal sealed class WorkDispatcher(
    InvestigateMention mentions,
    FeedbackIntake feedback,
    AnswerCards cards,
    IncidentWork incidents,
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
            WorkItem.IncidentUpdate update => incidents.NotifyAsync(update, cancellationToken),
            WorkItem.FeedbackGiven given => feedback.LearnAsync(given, Open(given.Thread), cancellationToken),
            WorkItem.DetailsWanted wanted => cards.PostDetailsAsync(
                wanted,
                Open(wanted.Thread),
                PermissionOf(wanted.Thread, wanted.User),
                cancellationToken
            ),
            WorkItem.Reaction reaction => feedback.LearnAsync(reaction, Platform(reaction.Platform), cancellationToken),
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

    private ChatPlatform Platform(string name) => platforms.First(platform => platform.Name == name);

    private ChatThread Open(ThreadRef thread) => Platform(thread.Platform).Open(thread);

    private Permission PermissionOf(ThreadRef thread, string user) =>
        Permission.Of(Platform(thread.Platform).Rules, thread.Channel, user);
}
