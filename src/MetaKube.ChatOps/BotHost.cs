using MetaKube.ChatOps.Alerts;
using MetaKube.ChatOps.Configuration;
using MetaKube.ChatOps.Conversations;
using MetaKube.ChatOps.Health;
using MetaKube.ChatOps.Jobs;
using MetaKube.ChatOps.Knowledge;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.ChatOps.Posting;
using MetaKube.ChatOps.Remediation;
using MetaKube.ChatOps.WebConsole;
using MetaKube.Investigations;
using MetaKube.Model;
using MetaKube.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps;

/// <summary>Composes the bot as a web application.</summary>
internal static class BotHost
{
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
        using var sections = Parts.ReadSections(configuration);
        var alerts = sections.GetRequiredService<AlertsOptions>();
        var platforms = Parts.Platforms.Where(platform => platform.IsConfigured(sections)).ToList();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseUrls(urls.Split(';')).UseKestrelHttpsConfiguration();
        if (alerts.ClientAuthority.Length > 0)
            builder.WebHost.AcceptCertificates(alerts.ClientAuthority);
        AddLogging(builder.Logging);
        log?.Invoke(builder.Logging);
        var connection = await memory.ConnectAsync(CancellationToken.None);
        builder.Services.AddSingleton(time).AddSingleton(memory).AddSingleton(model).AddSingleton(cluster);
        builder.Services.AddSingleton(connection).AddSingleton(memory.Keys).AddSections();
        builder.Services.AddMentions(memory, model, time);
        builder.Services.AddHostedService<KnowledgeRefresh>();
        builder.Services.AddJobs(connection, memory.Keys, alerts.Investigations);
        builder.Services.AddAlerts(alerts);
        builder.Services.AddRemediation(sections.GetRequiredService<RemediationOptions>(), cluster);
        builder.Services.AddHealth(configuration, platforms);
        builder.Services.AddConsole(sections.GetRequiredService<ConsoleOptions>(), connection, memory.Keys);
        platforms.ForEach(platform => platform.AddServices(builder.Services, sections));
        var app = builder.Build();
        app.MapHealth();
        platforms.ForEach(platform => platform.Map(app));
        app.MapAlerts(alerts);
        app.MapJobs(sections.GetRequiredService<JobsOptions>());
        app.MapConsole(sections.GetRequiredService<ConsoleOptions>());
        return app;
    }

    private static void AddMentions(
        this IServiceCollection services,
        MemoryAccess memory,
        ModelAccess model,
        TimeProvider time
    ) =>
        services
            .AddSingleton<ConversationStore>()
            .AddSingleton<InvestigationStore>()
            .AddSingleton<NoteStore>()
            .AddSingleton<TeamNotes>()
            .AddSingleton<AnswerContext>()
            .AddSingleton<Delivery>()
            .AddSingleton<AnswerPosting>()
            .AddSingleton(provider => new Investigator(
                memory.OpenAsync,
                new(provider.GetRequiredService<MemoryOptions>().ExplorationRate, Random.Shared.NextDouble),
                new(model.Model),
                time
            ))
            .AddSingleton<MentionEvidence>()
            .AddSingleton<FeedbackIntake>()
            .AddSingleton<AnswerCards>()
            .AddSingleton<InvestigateSymptom>()
            .AddSingleton<ThreadCases>()
            .AddSingleton<ThreadSubjects>()
            .AddSingleton<Conversation>()
            .AddSingleton<InvestigateMention>();

    private static void AddLogging(ILoggingBuilder logging) =>
        logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Hangfire", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)
            // A probe calls /readyz every few seconds and gets failed checks in the answer; they would fill the log.
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // Data protection warns that the keys of cookies are stored unencrypted (docs/what-we-store.md).
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
}
