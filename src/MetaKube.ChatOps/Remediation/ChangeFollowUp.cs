using MetaKube.Chat;
using MetaKube.ChatOps.Memory;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;

namespace MetaKube.ChatOps.Remediation;

/// <summary>Watches after a change whether its target recovers, and tells memory and the thread.</summary>
internal sealed class ChangeFollowUp(
    RemediationOptions options,
    IEvidenceSource cluster,
    ChangeStore store,
    MemoryAccess memory,
    ChangeJournal journal,
    TimeProvider time
)
{
    /// <summary>The interval between the looks that confirm a recovery.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    /// <summary>The interval between two attempts to confirm it.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Stores the settings around the target as they are before the change. A second call keeps the first state: the
    /// change may have been made by a process that ended before it recorded that.
    /// </summary>
    public async Task PrepareAsync(ProposedChange change, CancellationToken cancellationToken)
    {
        if (cluster is not ClusterEvidence live || await store.WatchedAsync(change.Id, cancellationToken) is not null)
            return;
        var before = await live.SettingsAsync(change.Target, cancellationToken);
        await store.SaveWatchedAsync(
            change.Id,
            new(change.Symptom, change.Target, before, change.Gaps, [change.Change.Resource]),
            cancellationToken
        );
    }

    /// <summary>Deletes the stored state, so that the next application stores a new one.</summary>
    public Task ForgetAsync(ProposedChange change, CancellationToken cancellationToken) =>
        store.ForgetWatchedAsync(change.Id, cancellationToken);

    /// <summary>Looks once whether the target recovered.</summary>
    /// <exception cref="PostponedException">It did not recover yet, and the time for that is not over.</exception>
    public async Task LookAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        var (work, change) = (request.Work, request.Change);
        if (
            !IsApplied(change, work)
            || cluster is not ClusterEvidence live
            || await store.WatchedAsync(change.Id, cancellationToken) is not { } watched
        )
            return;
        var (recovery, trouble) = await new RecoveryWatch(live, live.SettingsAsync, time).ConfirmAsync(
            watched,
            LookEvery,
            SilentProgress.Instance,
            cancellationToken
        );
        if (recovery is null && time.GetUtcNow() - work.At < options.FollowFor)
            throw new PostponedException($"not well yet: {trouble}", LookAgain);
        // It may have been undone or proposed again during the look.
        if (await store.FindAsync(change.Id, cancellationToken) is not { } now || !IsApplied(now, work))
            return;
        if (recovery is null)
            await ReportNoRecoveryAsync(request, trouble, cancellationToken);
        else
            await ReportRecoveryAsync(request with { Change = now }, recovery, cancellationToken);
    }

    private static bool IsApplied(ProposedChange change, WorkItem.Remediation work) =>
        (change.State, change.Plan) == (ChangeState.Applied, work.Plan);

    private async Task ReportNoRecoveryAsync(ChangeRequest request, string trouble, CancellationToken cancellationToken)
    {
        var minutes = options.FollowFor.TotalMinutes;
        await journal.RecordAsync(request.Work, $"no recovery: {trouble}", cancellationToken);
        await journal.ReplyAsync(
            request.Work,
            request.Chat,
            new(
                $"The change has not helped so far: {request.Change.Target} has not recovered after {minutes:0.#} "
                    + $"minutes ({new Redactor().Sentence(trouble)}).",
                null,
                new CardButton(CardVerb.Undo, "Undo")
            ),
            cancellationToken
        );
    }

    private async Task ReportRecoveryAsync(
        ChangeRequest request,
        Recovery recovery,
        CancellationToken cancellationToken
    )
    {
        var (work, change) = (request.Work, request.Change);
        var after = recovery.At - (change.AppliedAt ?? work.At);
        await (await memory.OpenAsync(cancellationToken)).ObserveAsync(change.Id, recovery, cancellationToken);
        await journal.RecordAsync(work, "recovery observed", cancellationToken);
        await journal.ReplyAsync(
            work,
            request.Chat,
            new(
                $"{change.Target} recovered {after.TotalSeconds:0} s after the change. Memory keeps that it fixed "
                    + $"{change.Fault}.",
                null
            ),
            cancellationToken
        );
    }
}
