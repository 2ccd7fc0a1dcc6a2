using MetaKube.Chat;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Platforms;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaKube.ChatOps.Teams;

/// <summary>Microsoft Teams, as a part of the host.</summary>
internal sealed class TeamsSetup : PlatformSetup
{
    public override string Name => TeamsEvents.Platform;

    public override string Title => "Teams";

    public override void AddSection(IServiceCollection services) =>
        services.AddSection<TeamsOptions, TeamsOptionsValidator>("Teams");

    public override bool IsConfigured(IServiceProvider sections) =>
        sections.GetRequiredService<TeamsOptions>().IsConfigured;

    public override IEnumerable<string> Warnings(IServiceProvider sections) =>
        sections.GetRequiredService<TeamsOptions>().AllowUnauthenticated
            ?
            [
                "Teams:AllowUnauthenticated lets every program of this machine speak as anybody; "
                    + "for development only.",
            ]
            : [];

    public override void AddServices(IServiceCollection services, IServiceProvider sections)
    {
        services
            .AddSingleton(provider => new TeamsTokens(provider.GetRequiredService<TeamsOptions>()))
            .AddSingleton<TeamsAuthentication>()
            .AddSingleton<TeamsApi>()
            .AddSingleton<TeamsIntake>()
            .AddSingleton<ChatPlatform, TeamsPlatform>();
        services
            .AddSingleton<TeamsTokenWarmup>()
            .AddHostedService(provider => provider.GetRequiredService<TeamsTokenWarmup>());
    }

    public override void Map(IEndpointRouteBuilder routes) =>
        routes.MapTeams(routes.ServiceProvider.GetRequiredService<TeamsOptions>());

    public override HealthCheckResult Readiness(IServiceProvider services)
    {
        if (!services.GetRequiredService<TeamsTokenWarmup>().IsReady)
            return HealthCheckResult.Unhealthy("Entra has given no token yet");
        return services.GetRequiredService<TeamsApi>().Health.Complaint is { } complaint
            ? HealthCheckResult.Degraded(complaint)
            : HealthCheckResult.Healthy();
    }

    public override void AddCheck(IServiceCollection services) => services.AddSingleton<IPartCheck, TeamsCheck>();
}
