using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Remediation;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Hands each piece of work to whoever does it.</summary>
internal sealed class WorkDispatcher(
    Conversation conversation,
    IncidentCoordinator incidents,
    IncidentNotifier teller,
    ChangeWorkflow changes,
    IEnumerable<ChatPlatform> platforms
)
{
    public async Task DoAsync(WorkItem work, CancellationToken cancellationToken)
    {
        switch (work)
        {
            case WorkItem.Mention question:
                var asked = On(question.Thread.Platform);
                await conversation.AnswerAsync(
                    question,
                    asked.Open(question.Thread),
                    Permission.Of(asked.Rules, question.Thread.Channel, question.User),
                    cancellationToken
                );
                break;
            case WorkItem.Alert alert:
                await incidents.TakeAsync(alert, cancellationToken);
                break;
            case WorkItem.IncidentClosing closing:
                await incidents.CloseAsync(closing, cancellationToken);
                break;
            case WorkItem.IncidentUpdate update:
                // A person's question goes first.
                CallRateLimiter.IsPatient = true;
                await teller.TellAsync(update, cancellationToken);
                break;
            case WorkItem.FeedbackGiven opinion:
                await conversation.JudgeAsync(
                    opinion,
                    On(opinion.Thread.Platform).Open(opinion.Thread),
                    cancellationToken
                );
                break;
            case WorkItem.Reaction reaction:
                await conversation.JudgeAsync(reaction, On(reaction.Platform).Reactions, cancellationToken);
                break;
            case WorkItem.Remediation { Thread: { } thread } remediation:
                await changes.DoAsync(
                    remediation,
                    On(thread.Platform).Open(thread),
                    Permission.Of(On(thread.Platform).Rules, thread.Channel, remediation.User),
                    cancellationToken
                );
                break;
            case WorkItem.Remediation remediation:
                await changes.DoAsync(remediation, null, Permission.Everything, cancellationToken);
                break;
            case WorkItem.HomeOpened visit:
                await On(visit.Platform).ShowHomeAsync(visit.User, cancellationToken);
                break;
        }
    }

    /// <summary>Says in the thread that something went wrong here; an error beside it is not worth another.</summary>
    public async Task ApologiseAsync(WorkItem work, Exception error, CancellationToken cancellationToken)
    {
        if (work is WorkItem.Alert alert)
            await incidents.ApologiseAsync(alert, error, cancellationToken);
        if (
            error is ChatRefusedException
            || work switch
            {
                WorkItem.Mention question => question.Thread,
                WorkItem.Remediation remediation => remediation.Thread,
                _ => null,
            }
                is not { } thread
        )
            return;
        try
        {
            var chat = On(thread.Platform).Open(thread);
            var sorry = new OutgoingMessage.Reply(
                $"Something went wrong on my side ({error.GetType().Name}); my log has more.{(work is WorkItem.Remediation ? "" : " Nothing in the cluster was changed.")}"
            );
            await chat.PostAsync(work.Id, sorry with { Part = "apology" }, mayBeThere: true, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException)
        {
            // The log has it.
        }
    }

    private ChatPlatform On(string platform) => platforms.First(one => one.Name == platform);
}
