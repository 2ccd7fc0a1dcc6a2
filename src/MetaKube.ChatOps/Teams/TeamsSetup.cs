using MetaKube.Chat;
using Microsoft.Extensions.DependencyInjection;

namespace MetaKube.ChatOps.Teams;

/// <summary>The parts that make up Teams.</summary>
internal static class TeamsSetup
{
    public static void AddTeams(this IServiceCollection services, TeamsOptions options)
    {
        if (!options.IsConfigured)
            return;
        services
            .AddSingleton(options)
            .AddSingleton(new TeamsTokens(options))
            .AddSingleton<TeamsAuthentication>()
            .AddSingleton<TeamsApi>()
            .AddSingleton<TeamsIntake>()
            .AddSingleton<ChatPlatform, TeamsPlatform>();
        services
            .AddSingleton<TeamsTokenWarmup>()
            .AddHostedService(provider => provider.GetRequiredService<TeamsTokenWarmup>());
    }
}
