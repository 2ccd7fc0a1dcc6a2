using MetaKube.ChatOps.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Alerts;

/// <summary>The parts that deal with alerts.</summary>
internal static class AlertsSetup
{
    public static void AddAlerts(this IServiceCollection services, AlertsOptions options)
    {
        services
            .AddSingleton(options)
            .AddSingleton<AlertIntake>()
            .AddSingleton<IncidentStore>()
            .AddSingleton<IncidentDesk>()
            .AddSingleton<IncidentTeller>();
        services.AddSingleton<MemoryOutage>().AddHostedService(provider => provider.GetRequiredService<MemoryOutage>());
        if (options.Watch)
            services.AddHostedService<ClusterWatch>();
    }
}
