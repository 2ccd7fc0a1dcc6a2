using MetaKube.Chat;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Platforms;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaKube.ChatOps.Slack;

/// <summary>Slack, as a part of the host.</summary>
internal sealed class SlackSetup : PlatformSetup
{
    public override string Name => SlackEvents.Platform;

    public override string Title => "Slack";

    public override void AddSection(IServiceCollection services) =>
        services.AddSection<SlackOptions, SlackOptionsValidator>("Slack");

    public override bool IsConfigured(IServiceProvider sections) =>
        sections.GetRequiredService<SlackOptions>().IsConfigured;

    public override void AddServices(IServiceCollection services, IServiceProvider sections)
    {
        services
            .AddSingleton<SlackApi>()
            .AddSingleton<SlackIdentity>()
            .AddSingleton<SlackEvents>()
            .AddSingleton<SlackForms>()
            .AddSingleton<SlackIntake>()
            .AddSingleton<SlackThreads>()
            .AddSingleton<SlackHome>()
            .AddSingleton<ChatPlatform, SlackPlatform>();
        services.AddHostedService<SlackAuthTest>();
        if (sections.GetRequiredService<SlackOptions>().UsesSockets)
            services
                .AddSingleton<SlackSocketMode>()
                .AddHostedService(provider => provider.GetRequiredService<SlackSocketMode>());
    }

    public override void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (services.GetRequiredService<SlackOptions>() is { IsConfigured: true, SigningSecret: { } secret })
            services.GetRequiredService<SlackIntake>().Map(routes, secret);
    }

    public override HealthCheckResult Readiness(IServiceProvider services)
    {
        if (!services.GetRequiredService<SlackIdentity>().IsKnown)
            return HealthCheckResult.Unhealthy("it has not answered yet");
        if (services.GetService<SlackSocketMode>() is { Open: 0 })
            return HealthCheckResult.Unhealthy("no socket is open");
        return services.GetRequiredService<SlackApi>().Health.Complaint is { } complaint
            ? HealthCheckResult.Degraded(complaint)
            : HealthCheckResult.Healthy();
    }

    public override void AddCheck(IServiceCollection services) => services.AddSingleton<IPartCheck, SlackCheck>();
}
