using Hangfire;
using Hangfire.AspNetCore;
using MetaKube.Chat;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Jobs;

/// <summary>The parts that do the work: Hangfire over the same Redis as memory.</summary>
internal static class JobsSetup
{
    /// <summary>
    /// An investigation mostly waits, for the API server or the model, and what memory answers at once must not wait
    /// behind those; a message, for its turn.
    /// </summary>
    private const int QuestionWorkers = 20,
        UpdateWorkers = 4;

    public static void AddJobs(
        this IServiceCollection services,
        IRedisConnection connection,
        RedisKeys keys,
        int alertWorkers
    )
    {
        services
            .AddSingleton<WorkQueue>()
            .AddSingleton<WorkDispatcher>()
            .AddTransient<LaneWorker>()
            .AddTransient<RecurringJobs>()
            .AddHostedService<RecurringJobs.Schedule>();
        // Both registered here: Hangfire's own way keeps them in statics, and two bots in one process would share the
        // last one's.
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(
            provider.GetRequiredService<IServiceScopeFactory>()
        ));
        services.AddSingleton(connection.ToJobStorage(keys));
        services.AddHangfire(hangfire =>
            hangfire
                .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
                .UseSimpleAssemblyNameTypeSerializer()
                .UseRecommendedSerializerSettings()
        );
        // Workers of their own for each: in a storm of alerts a person's question finds one that is free.
        services.AddSingleton<IReadOnlyList<JobServers.Share>>([
            new(
                "questions",
                QuestionWorkers,
                [LaneDispatch.Queues[WorkPriority.Question], LaneDispatch.Queues[WorkPriority.Vote]]
            ),
            new("updates", UpdateWorkers, [LaneDispatch.Queues[WorkPriority.Update]]),
            new("alerts", alertWorkers, [LaneDispatch.Queues[WorkPriority.Alert]]),
            new("upkeep", 1, [RecurringJobs.Queue]),
        ]);
        services.AddHostedService<JobServers>();
        services.AddSingleton<LaneDispatch>().AddHostedService(provider => provider.GetRequiredService<LaneDispatch>());
    }
}
