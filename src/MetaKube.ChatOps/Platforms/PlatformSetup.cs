using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaKube.ChatOps.Platforms;

/// <summary>
/// All that the host has to know about a chat platform: its name, options, services, routes, readiness and doctor's
/// check. One more platform is a folder with a subclass, and a line in <c>Parts.Platforms</c>.
/// </summary>
internal abstract class PlatformSetup
{
    /// <summary>The name in settings, work items and thread keys, such as "slack".</summary>
    public abstract string Name { get; }

    /// <summary>The name that people read, such as "Slack".</summary>
    public abstract string Title { get; }

    /// <summary>Registers the platform's section of the configuration.</summary>
    public abstract void AddSection(IServiceCollection services);

    /// <summary>True when the configuration switches the platform on.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong.</exception>
    public abstract bool IsConfigured(IServiceProvider sections);

    /// <summary>Sentences for the operator when the bot starts.</summary>
    public virtual IEnumerable<string> Warnings(IServiceProvider sections) => [];

    /// <summary>
    /// Registers the services of a configured platform, a <see cref="Chat.ChatPlatform"/> among them.
    /// </summary>
    public abstract void AddServices(IServiceCollection services, IServiceProvider sections);

    /// <summary>Maps the routes of a configured platform.</summary>
    public abstract void Map(IEndpointRouteBuilder routes);

    /// <summary>The state of a configured platform, from what the last calls said: it makes no call.</summary>
    public abstract HealthCheckResult Readiness(IServiceProvider services);

    /// <summary>Registers what <c>metakube doctor</c> checks, as a <c>Health.IPartCheck</c>.</summary>
    public abstract void AddCheck(IServiceCollection services);
}
