using Hangfire;
using Hangfire.AspNetCore;
using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Jobs;

/// <summary>Registers the work queue and its runner, and Hangfire for recurring jobs, over the same Redis.</summary>
internal static class JobsSetup
{
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(5);

    public static void AddJobs(
        this IServiceCollection services,
        IRedisConnection connection,
        RedisKeys keys,
        int alertLimit
    )
    {
        services
            .AddSingleton<WorkQueue>()
            .AddSingleton<WorkDispatcher>()
            .AddSingleton<WorkFailures>()
            .AddHostedService(provider => new WorkQueueRunner(
                provider.GetRequiredService<WorkQueue>(),
                provider.GetRequiredService<WorkDispatcher>().DispatchAsync,
                provider.GetRequiredService<WorkFailures>().ReportAsync,
                new WorkLimits { Alerts = alertLimit },
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<WorkQueueRunner>>()
            ));
        services.AddRecurringJobs(connection, keys);
    }

    private static void AddRecurringJobs(this IServiceCollection services, IRedisConnection connection, RedisKeys keys)
    {
        // Registered here: Hangfire's own UseRedisStorage and UseActivator keep them in statics, which two bots in one
        // process would share.
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
        // One worker: the jobs are few, and none is urgent. After an outage of the store Hangfire retries by itself,
        // with pauses that grow with the length of the outage, to five minutes at most.
        services.AddHangfireServer(options =>
        {
            options.ServerName = $"{Environment.MachineName}-{Environment.ProcessId}".ToLowerInvariant();
            options.Queues = [RecurringJobs.Queue];
            options.WorkerCount = 1;
            options.ShutdownTimeout = Shutdown;
        });
        services.AddTransient<RecurringJobs>().AddHostedService<RecurringJobs.Schedule>();
    }
}
