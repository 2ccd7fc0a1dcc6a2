using MetaKube.ChatOps;
using MetaKube.ChatOps.KubeLlm;
using MetaKube.ChatOps.Memory;
using MetaKube.Fakes.Slack;
using MetaKube.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MetaKube.Fakes.Chat;

/// <summary>The whole bot in this process, as serve builds it.</summary>
internal sealed class Bot : IAsyncDisposable
{
    private readonly MemoryAccess memory;
    private readonly ModelAccess model;
    private readonly WebApplication app;

    private Bot(MemoryAccess memory, ModelAccess model, WebApplication app) =>
        (this.memory, this.model, this.app) = (memory, model, app);

    public Uri Address => new(app.Urls.First());

    public IServiceProvider Services => app.Services;

    public MemoryAccess Memory => memory;

    /// <param name="slack">The workspace.</param>
    /// <param name="transport">The delivery of events.</param>
    /// <param name="cluster">The cluster that questions are about.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="settings">Further settings, such as Redis:Connection.</param>
    /// <param name="log">Receives the log, or null.</param>
    public static async Task<Bot> StartAsync(
        FakeSlack slack,
        SlackTransport transport,
        IEvidenceSource cluster,
        string directory,
        IReadOnlyDictionary<string, string>? settings = null,
        ILoggerProvider? log = null
    )
    {
        var bot = await StartAsync(
            cluster,
            directory,
            Settings(slack, transport).Concat(settings ?? new Dictionary<string, string>()),
            log
        );
        if (transport == SlackTransport.Http)
            slack.Events.Endpoint = bot.Address;
        return bot;
    }

    /// <param name="cluster">The cluster that questions are about.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="settings">The settings, including those of a chat platform.</param>
    /// <param name="log">Receives the log, or null.</param>
    /// <param name="urls">The addresses to listen on.</param>
    public static async Task<Bot> StartAsync(
        IEvidenceSource cluster,
        string directory,
        IEnumerable<KeyValuePair<string, string>> settings,
        ILoggerProvider? log = null,
        string urls = "http://127.0.0.1:0"
    )
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)))
            .Build();
        var memory = MemoryOf(configuration, directory);
        var model = new ModelAccess(new(), directory, TimeProvider.System);
        await memory.OpenAsync(default);
        var app = await BotHost.BuildAsync(
            configuration,
            memory,
            model,
            cluster,
            TimeProvider.System,
            urls,
            logging =>
            {
                logging.ClearProviders();
                if (log is not null)
                    logging.AddProvider(log);
            }
        );
        await app.StartAsync();
        return new(memory, model, app);
    }

    private static MemoryAccess MemoryOf(IConfiguration configuration, string directory) =>
        new(
            new()
            {
                Connection = configuration["Redis:Connection"] ?? "",
                Name = configuration["Redis:Name"] ?? "default",
            },
            new(),
            new(),
            directory,
            TimeProvider.System
        )
        {
            IsService = true,
        };

    /// <summary>The settings that put a bot into the workspace.</summary>
    public static Dictionary<string, string> Settings(FakeSlack slack, SlackTransport transport)
    {
        var settings = new Dictionary<string, string>
        {
            ["Slack:BotToken"] = FakeSlack.BotToken,
            ["Slack:ApiUrl"] = slack.ApiUrl.AbsoluteUri,
        };
        if (transport == SlackTransport.Http)
            settings["Slack:SigningSecret"] = FakeSlack.SigningSecret;
        else
            settings["Slack:AppToken"] = FakeSlack.AppToken;
        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await model.DisposeAsync();
        await memory.DisposeAsync();
    }
}
