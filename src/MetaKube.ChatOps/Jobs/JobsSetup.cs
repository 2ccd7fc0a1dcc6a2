using Hangfire;
using Hangfire.Redis.StackExchange;
using MetaKube.ChatOps.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Jobs;

/// <summary>The parts that do the work: Hangfire over the same Redis as memory.</summary>
internal static class JobsSetup
{
    /// <summary>An investigation mostly waits, for the API server or the model.</summary>
    private const int Workers = 10;

    private const int KeptJobs = 200;

    public static void AddJobs(this IServiceCollection services, IMemoryConnection connection, MemoryKeys keys)
    {
        services.AddSingleton<WorkLanes>().AddSingleton<WorkDesk>().AddTransient<DrainLane>();
        services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseRedisStorage(connection.Multiplexer, new RedisStorageOptions { Prefix = keys.Jobs, SucceededListSize = KeptJobs, DeletedListSize = KeptJobs, UseTransactions = true }));
        services.AddHangfireServer(server =>
        {
            server.Queues = LaneDispatch.Queues;
            server.WorkerCount = Workers;
            server.ShutdownTimeout = TimeSpan.FromSeconds(5);
        });
        services.AddSingleton<LaneDispatch>().AddHostedService(provider => provider.GetRequiredService<LaneDispatch>());
    }
}
