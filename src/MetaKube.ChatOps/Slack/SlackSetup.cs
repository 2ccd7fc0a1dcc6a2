using MetaKube.Chat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MetaKube.ChatOps.Slack;

/// <summary>The parts that make up Slack.</summary>
internal static class SlackSetup
{
    public static void AddSlack(this IServiceCollection services, SlackOptions options)
    {
        if (!options.IsConfigured)
            return;
        services
            .AddSingleton(options)
            .AddSingleton<SlackApi>()
            .AddSingleton<SlackIdentity>()
            .AddSingleton<SlackEvents>()
            .AddSingleton<SlackIntake>()
            .AddSingleton<ChatPlatform, SlackPlatform>();
        services.AddHostedService<SlackAuthTest>();
        if (options.UsesSockets)
            services
                .AddSingleton<SlackSocketMode>()
                .AddHostedService(provider => provider.GetRequiredService<SlackSocketMode>());
    }
}
