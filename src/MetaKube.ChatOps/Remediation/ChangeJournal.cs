using MetaKube.Chat;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Diagnostics;
using MetaKube.ChatOps.Posting;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Remediation;

/// <summary>
/// Records each step of a change in its history and in the log, and replies in the thread. Both are idempotent: a work
/// item that runs again after a crash leaves one entry and one reply.
/// </summary>
internal sealed partial class ChangeJournal(
    ChangeStore store,
    Delivery delivery,
    TimeProvider time,
    ILogger<ChangeJournal> logger
)
{
    private const int LongestName = 80,
        LongestHistory = 200;

    public Task<ProposedChange?> FindAsync(string id, CancellationToken cancellationToken) =>
        store.FindAsync(id, cancellationToken);

    /// <summary>Posts the reply of an earlier run of the same work item.</summary>
    /// <returns>False if there was none.</returns>
    public async Task<bool> RepeatReplyAsync(
        WorkItem.Remediation work,
        ChatThread? chat,
        CancellationToken cancellationToken
    )
    {
        if (chat is null || await delivery.DecidedAsync(work.Id, cancellationToken) is not { } decided)
            return false;
        await delivery.PostAsync(work.Id, decided, chat, mayBeThere: true, cancellationToken);
        return true;
    }

    /// <summary>Replies in the thread; in the console the history is the reply.</summary>
    public async Task ReplyAsync(
        WorkItem.Remediation work,
        ChatThread? chat,
        ChangeReply reply,
        CancellationToken cancellationToken
    )
    {
        if (chat is null)
            return;
        var buttons =
            reply.Buttons.Count == 0 ? null : new CardButtons($"{work.Investigation}.{work.Plan}", reply.Buttons);
        await delivery.ReplyAsync(
            work.Id,
            new OutgoingMessage.Reply(reply.Text, reply.Difference, Buttons: buttons),
            chat,
            cancellationToken
        );
    }

    /// <summary>Appends an entry to the change's history and applies <paramref name="update"/>.</summary>
    /// <param name="work">The work item; a second entry of the same item is not appended.</param>
    /// <param name="entry">The entry, continuing a sentence that begins with the person's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="update">The change after the step; it may run more than once.</param>
    public async Task RecordAsync(
        WorkItem.Remediation work,
        string entry,
        CancellationToken cancellationToken,
        Func<ProposedChange, ProposedChange>? update = null
    )
    {
        var actor = ActorOf(work);
        var isNew = false;
        var change = await store.UpdateAsync(
            work.Investigation,
            now =>
            {
                isNew = !now.History.Any(one => one.Work == work.Id);
                if (isNew)
                    now = now with { History = Append(now.History, new(work.Id, time.GetUtcNow(), actor, entry)) };
                return update?.Invoke(now) ?? now;
            },
            cancellationToken
        );
        if (change is null || !isNew)
            return;
        LogAudit(change.Id, change.Change.Resource, work.Step, actor, entry);
        Telemetry.CountChange(work.Step.ToString().ToLowerInvariant(), change.State.ToString().ToLowerInvariant());
    }

    /// <summary>Platform and id of the person, as in <see cref="RemediationOptions.Approvers"/>.</summary>
    public static string IdOf(WorkItem.Remediation work) => $"{work.Thread?.Platform ?? "console"}:{work.User}";

    /// <summary>The person's name in the chat, redacted and cut.</summary>
    public static string NameOf(WorkItem.Remediation work) =>
        new Redactor().Sentence(work.UserName is { Length: > 0 } name ? name : work.User, LongestName);

    private static List<ChangeEvent> Append(IReadOnlyList<ChangeEvent> history, ChangeEvent entry) =>
        [.. history.TakeLast(LongestHistory - 1), entry];

    private static string ActorOf(WorkItem.Remediation work)
    {
        if (work.Step == ChangeStep.Follow)
            return "metakube";
        return NameOf(work) == work.User ? IdOf(work) : $"{IdOf(work)} ({NameOf(work)})";
    }

    [LoggerMessage(LogLevel.Information, "Audit: change {Change} of {Resource}, {Step} by {Actor}: {Entry}")]
    private partial void LogAudit(string change, ResourceRef resource, ChangeStep step, string actor, string entry);
}
