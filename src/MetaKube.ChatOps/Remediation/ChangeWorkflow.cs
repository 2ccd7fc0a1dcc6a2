using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Writing;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Remediation;

/// <summary>
/// The steps of a change: the API server validates it as a dry run, the difference is shown, an approver approves it,
/// it is applied, its effect is watched. An approver can undo it. A work item that runs again after a crash continues
/// where it stopped.
/// </summary>
internal sealed class ChangeWorkflow(
    RemediationOptions options,
    ClusterChanges changes,
    ChangeJournal journal,
    ChangeFollowUp followUp,
    WorkQueue queue,
    TimeProvider time
)
{
    /// <summary>The pause before a step is retried whose answer was lost.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>For how long such a step is retried.</summary>
    private static readonly TimeSpan RetryFor = TimeSpan.FromMinutes(1);

    /// <summary>Runs one step.</summary>
    /// <param name="work">The step.</param>
    /// <param name="chat">The thread to reply in, or null for the console.</param>
    /// <param name="permission">What the person may ask about in that thread.</param>
    /// <param name="cancellationToken">Cancels the step.</param>
    /// <exception cref="PostponedException">The step has to run again later.</exception>
    public async Task DoAsync(
        WorkItem.Remediation work,
        ChatThread? chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (await journal.RepeatReplyAsync(work, chat, cancellationToken))
            return;
        if (await journal.FindAsync(work.Investigation, cancellationToken) is not { } change)
        {
            await journal.ReplyAsync(work, chat, new("This change is no longer stored.", null), cancellationToken);
            return;
        }
        if (work.Step != ChangeStep.Follow && !permission.Allows(change.Cluster, change.Change.Resource.Namespace))
        {
            if (chat is not null)
                await chat.TellAsync(work.User, "You may not ask about that here.", cancellationToken);
            return;
        }
        await RunAsync(new(work, change, chat), cancellationToken);
    }

    private async Task RunAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        try
        {
            if (work.Step is ChangeStep.Apply or ChangeStep.Undo && work.Plan != change.Plan)
                throw new ChangeRefusedException("The change was proposed again since. Use the latest proposal.");
            await (
                work.Step switch
                {
                    ChangeStep.Propose => ProposeAsync(request, cancellationToken),
                    ChangeStep.Apply => ApplyAsync(request, cancellationToken),
                    ChangeStep.Undo => UndoAsync(request, cancellationToken),
                    _ => followUp.LookAsync(request, cancellationToken),
                }
            );
        }
        catch (ChangeRefusedException e)
        {
            await journal.RecordAsync(work, $"refused: {e.Message}", cancellationToken);
            await journal.ReplyAsync(work, request.Chat, new(e.Message, null), cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            // The API server may have applied it before the connection failed. The next attempt sees that.
            if (work.Step is ChangeStep.Apply or ChangeStep.Undo && time.GetUtcNow() - work.At < RetryFor)
                throw new PostponedException(e.Message, RetryAfter);
            await journal.ReplyAsync(
                work,
                request.Chat,
                new($"I cannot do that now: {e.Message}", null),
                cancellationToken
            );
        }
    }

    private async Task ProposeAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        if (change.State == ChangeState.Applied)
            throw new ChangeRefusedException("The change was applied already.");
        var fields = await changes.PlanAsync(change.Change, cancellationToken);
        await followUp.ForgetAsync(change, cancellationToken);
        // A work item that runs again keeps its number.
        var plan = change.By == work.Id ? change.Plan : change.Plan + 1;
        await journal.RecordAsync(
            work,
            "asked to see it; the API server accepts it",
            cancellationToken,
            now =>
                now with
                {
                    State = ChangeState.Proposed,
                    By = work.Id,
                    Fields = fields,
                    Plan = plan,
                    AppliedAt = null,
                }
        );
        await journal.ReplyAsync(
            work with
            {
                Plan = plan,
            },
            request.Chat,
            new(
                $"{change.Summary}\nThis is the change of {change.Change.Resource} in cluster {change.Cluster}. "
                    + "The API server accepts it as a dry run. Nothing is changed until an approver approves it.",
                ClusterChanges.Describe(fields),
                new CardButton(CardVerb.Apply, "Approve and apply", IsPrimary: true)
            ),
            cancellationToken
        );
    }

    private async Task ApplyAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        if (!await IsApproverAsync(request, cancellationToken))
            return;
        // Applied by this work item: a process ended before it could reply.
        if (change.State != ChangeState.Proposed && (change.State, change.By) != (ChangeState.Applied, work.Id))
            throw new ChangeRefusedException(
                change.State == ChangeState.Applied ? "The change was applied already." : "Show the change first."
            );
        await followUp.PrepareAsync(change, cancellationToken);
        await changes.ApplyAsync(change.Change.Resource, change.Fields, cancellationToken);
        await journal.RecordAsync(
            work,
            "approved it; it was applied",
            cancellationToken,
            now => now with { State = ChangeState.Applied, By = work.Id, AppliedAt = now.AppliedAt ?? time.GetUtcNow() }
        );
        await queue.AddAsync(
            work with
            {
                Id = $"{work.Id}:follow",
                At = time.GetUtcNow(),
                Step = ChangeStep.Follow,
            },
            cancellationToken
        );
        await journal.ReplyAsync(
            work,
            request.Chat,
            new(
                $"Applied with the approval of {ChangeJournal.NameOf(work)}: {change.Change.Resource}. I am watching "
                    + "whether it helps.",
                ClusterChanges.Describe(change.Fields),
                new CardButton(CardVerb.Undo, "Undo")
            ),
            cancellationToken
        );
    }

    private async Task UndoAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        if (!await IsApproverAsync(request, cancellationToken))
            return;
        if (change.State != ChangeState.Applied && (change.State, change.By) != (ChangeState.Undone, work.Id))
            throw new ChangeRefusedException(
                change.State == ChangeState.Undone ? "The change was undone already." : "The change was not applied."
            );
        IReadOnlyList<FieldChange> back = [.. change.Fields.Select(field => field.Reversed())];
        await changes.ApplyAsync(change.Change.Resource, back, cancellationToken);
        await journal.RecordAsync(
            work,
            "undid it",
            cancellationToken,
            now => now with { State = ChangeState.Undone, By = work.Id }
        );
        await journal.ReplyAsync(
            work,
            request.Chat,
            new(
                $"Undone by {ChangeJournal.NameOf(work)}: {change.Change.Resource} has its previous values.",
                ClusterChanges.Describe(back)
            ),
            cancellationToken
        );
    }

    /// <summary>True if the person may approve; others are told so in private, and the attempt is recorded.</summary>
    private async Task<bool> IsApproverAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        var channel = work.Thread?.Channel ?? "";
        if (
            Permission
                .Of(options.Approvers, channel, ChangeJournal.IdOf(work))
                .Allows(change.Cluster, change.Change.Resource.Namespace)
        )
            return true;
        await journal.RecordAsync(work, "tried to approve it without being an approver", cancellationToken);
        if (request.Chat is { } chat)
            await chat.TellAsync(
                work.User,
                "You are not an approver of this change (Remediation:Approvers).",
                cancellationToken
            );
        return false;
    }
}
