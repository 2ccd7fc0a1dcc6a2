using System;
using MetaKube.Chat;
using MetaKube.ChatOps.Cli;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Remediation;

/// <summary>
/// From a remedy that leaves nothing open to a change of the cluster: the API server checks it as a dry run, people see
/// the difference, one who may approves, it is made, it is watched
/// whether it helps, and memory learns; until then, and after it, it can be taken back.
/// </summary>
internal sealed partial class ChangeWorkflow(
    RemediationOptions options,
    ClusterChanges changes,
    IEvidenceSource cluster,
    ChangeStore store,
    MemoryAccess memory,
    WorkQueue queue,
    Delivery delivery,
    TimeProvider time,
    ILogger<ChangeWorkflow> logger
)
{
    private const int LongestName = 80,
        LongestHistory = 200;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3),
        LookAgain = TimeSpan.FromSeconds(5),
        KeepTrying = TimeSpan.FromMinutes(1);

    /// <summary>Whether an answer offers a change.</summary>
    public bool Offers(Investigation investigation) => Offered(investigation) is not null;

    /// <summary>Keeps the change that an answer offers, if it does.</summary>
    public async Task OfferAsync(Symptom symptom, Investigation investigation, CancellationToken cancellationToken)
    {
        if (Offered(investigation) is not { Remedy: { Change: { } change } remedy, Target: var target })
            return;
        await store.OfferAsync(
            new()
            {
                Id = investigation.Id,
                Cluster = investigation.Cluster,
                Summary = remedy.Summary,
                Fault = investigation.Diagnosis.Fault,
                Change = change,
                Symptom = symptom,
                Target = target,
                Gaps = [.. investigation.Gaps.Select(gap => gap.What)],
            },
            cancellationToken
        );
    }

    private (Remedy Remedy, ResourceRef Target)? Offered(Investigation investigation)
    {
        var diagnosis = investigation.Diagnosis;
        // What was pasted or dumped is no cluster to be changed.
        if (
            !options.Enabled
            || cluster is not ClusterEvidence
            || !diagnosis.NamesACause
            || (investigation.Target ?? diagnosis.Resource) is not { } target
            || investigation.Cluster != changes.Cluster
        )
            return null;
        return
            diagnosis.Remedies.FirstOrDefault(remedy => remedy.Change is not null && remedy.Risk <= options.MostRisk)
                is { } remedy
            ? (remedy, target)
            : null;
    }

    /// <summary>Does what was asked for.</summary>
    /// <param name="work">What was.</param>
    /// <param name="chat">The thread in which it was, or null for the console.</param>
    /// <param name="permission">What the person may ask about there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task DoAsync(
        WorkItem.Remediation work,
        ChatThread? chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        if (chat is not null && await delivery.DecidedAsync(work.Id, cancellationToken) is { } decided)
        {
            await delivery.PostAsync(work.Id, decided, chat, mayBeThere: true, cancellationToken);
            return;
        }
        if (await store.FindAsync(work.Investigation, cancellationToken) is not { } change)
        {
            await SayAsync(work, chat, "I no longer have that change.", null, [], cancellationToken);
            return;
        }
        if (work.Step != ChangeStep.Follow && !permission.Allows(change.Cluster, change.Change.Resource.Namespace))
        {
            if (chat is not null)
                await chat.TellAsync(work.User, "You may not ask about that here.", cancellationToken);
            return;
        }
        try
        {
            if (work.Step is ChangeStep.Apply or ChangeStep.Undo && work.Plan != change.Plan)
                throw new ChangeRefusedException("The change was proposed anew since; use the last one.");
            await (
                work.Step switch
                {
                    ChangeStep.Propose => ProposeAsync(work, change, chat, cancellationToken),
                    ChangeStep.Apply => ApplyAsync(work, change, chat, cancellationToken),
                    ChangeStep.Undo => UndoAsync(work, change, chat, cancellationToken),
                    _ => FollowAsync(work, change, chat, cancellationToken),
                }
            );
        }
        catch (ChangeRefusedException e)
        {
            await NoteAsync(work, $"not done: {e.Message}", cancellationToken);
            await SayAsync(work, chat, e.Message, null, [], cancellationToken);
        }
        catch (EvidenceUnavailableException e)
        {
            // It may have been made all the same: that is seen by trying once more.
            if (work.Step is ChangeStep.Apply or ChangeStep.Undo && time.GetUtcNow() - work.At < KeepTrying)
                throw new PostponedException(e.Message, LookAgain);
            await SayAsync(work, chat, $"I cannot do that now: {e.Message}", null, [], cancellationToken);
        }
    }

    private async Task ProposeAsync(
        WorkItem.Remediation work,
        ProposedChange change,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (change.State == ChangeState.Applied)
            throw new ChangeRefusedException("It was made already.");
        var fields = await changes.PlanAsync(change.Change, cancellationToken);
        await store.ForgetWatchedAsync(change.Id, cancellationToken);
        var plan = change.By == work.Id ? change.Plan : change.Plan + 1;
        await NoteAsync(
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
        await SayAsync(
            work with
            {
                Plan = plan,
            },
            chat,
            $"{change.Summary}\n{change.Change.Resource} in cluster {change.Cluster} would change like this; the API server accepts it as a dry run. Nothing is changed before one of those who may approves.",
            ClusterChanges.Describe(fields),
            [new(CardVerb.Apply, "Approve and apply", IsPrimary: true)],
            cancellationToken
        );
    }

    private async Task ApplyAsync(
        WorkItem.Remediation work,
        ProposedChange change,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (!await MayAsync(work, change, chat, cancellationToken))
            return;
        if (change.State != ChangeState.Proposed && (change.State, change.By) != (ChangeState.Applied, work.Id))
            throw new ChangeRefusedException(
                change.State == ChangeState.Applied ? "It was made already." : "Ask to see the change first."
            );
        // A process that ended in the middle goes on here: what is noted was noted before the change.
        if (await store.WatchedAsync(change.Id, cancellationToken) is null && cluster is ClusterEvidence live)
            await store.SaveWatchedAsync(
                change.Id,
                new(
                    change.Symptom,
                    change.Target,
                    await live.SettingsAsync(change.Target, cancellationToken),
                    change.Gaps,
                    [change.Change.Resource]
                ),
                cancellationToken
            );
        await changes.ApplyAsync(change.Change.Resource, change.Fields, cancellationToken);
        await NoteAsync(
            work,
            "approved of it; it was made",
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
        await SayAsync(
            work,
            chat,
            $"Made, with the approval of {NameOf(work)}: {change.Change.Resource}. I watch whether it helps.",
            ClusterChanges.Describe(change.Fields),
            [new(CardVerb.Undo, "Undo")],
            cancellationToken
        );
    }

    private async Task UndoAsync(
        WorkItem.Remediation work,
        ProposedChange change,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (!await MayAsync(work, change, chat, cancellationToken))
            return;
        if (change.State != ChangeState.Applied && (change.State, change.By) != (ChangeState.Undone, work.Id))
            throw new ChangeRefusedException(
                change.State == ChangeState.Undone ? "It was taken back already." : "It was not made."
            );
        IReadOnlyList<FieldChange> back = [.. change.Fields.Select(field => field.Reversed())];
        await changes.ApplyAsync(change.Change.Resource, back, cancellationToken);
        await NoteAsync(
            work,
            "had it taken back",
            cancellationToken,
            now => now with { State = ChangeState.Undone, By = work.Id }
        );
        await SayAsync(
            work,
            chat,
            $"Taken back at the word of {NameOf(work)}: {change.Change.Resource} is as it was.",
            ClusterChanges.Describe(back),
            [],
            cancellationToken
        );
    }

    /// <summary>Looks whether it helped, again and again until it is well or time is up.</summary>
    private async Task FollowAsync(
        WorkItem.Remediation work,
        ProposedChange change,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (
            !IsFollowed(change)
            || cluster is not ClusterEvidence live
            || await store.WatchedAsync(change.Id, cancellationToken) is not { } watched
        )
            return;
        var (recovery, trouble) = await new RecoveryWatch(live, live.SettingsAsync, time).ConfirmAsync(
            watched,
            LookEvery,
            Progress.Silent.Instance,
            cancellationToken
        );
        if (recovery is null && time.GetUtcNow() - work.At < options.FollowFor)
            throw new PostponedException($"not well yet: {trouble}", LookAgain);
        // It may have been taken back meanwhile, and proposed anew.
        if (await store.FindAsync(change.Id, cancellationToken) is not { } now || !IsFollowed(now))
            return;
        if (recovery is null)
        {
            await NoteAsync(work, $"not well after it: {trouble}", cancellationToken);
            await SayAsync(
                work,
                chat,
                $"It did not help so far: {change.Target} is not well after {options.FollowFor.TotalMinutes:0.#} minutes ({new Redactor().Sentence(trouble)}).",
                null,
                [new(CardVerb.Undo, "Undo")],
                cancellationToken
            );
            return;
        }
        var after = recovery.At - (now.AppliedAt ?? work.At);
        await (await memory.OpenAsync(cancellationToken)).ObserveAsync(change.Id, recovery, cancellationToken);
        await NoteAsync(work, "well after it", cancellationToken);
        await SayAsync(
            work,
            chat,
            $"{change.Target} is well {after.TotalSeconds:0} s after the change. I remember that this ended {change.Fault}.",
            null,
            [],
            cancellationToken
        );

        bool IsFollowed(ProposedChange one) => (one.State, one.Plan) == (ChangeState.Applied, work.Plan);
    }

    /// <summary>Whether the person may approve; who may not is told so alone.</summary>
    private async Task<bool> MayAsync(
        WorkItem.Remediation work,
        ProposedChange change,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (
            Permission
                .Of(options.Approvers, work.Thread?.Channel ?? "", Who(work))
                .Allows(change.Cluster, change.Change.Resource.Namespace)
        )
            return true;
        await NoteAsync(work, "is not among those who may approve, and wanted to", cancellationToken);
        if (chat is not null)
            await chat.TellAsync(
                work.User,
                "You are not among those who may approve of this change (Remediation:Approvers).",
                cancellationToken
            );
        return false;
    }

    /// <summary>
    /// Writes down what happened, for whoever asks later, in the store and in the log, with what it makes of the
    /// change.
    /// </summary>
    private async Task NoteAsync(
        WorkItem.Remediation work,
        string says,
        CancellationToken cancellationToken,
        Func<ProposedChange, ProposedChange>? become = null
    )
    {
        var who =
            work.Step == ChangeStep.Follow ? "metakube"
            : NameOf(work) == work.User ? Who(work)
            : $"{Who(work)} ({NameOf(work)})";
        var isNews = false;
        var change = await store.UpdateAsync(
            work.Investigation,
            now =>
            {
                isNews = !now.History.Any(one => one.Work == work.Id);
                if (isNews)
                    now = now with
                    {
                        History =
                        [
                            .. now.History.TakeLast(LongestHistory - 1),
                            new(work.Id, time.GetUtcNow(), who, says),
                        ],
                    };
                return become?.Invoke(now) ?? now;
            },
            cancellationToken
        );
        if (change is null || !isNews)
            return;
        LogAudit(change.Id, change.Change.Resource, work.Step, who, says);
        Telemetry.CountChange(work.Step.ToString().ToLowerInvariant(), change.State.ToString().ToLowerInvariant());
    }

    private async Task SayAsync(
        WorkItem.Remediation work,
        ChatThread? chat,
        string text,
        string? verbatim,
        IReadOnlyList<CardButton> buttons,
        CancellationToken cancellationToken
    )
    {
        if (chat is not null)
            await delivery.ReplyAsync(
                work.Id,
                chat.Render(
                    text,
                    verbatim,
                    buttons: buttons.Count == 0 ? null : new($"{work.Investigation}.{work.Plan}", buttons)
                ),
                chat,
                cancellationToken
            );
    }

    private static string Who(WorkItem.Remediation work) => $"{work.Thread?.Platform ?? "console"}:{work.User}";

    private static string NameOf(WorkItem.Remediation work) =>
        new Redactor().Sentence(work.UserName is { Length: > 0 } name ? name : work.User, LongestName);

    [LoggerMessage(LogLevel.Information, "Audit: change {Change} of {Resource}, {Step} by {Who}: {Says}")]
    private partial void LogAudit(string change, ResourceRef resource, ChangeStep step, string who, string says);
}
