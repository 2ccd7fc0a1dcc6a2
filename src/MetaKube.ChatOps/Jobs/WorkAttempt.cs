using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using MetaKube.Redis;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>
/// Does a work item. An error that would repeat is reported in the thread of the item, so that it does not hold up the
/// lane.
/// </summary>
internal sealed partial class WorkAttempt(
    WorkDispatcher dispatcher,
    IncidentCoordinator incidents,
    IEnumerable<ChatPlatform> platforms,
    ILogger<WorkAttempt> logger
)
{
    /// <summary>
    /// Does the work, or reports in its thread that it failed. It throws only if the work is to be done again.
    /// </summary>
    /// <exception cref="RetryLaterException">It cannot be done now.</exception>
    public async Task HandleAsync(WorkItem work, CancellationToken cancellationToken)
    {
        try
        {
            await dispatcher.DispatchAsync(work, cancellationToken);
        }
#pragma warning disable CA1031 // The boundary of the work: the error would repeat, and hold up the lane.
        catch (Exception e) when (!IsRetried(e, cancellationToken))
#pragma warning restore CA1031
        {
            LogFailed(work.Id, e);
            await ReportFailureAsync(work, e, cancellationToken);
        }
    }

    private static bool IsRetried(Exception error, CancellationToken cancellationToken) =>
        error is RetryLaterException or StoreUnavailableException
        || error is OperationCanceledException && cancellationToken.IsCancellationRequested;

    /// <summary>Posts in the thread that the work failed; a failure to post is only logged.</summary>
    private async Task ReportFailureAsync(WorkItem work, Exception error, CancellationToken cancellationToken)
    {
        if (work is WorkItem.Alert alert)
            await incidents.ApologiseAsync(alert, error, cancellationToken);
        if (error is ChatRefusedException || ThreadOf(work) is not { } thread)
            return;
        try
        {
            var chat = platforms.First(platform => platform.Name == thread.Platform).Open(thread);
            var unchanged = work is WorkItem.Remediation ? "" : " Nothing in the cluster was changed.";
            var apology = new OutgoingMessage.Reply(
                $"The investigation failed with an internal error ({error.GetType().Name}); the bot's log has the "
                    + $"details.{unchanged}"
            );
            await chat.PostAsync(work.Id, apology with { Part = "apology" }, mayBeThere: true, cancellationToken);
        }
        catch (Exception e) when (e is ChatRefusedException or ChatUnavailableException)
        {
            LogNotReported(work.Id, e);
        }
    }

    private static ThreadRef? ThreadOf(WorkItem work) =>
        work switch
        {
            WorkItem.Mention mention => mention.Thread,
            WorkItem.Remediation remediation => remediation.Thread,
            _ => null,
        };

    [LoggerMessage(LogLevel.Error, "{Work} failed and is not retried")]
    private partial void LogFailed(string work, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The failure of {Work} could not be reported in its thread")]
    private partial void LogNotReported(string work, Exception exception);
}
