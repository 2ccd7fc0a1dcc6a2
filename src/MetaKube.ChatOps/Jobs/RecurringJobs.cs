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

/// <summary>What is done again and again, whatever comes in. Any process may do it, and one at a time does.</summary>
internal sealed partial class RecurringJobs(
    MemoryAccess memory,
    IncidentStore incidents,
    MemoryOptions options,
    TimeProvider time,
    ILogger<RecurringJobs> logger
)
{
    public const string Queue = "5-upkeep";

    private const int EmbeddingsAtOnce = 500;

    /// <summary>
    /// Patterns, calibration and threshold follow from all episodes; new ones are found by what they mean.
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

    /// <summary>Forgets what is older than it may be.</summary>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("Forget what is too old")]
    public async Task RetainAsync(CancellationToken stopping)
    {
        if (options.KeepDays > 0)
        {
            var forgotten = await (await memory.OpenAsync(stopping)).ForgetBeforeAsync(
                time.GetUtcNow() - TimeSpan.FromDays(options.KeepDays),
                stopping
            );
            if (forgotten > 0)
                LogForgotten(forgotten);
        }
        await incidents.SweepAsync(stopping);
    }

    /// <summary>Puts the jobs on their schedule.</summary>
    public sealed class Schedule(IRecurringJobManager jobs) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            // Several calls of the store, each waited for.
            await Task.Yield();
            Add("consolidation", upkeep => upkeep.ConsolidateAsync(CancellationToken.None), "*/10 * * * *");
            Add("retention", upkeep => upkeep.RetainAsync(CancellationToken.None), "17 3 * * *");
        }

        private void Add(string id, System.Linq.Expressions.Expression<Func<RecurringJobs, Task>> work, string cron) =>
            jobs.AddOrUpdate(id, Job.FromExpression(work, Queue), cron, new RecurringJobOptions());
    }

    [LoggerMessage(
        LogLevel.Information,
        "Memory is consolidated: {Patterns} patterns, {Examples} examples, {Forgotten} forgotten"
    )]
    private partial void LogConsolidated(int patterns, int examples, int forgotten);

    [LoggerMessage(LogLevel.Information, "{Count} episodes are found by what they mean now")]
    private partial void LogIndexed(int count);

    [LoggerMessage(LogLevel.Information, "{Count} episodes were older than Memory:KeepDays and are forgotten")]
    private partial void LogForgotten(int count);
}
