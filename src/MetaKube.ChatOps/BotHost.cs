using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Jobs;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.ChatOps.Remediation;
using MetaKube.ChatOps.Slack;
using MetaKube.ChatOps.Teams;
using MetaKube.ChatOps.WebConsole;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps;

/// <summary>The bot as a web application: what it is made of, and where it listens.</summary>
internal static class BotHost
{
    /// <summary>
    /// Garnet and Hangfire block threads of the pool while they wait, and the pool grows by one or two a second: with
    /// as few as there are processors, requests would wait for that.
    /// </summary>
    private const int ThreadsFromTheStart = 50;

    public static async Task<WebApplication> BuildAsync(
        IConfiguration configuration,
        MemoryAccess memory,
        ModelAccess model,
        IEvidenceSource cluster,
        TimeProvider time,
        string urls,
        Action<ILoggingBuilder>? log = null
    )
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, ThreadsFromTheStart), ports);
        var slack = configuration.Section("Slack", new SlackOptionsValidator());
        var teams = configuration.Section("Teams", new TeamsOptionsValidator());
        var alerts = configuration.Section("Alerts", new AlertsOptionsValidator());
        var console = configuration.Section("Console", new ConsoleOptionsValidator());
        var jobs = configuration.Section("Jobs", new JobsOptionsValidator());
        var remediation = configuration.Section("Remediation", new RemediationOptionsValidator());
        var remembering = configuration.Section("Memory", new MemoryOptionsValidator());
        foreach (var platform in alerts.AllChannels.Select(channel => channel.Split(':')[0]).Distinct())
            if (
                !(
                    platform switch
                    {
                        SlackEvents.Platform => slack.IsConfigured,
                        TeamsEvents.Platform => teams.IsConfigured,
                        _ => false,
                    }
                )
            )
                throw new OptionsValidationException(
                    "Alerts",
                    typeof(AlertsOptions),
                    [$"Alerts:Channels: {platform} is not configured."]
                );
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls(urls.Split(';')).UseKestrelHttpsConfiguration();
        if (alerts.ClientAuthority.Length > 0)
            builder.WebHost.AcceptCertificates(alerts.ClientAuthority);
        builder
            .Logging.AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Hangfire", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)
            // What fails says so itself; who asks /readyz every few seconds is not to fill the log with it.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // That keys of cookies are kept as they are is said in docs/what-we-store.md.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        log?.Invoke(builder.Logging);
        var connection = await memory.ConnectAsync(CancellationToken.None);
        builder
            .Services.AddSingleton(time)
            .AddSingleton(memory)
            .AddSingleton(model)
            .AddSingleton(cluster)
            .AddSingleton(connection)
            .AddSingleton(memory.Keys)
            .AddSingleton(remembering)
            .AddSingleton(new MetaCognitiveController(remembering.ExplorationRate, Random.Shared.NextDouble))
            .AddSingleton<ConversationStore>()
            .AddSingleton<InvestigationStore>()
            .AddSingleton<Delivery>()
            .AddSingleton<Answering>()
            .AddSingleton<Conversation>();
        builder.Services.AddJobs(connection, memory.Keys, alerts.Investigations);
        builder.Services.AddAlerts(alerts);
        builder.Services.AddRemediation(remediation, cluster);
        builder.Services.AddHealth(configuration);
        builder.Services.AddConsole(console, connection, memory.Keys);
        builder.Services.AddSlack(slack);
        builder.Services.AddTeams(teams);

        var app = builder.Build();
        app.MapHealth();
        app.MapSlack(slack);
        app.MapTeams(teams);
        app.MapAlerts(alerts);
        app.MapJobs(jobs);
        app.MapConsole(console);
        return app;
    }
}
