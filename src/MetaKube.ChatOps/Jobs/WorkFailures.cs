using MetaKube.Chat;
using MetaKube.ChatOps.Alerts;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Reports in the thread of a work item that it failed.</summary>
internal sealed partial class WorkFailures(
    IncidentCoordinator incidents,
    IEnumerable<ChatPlatform> platforms,
    ILogger<WorkFailures> logger
)
{
    /// <summary>Posts that the work failed; a failure to post is only logged.</summary>
    public async Task ReportAsync(WorkItem work, Exception error, CancellationToken cancellationToken)
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

    [LoggerMessage(LogLevel.Warning, "The failure of {Work} could not be reported in its thread")]
    private partial void LogNotReported(string work, Exception exception);
}
