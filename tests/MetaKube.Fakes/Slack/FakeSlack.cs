using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Chat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Fakes.Slack;

/// <summary>A call of the Web API, as received.</summary>
internal sealed record FakeCall(string Method, JsonObject Arguments, DateTimeOffset At, string? Error);

/// <summary>A message as Slack stores it.</summary>
internal sealed class FakeMessage
{
    public required string Channel { get; init; }
    public required string Ts { get; init; }
    public required JsonObject Content { get; set; }
    public string? Thread { get; init; }
    public bool IsOurs { get; init; }
    public bool IsStreaming { get; set; }
    public List<string> Reactions { get; } = [];
    public JsonArray Chunks { get; } = [];

    public string? Key => (string?)Content["metadata"]?["event_payload"]?["key"];

    public bool IsAnswer => Key?.EndsWith("/answer", StringComparison.Ordinal) == true;

    public bool IsReply => Key?.EndsWith("/reply", StringComparison.Ordinal) == true;

    /// <summary>All text that it shows.</summary>
    public string Text => string.Join('\n', Texts(Content).Where(text => text.Length > 0));

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray array => array.SelectMany(Texts),
            JsonObject map => map.SelectMany(one => Texts(one.Key, one.Value)),
            _ => [],
        };

    private static IEnumerable<string> Texts(string key, JsonNode? node) =>
        (key, node) switch
        {
            ("text" or "url", JsonValue value) when value.TryGetValue<string>(out var text) => [text],
            ("metadata", _) => [],
            _ => Texts(node),
        };
}

/// <summary>
/// Slack over real HTTP and WebSockets: a workspace with the Web API's methods, arguments, scopes and limits, signed
/// events, Socket Mode. Slack's own clients verify it (tests/slack).
/// </summary>
internal sealed class FakeSlack : IAsyncDisposable
{
    public const string BotToken = "xoxb-fake",
        AppToken = "xapp-fake",
        SigningSecret = "8f742231b10e8888abcd99yyyzzz85a5",
        Team = "T0FAKE",
        BotUser = "U0FAKEBOT",
        Bot = "B0FAKEBOT",
        App = "A0FAKEAPP";

    private readonly WebApplication server;
    private readonly FakeWebApi api;
    private readonly Lock gate = new();
    private readonly ConditionSignal changes = new();
    private long lastTs;

    private FakeSlack(WebApplication server)
    {
        this.server = server;
        api = new(this);
        Sockets = new(this);
        Events = new(this);
    }

    public static async Task<FakeSlack> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.UseWebSockets();
        var slack = new FakeSlack(app);
        app.Map("/link", (HttpContext context) => slack.Sockets.AcceptAsync(context));
        app.MapGet("/files/{id}", (string id, HttpContext context) => slack.FileAsync(id, context));
        app.Map("/api/{method}", (string method, HttpContext context) => slack.api.AnswerAsync(method, context));
        await app.StartAsync();
        return slack;
    }

    public string Url => server.Urls.First();

    public Uri ApiUrl => new($"{Url}/api/");

    public FakeSockets Sockets { get; }

    public FakeEvents Events { get; }

    public ConcurrentQueue<FakeCall> Calls { get; } = new();

    public ConcurrentDictionary<(string Channel, string Ts), FakeMessage> Messages { get; } = new();

    /// <summary>Messages to one person, in order: channel, user, text.</summary>
    public ConcurrentQueue<(string Channel, string User, string Text)> Ephemerals { get; } = new();

    public ConcurrentDictionary<string, JsonObject> Views { get; } = new();

    public ConcurrentDictionary<string, JsonObject> Homes { get; } = new();

    public ConcurrentDictionary<string, (string Type, string Text)> Files { get; } = new();

    private readonly ConcurrentDictionary<string, (string Type, byte[] Content)> binaries = new();

    /// <summary>Uploads a file of any kind.</summary>
    public void AddFile(string id, string type, byte[] content) => binaries[id] = (type, content);

    public HashSet<string> Scopes { get; } =
    [
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "files:read",
        "groups:history",
        "groups:read",
        "im:history",
        "reactions:read",
        "reactions:write",
        "users:read",
        "assistant:write",
    ];

    /// <summary>True if streams are allowed; Slack refuses them in some workspaces.</summary>
    public bool AllowsStreams { get; set; } = true;

    /// <summary>True if the rate limits of Slack's tiers are enforced.</summary>
    public bool KeepsLimits { get; set; }

    /// <summary>Chooses the failure of each call.</summary>
    public Func<string, FakeFault> Fault { get; set; } = static _ => FakeFault.None;

    public FakeMessage? Find(string channel, string ts) => Messages.GetValueOrDefault((channel, ts));

    /// <summary>A thread's messages in order, its root first.</summary>
    public IReadOnlyList<FakeMessage> ThreadOf(string channel, string root) =>
        [
            .. Messages
                .Values.Where(message => message.Channel == channel && (message.Ts == root || message.Thread == root))
                .OrderBy(message => message.Ts, StringComparer.Ordinal),
        ];

    public IReadOnlyList<FakeMessage> AnswersIn(string channel, string root) =>
        [.. ThreadOf(channel, root).Where(message => message.IsAnswer)];

    public string NextTs()
    {
        lock (gate)
        {
            lastTs = Math.Max(lastTs + 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            return string.Create(CultureInfo.InvariantCulture, $"{lastTs / 1_000_000}.{lastTs % 1_000_000:000000}");
        }
    }

    /// <summary>Waits until a condition holds; each change of the workspace evaluates it.</summary>
    public Task UntilAsync(
        Func<bool> holds,
        TimeSpan? timeout = null,
        string what = "the condition",
        Func<string>? more = null
    ) =>
        changes.UntilAsync(
            holds,
            timeout,
            what,
            () => $"{more?.Invoke()}\nlast calls:\n{string.Join('\n', Calls.TakeLast(30).Select(Describe))}"
        );

    private static string Describe(FakeCall call)
    {
        var arguments = call.Arguments.ToJsonString();
        return $"{call.Method} {call.Error} {arguments[..Math.Min(200, arguments.Length)]}";
    }

    public void NoteChange() => changes.Note();

    /// <summary>A person, or with a bot id a program, writes a message.</summary>
    public FakeMessage Write(string channel, string user, string text, string? thread = null, JsonObject? more = null)
    {
        var content = new JsonObject { ["type"] = "message", ["text"] = text };
        if (user.Length > 0)
            content["user"] = user;
        foreach (var (name, value) in more ?? [])
            content[name] = value?.DeepClone();
        var message = new FakeMessage
        {
            Channel = channel,
            Ts = NextTs(),
            Thread = thread,
            Content = content,
        };
        Messages[(channel, message.Ts)] = message;
        NoteChange();
        return message;
    }

    public static string Sign(string timestamp, byte[] body, string secret = SigningSecret)
    {
        var text = Encoding.UTF8.GetBytes($"v0:{timestamp}:");
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. text, .. body]);
        return $"v0={Convert.ToHexStringLower(hash)}";
    }

    public async ValueTask DisposeAsync()
    {
        Sockets.Dispose();
        Events.Dispose();
        await server.DisposeAsync();
    }

    private async Task FileAsync(string id, HttpContext context)
    {
        if (context.Request.Headers.Authorization == $"Bearer {BotToken}" && binaries.TryGetValue(id, out var binary))
        {
            context.Response.ContentType = binary.Type;
            await context.Response.Body.WriteAsync(binary.Content);
            return;
        }
        if (context.Request.Headers.Authorization != $"Bearer {BotToken}" || !Files.TryGetValue(id, out var file))
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>sign in</html>");
            return;
        }
        context.Response.ContentType = file.Type;
        await context.Response.WriteAsync(file.Text);
    }
}
