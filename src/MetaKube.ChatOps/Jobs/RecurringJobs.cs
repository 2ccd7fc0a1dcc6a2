using System.Linq.Expressions;
using Hangfire;
using Hangfire.Common;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Memory;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>The jobs that Hangfire starts on a schedule, in one of the processes at a time.</summary>
internal sealed partial class RecurringJobs(
    MemoryAccess memory,
    IncidentStore incidents,
    MemoryOptions options,
    TimeProvider time,
    ILogger<RecurringJobs> logger
)
{
    public const string Queue = "recurring";

    private const int EmbeddingsAtOnce = 500;

    /// <summary>
    /// Recomputes the patterns, the calibration and the threshold from all episodes, and indexes new episodes by their
    /// embedding.
    /// </summary>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("Consolidate memory")]
    public async Task ConsolidateAsync(CancellationToken stopping)
    {
        var episodes = await memory.OpenAsync(stopping);
        if (await episodes.ConsolidateAsync(SilentProgress.Instance, stopping) is { } done)
            LogConsolidated(done.Patterns, done.Examples, done.Forgotten);
        var indexed = await episodes.IndexEmbeddingsAsync(EmbeddingsAtOnce, SilentProgress.Instance, stopping);
        if (indexed > 0)
            LogIndexed(indexed);
    }

    /// <summary>Deletes episodes that are older than Memory:KeepDays, and incidents whose records expired.</summary>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("Delete what is older than its retention")]
    public async Task RetainAsync(CancellationToken stopping)
    {
        if (options.KeepDays > 0)
        {
            var deleted = await (await memory.OpenAsync(stopping)).ForgetBeforeAsync(
                time.GetUtcNow() - TimeSpan.FromDays(options.KeepDays),
                stopping
            );
            if (deleted > 0)
                LogDeleted(deleted);
        }
        await incidents.SweepAsync(stopping);
    }

    /// <summary>Registers the jobs with Hangfire at the start.</summary>
    public sealed class Schedule(IRecurringJobManager jobs) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            // Hangfire's calls block on the store: not on the thread that starts the host.
            await Task.Yield();
            AddOrUpdate("consolidation", job => job.ConsolidateAsync(CancellationToken.None), "*/10 * * * *");
            AddOrUpdate("retention", job => job.RetainAsync(CancellationToken.None), "17 3 * * *");
        }

        private void AddOrUpdate(string id, Expression<Func<RecurringJobs, Task>> job, string cron) =>
            jobs.AddOrUpdate(id, Job.FromExpression(job, Queue), cron, new RecurringJobOptions());
    }

    [LoggerMessage(
        LogLevel.Information,
        "Memory is consolidated: {Patterns} patterns, {Examples} examples, {Forgotten} forgotten"
    )]
    private partial void LogConsolidated(int patterns, int examples, int forgotten);

    [LoggerMessage(LogLevel.Information, "{Count} episodes are indexed by their embedding")]
    private partial void LogIndexed(int count);

    [LoggerMessage(LogLevel.Information, "{Count} episodes were older than Memory:KeepDays and are deleted")]
    private partial void LogDeleted(int count);
}
