using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Knowledge;

/// <summary>
/// Reads the team's folders again when they change. It polls, because the mounted files of a ConfigMap are replaced by
/// links that raise no event.
/// </summary>
internal sealed partial class KnowledgeRefresh(
    TeamKnowledge knowledge,
    TimeProvider time,
    ILogger<KnowledgeRefresh> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!knowledge.IsConfigured)
            return;
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            if (!knowledge.Refresh())
                continue;
            LogRead(knowledge.Failures, knowledge.Runbooks);
            foreach (var mistake in knowledge.Mistakes)
                LogMistake(mistake);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "{Failures} known failures and {Runbooks} runbooks of the team are in use")]
    private partial void LogRead(int failures, int runbooks);

    [LoggerMessage(LogLevel.Warning, "Knowledge is left out: {Mistake}")]
    private partial void LogMistake(string mistake);
}
