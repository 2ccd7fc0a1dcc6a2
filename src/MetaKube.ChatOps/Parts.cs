using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Cli;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Jobs;
using MetaKube.ChatOps.Platforms;
using MetaKube.ChatOps.Remediation;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.ChatOps.WebConsole;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps;

/// <summary>The lists of the parts that the bot consists of. A new part is registered here.</summary>
internal static class Parts
{
    /// <summary>The chat platforms.</summary>
    public static readonly IReadOnlyList<PlatformSetup> Platforms = [new SlackSetup(), new TeamsSetup()];

    /// <summary>The sections of the configuration.</summary>
    public static IServiceCollection AddSections(this IServiceCollection services)
    {
        services.AddCommonSections();
        foreach (var platform in Platforms)
        {
            services.AddSingleton(platform);
            platform.AddSection(services);
        }
        return services
            .AddSection<AlertsOptions, AlertsOptionsValidator>("Alerts")
            .AddSingleton<IValidateOptions<AlertsOptions>, AlertChannelsValidator>()
            .AddSection<ConsoleOptions, ConsoleOptionsValidator>("Console")
            .AddSection<RemediationOptions, RemediationOptionsValidator>("Remediation")
            .AddSingleton<IValidateOptions<RemediationOptions>, ApproversValidator>()
            .AddSection<JobsOptions, JobsOptionsValidator>("Jobs");
    }

    /// <summary>All sections, each bound and validated when it is first read.</summary>
    public static ServiceProvider ReadSections(IConfiguration configuration) =>
        new ServiceCollection().AddSingleton(configuration).AddSections().BuildServiceProvider();

    /// <summary>The checks of <c>metakube doctor</c>, in the order of its results.</summary>
    public static Doctor Doctor(IConfiguration configuration, CheckContext context, TimeProvider time)
    {
        var services = new ServiceCollection()
            .AddSingleton(configuration)
            .AddSingleton(time)
            .AddSingleton(context)
            .AddSections()
            .AddSingleton<IPartCheck, ConfigurationCheck>()
            .AddSingleton<IPartCheck, ClusterCheck>()
            .AddSingleton<IPartCheck, RemediationCheck>()
            .AddSingleton<IPartCheck, MemoryCheck>()
            .AddSingleton<IPartCheck, ModelCheck>()
            .AddSingleton<IPartCheck, EmbeddingCheck>()
            .AddSingleton<IPartCheck, KnowledgeCheck>();
        foreach (var platform in Platforms)
            platform.AddCheck(services);
        return new(services.BuildServiceProvider().GetServices<IPartCheck>());
    }
}
