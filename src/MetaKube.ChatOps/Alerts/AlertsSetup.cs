using MetaKube.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Alerts;

/// <summary>The parts that deal with alerts.</summary>
internal static class AlertsSetup
{
    public static void AddAlerts(this IServiceCollection services, AlertsOptions options)
    {
        services
            .AddSingleton<AlertIntake>()
            .AddSingleton<IncidentStore>()
            .AddSingleton<IncidentUpdates>()
            .AddSingleton<IncidentRecovery>()
            .AddSingleton<IncidentLifecycle>()
            .AddSingleton<IncidentNotes>()
            .AddSingleton<IncidentAnswers>()
            .AddSingleton<UnreadableCluster>()
            .AddSingleton<IncidentCoordinator>()
            .AddSingleton<IncidentNotifier>()
            .AddSingleton<IncidentWork>();
        services
            .AddSingleton<StoreOutageNotice>()
            .AddHostedService(provider => provider.GetRequiredService<StoreOutageNotice>());
        if (options.Watch)
            services.AddHostedService<ClusterWatch>();
    }
}
