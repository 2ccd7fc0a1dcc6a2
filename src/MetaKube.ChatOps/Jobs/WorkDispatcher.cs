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
    public Task DoAsync(WorkItem work, CancellationToken cancellationToken) =>
        work switch
        {
            WorkItem.Mention mention => mentions.HandleAsync(
                mention,
                On(mention.Thread.Platform).Open(mention.Thread),
                PermissionOf(mention.Thread, mention.User),
                cancellationToken
            ),
            WorkItem.Alert alert => incidents.TakeAsync(alert, cancellationToken),
            WorkItem.IncidentClosing closing => incidents.CloseAsync(closing, cancellationToken),
            WorkItem.IncidentUpdate update => NotifyAsync(update, cancellationToken),
            WorkItem.FeedbackGiven given => feedback.LearnAsync(
                given,
                On(given.Thread.Platform).Open(given.Thread),
                cancellationToken
            ),
            WorkItem.Reaction reaction => feedback.LearnAsync(
                reaction,
                On(reaction.Platform).Reactions,
                cancellationToken
            ),
            WorkItem.Remediation { Thread: { } thread } remediation => changes.DoAsync(
                remediation,
                On(thread.Platform).Open(thread),
                PermissionOf(thread, remediation.User),
                cancellationToken
            ),
            WorkItem.Remediation remediation => changes.DoAsync(
                remediation,
                null,
                Permission.Everything,
                cancellationToken
            ),
            WorkItem.HomeOpened home => On(home.Platform).ShowHomeAsync(home.User, cancellationToken),
            _ => throw new InvalidOperationException($"Nothing handles {work.GetType().Name}."),
        };

    /// <summary>Posts in the thread that an error of the bot stopped the work.</summary>
    public async Task ApologiseAsync(WorkItem work, Exception error, CancellationToken cancellationToken)
    {
        if (work is WorkItem.Alert alert)
            await incidents.ApologiseAsync(alert, error, cancellationToken);
        var thread = work switch
        {
            WorkItem.Mention mention => mention.Thread,
            WorkItem.Remediation remediation => remediation.Thread,
            _ => null,
        };
        if (thread is null || error is ChatRefusedException)
            return;
        var unchanged = work is WorkItem.Remediation ? "" : " Nothing in the cluster was changed.";
        try
        {
            var chat = On(thread.Platform).Open(thread);
            var sorry = new OutgoingMessage.Reply(
                $"Something went wrong on my side ({error.GetType().Name}); my log has more.{unchanged}"
            );
            await chat.PostAsync(work.Id, sorry with { Part = "apology" }, mayBeThere: true, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException)
        {
            // The log has the first error; the second adds nothing.
        }
    }

    private async Task NotifyAsync(WorkItem.IncidentUpdate update, CancellationToken cancellationToken)
    {
        // A person's question goes first.
        CallRateLimiter.IsPatient = true;
        await notifier.NotifyAsync(update, cancellationToken);
    }

    private Permission PermissionOf(ThreadRef thread, string user) =>
        Permission.Of(On(thread.Platform).Rules, thread.Channel, user);

    private ChatPlatform On(string platform) => platforms.First(one => one.Name == platform);
}
