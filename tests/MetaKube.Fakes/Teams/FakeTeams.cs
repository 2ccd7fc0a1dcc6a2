using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MetaKube.Fakes.Chat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaKube.Fakes.Teams;

/// <summary>A call of the Connector, as it came.</summary>
internal sealed record TeamsCall(string Method, string Conversation, DateTimeOffset At, string? Error);

/// <summary>
/// The Bot Connector and Entra over real HTTP, with faults: what the Playground has not. The same conversation runs
/// here and there, which is what says that it is right.
/// </summary>
internal sealed class FakeTeams : TeamsClient
{
    public const string AppId = "11111111-2222-3333-4444-555555555555",
        Tenant = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        Bot = $"28:{AppId}";

    private readonly WebApplication server;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(3) };
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private long lastId;
    private Uri? bot;

    private FakeTeams(WebApplication server)
    {
        this.server = server;
        Connector = new(() => Url);
        Entra = new(() => Url);
    }

    public static async Task<FakeTeams> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var teams = new FakeTeams(app);
        app.MapGet(
            "/v1/.well-known/openidconfiguration",
            () => teams.Connector.Metadata("https://api.botframework.com", "/v1/keys")
        );
        app.MapGet("/v1/keys", () => teams.Connector.Keys());
        app.MapGet(
            $"/{Tenant}/v2.0/.well-known/openid-configuration",
            () => teams.Entra.Metadata($"{teams.Url}/{Tenant}/v2.0", "/entra/keys")
        );
        app.MapGet("/entra/keys", () => teams.Entra.Keys());
        teams.MapConversations(app);
        await app.StartAsync();
        return teams;
    }

    private void MapConversations(WebApplication app)
    {
        app.MapPost(
            "/amer/v3/conversations",
            (HttpContext context) =>
                CarryOutAsync(
                    "start",
                    "",
                    context,
                    content =>
                    {
                        var id = NextId();
                        var conversation = $"{content["channelData"]!["channel"]!["id"]};messageid={id}";
                        Note(id, conversation, content["activity"]!.DeepClone().AsObject());
                        Started.Enqueue(conversation);
                        return (201, new() { ["id"] = conversation, ["activityId"] = id });
                    }
                )
        );
        app.MapPost(
            "/amer/v3/conversations/{conversation}/activities",
            (string conversation, HttpContext context) =>
                CarryOutAsync("post", conversation, context, content => Post(conversation, content))
        );
        app.MapPut(
            "/amer/v3/conversations/{conversation}/activities/{id}",
            (string conversation, string id, HttpContext context) =>
                CarryOutAsync("put", conversation, context, content => Change(conversation, id, content))
        );
    }

    private (int Status, JsonObject Body) Change(string conversation, string id, JsonObject content)
    {
        if (!Messages.TryGetValue(id, out var message) || message.Conversation != conversation)
            return (404, Error("ActivityNotFoundInConversation"));
        Note(id, conversation, content);
        return (200, new() { ["id"] = id });
    }

    public override TeamsPerson Ada { get; } = new("29:ada", "00000000-0000-0000-0000-00000000ada0", "Ada");

    public override TeamsPerson Bob { get; } = new("29:bob", "00000000-0000-0000-0000-00000000b0b0", "Bob");

    public override string Channel => "19:incidents@thread.tacv2";

    public override string Personal => "a:ada-and-the-bot";

    public string Url => server.Urls.First();

    /// <summary>The address at which the bot reaches the Connector, such as a proxy; null: directly.</summary>
    public string? Through { get; set; }

    public string ServiceUrl => $"{Through ?? Url}/amer/";

    /// <summary>The signers of the Connector's tokens and of Entra's.</summary>
    public TokenIssuer Connector { get; }

    public TokenIssuer Entra { get; }

    public ConcurrentQueue<TeamsCall> Calls { get; } = new();

    /// <summary>Decides what goes wrong with each call: "post", "put" or "start".</summary>
    public Func<string, FakeFault> Fault { get; set; } = static _ => FakeFault.None;

    /// <summary>Decides which activities are refused for how they look.</summary>
    public Func<JsonObject, bool> Dislikes { get; set; } = static _ => false;

    public override Dictionary<string, string> Settings =>
        new()
        {
            ["Teams:AppId"] = AppId,
            ["Teams:TenantId"] = Tenant,
            ["Teams:Metadata"] = $"{Url}/v1/.well-known/openidconfiguration",
            ["Teams:Login"] = $"{Url}/",
            ["Teams:ServiceUrl"] = ServiceUrl,
            // Lets the Connector be on this machine, without encryption; tokens that come are checked all the same.
            ["Teams:AllowUnauthenticated"] = "true",
        };

    public override Task ConnectAsync(Uri bot)
    {
        this.bot = bot;
        return Task.CompletedTask;
    }

    public override async Task<string> SayAsync(
        TeamsPerson person,
        string conversation,
        string text,
        bool mentions = true
    )
    {
        var activity = Message(person, conversation, text, mentions);
        await DeliverAsync(activity);
        return (string)activity["conversation"]!["id"]!;
    }

    public override async Task<JsonObject> InvokeAsync(
        TeamsPerson person,
        string conversation,
        string name,
        string message,
        JsonObject value
    )
    {
        var activity = Activity("invoke", person, conversation);
        (activity["name"], activity["replyToId"], activity["value"]) = (name, message, value.DeepClone());
        using var response = await PostAsync(activity);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    public override Task ReactAsync(TeamsPerson person, TeamsMessage message, string type, bool isAdded = true)
    {
        var activity = Activity("messageReaction", person, message.Conversation);
        (activity["replyToId"], activity[isAdded ? "reactionsAdded" : "reactionsRemoved"]) = (
            message.Id,
            new JsonArray(new JsonObject { ["type"] = type })
        );
        return DeliverAsync(activity);
    }

    /// <summary>A message as the Connector sends it; in a channel without a thread it starts one.</summary>
    public JsonObject Message(TeamsPerson person, string conversation, string text, bool mentions)
    {
        var activity = Activity("message", person, conversation);
        (activity["text"], activity["textFormat"]) = (mentions ? $"<at>MetaKube</at> {text}" : text, "plain");
        if (mentions)
            activity["entities"]!
                .AsArray()
                .Add(
                    new JsonObject
                    {
                        ["type"] = "mention",
                        ["mentioned"] = new JsonObject { ["id"] = Bot, ["name"] = "MetaKube" },
                        ["text"] = "<at>MetaKube</at>",
                    }
                );
        if (
            conversation.StartsWith("19:", StringComparison.Ordinal)
            && !conversation.Contains(";messageid=", StringComparison.Ordinal)
        )
            activity["conversation"]!["id"] = $"{conversation};messageid={activity["id"]}";
        return activity;
    }

    public JsonObject Activity(string type, TeamsPerson person, string conversation)
    {
        var isChannel = conversation.StartsWith("19:", StringComparison.Ordinal);
        var channelData = new JsonObject { ["tenant"] = new JsonObject { ["id"] = Tenant } };
        if (isChannel)
            (channelData["team"], channelData["channel"]) = (
                new JsonObject { ["id"] = "19:team@thread.tacv2" },
                new JsonObject { ["id"] = conversation.Split(';')[0] }
            );
        return new()
        {
            ["type"] = type,
            ["id"] = NextId(),
            ["timestamp"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["channelId"] = "msteams",
            ["serviceUrl"] = ServiceUrl,
            ["from"] = new JsonObject
            {
                ["id"] = person.Id,
                ["name"] = person.Name,
                ["aadObjectId"] = person.ObjectId,
            },
            ["recipient"] = new JsonObject { ["id"] = Bot, ["name"] = "MetaKube" },
            ["conversation"] = new JsonObject
            {
                ["id"] = conversation,
                ["conversationType"] = isChannel ? "channel" : "personal",
                ["isGroup"] = isChannel,
                ["tenantId"] = Tenant,
            },
            ["entities"] = new JsonArray(ClientInfo()),
            ["channelData"] = channelData,
            ["locale"] = "en-US",
        };
    }

    private static JsonObject ClientInfo() =>
        new()
        {
            ["type"] = "clientInfo",
            ["locale"] = "en-US",
            ["platform"] = "Web",
        };

    /// <summary>
    /// Delivers an activity until it is accepted; without an answer in time it is sent again unchanged.
    /// </summary>
    public async Task DeliverAsync(JsonObject activity)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                using var response = await PostAsync(activity);
                if (response.IsSuccessStatusCode)
                    return;
                if ((int)response.StatusCode < 500)
                    throw new InvalidOperationException($"The bot answered {(int)response.StatusCode}.");
            }
            catch (Exception e)
                when (e is HttpRequestException or TaskCanceledException && !ended.IsCancellationRequested)
            {
                // Again.
            }
            Changed.Note();
            await timer.WaitForNextTickAsync(ended.Token);
        }
    }

    /// <summary>Sends one request with a token of the Connector.</summary>
    public Task<HttpResponseMessage> PostAsync(JsonObject activity) =>
        PostAsync(activity.ToJsonString(), $"Bearer {Connector.Token(ConnectorClaims())}");

    private JsonObject ConnectorClaims() =>
        new()
        {
            ["iss"] = "https://api.botframework.com",
            ["aud"] = AppId,
            ["serviceurl"] = ServiceUrl,
        };

    public async Task<HttpResponseMessage> PostAsync(string body, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot!, "/api/messages"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        return await http.SendAsync(request, ended.Token);
    }

    public override async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        http.Dispose();
        Connector.Dispose();
        Entra.Dispose();
        ended.Dispose();
        await server.DisposeAsync();
    }

    private string NextId()
    {
        lock (gate)
            return (lastId = Math.Max(lastId + 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())).ToString(
                CultureInfo.InvariantCulture
            );
    }

    private (int, JsonObject) Post(string conversation, JsonObject content)
    {
        var info = content["entities"]?.AsArray().FirstOrDefault(entity => (string?)entity?["type"] == "streaminfo");
        if (info is not null && conversation != Personal)
            return (403, Error("ContentStreamNotAllowed"));
        if (info is null && (string?)content["type"] == "typing")
            return (201, []);
        if ((string?)info?["streamId"] is { } stream)
        {
            if (!Messages.ContainsKey(stream))
                return (403, Error("ContentStreamNotAllowed"));
            Note(stream, conversation, content);
            return (202, []);
        }
        var id = NextId();
        Note(id, conversation, content);
        return (201, new() { ["id"] = id });
    }

    private async Task CarryOutAsync(
        string method,
        string conversation,
        HttpContext context,
        Func<JsonObject, (int Status, JsonObject Body)> carryOut
    )
    {
        var content = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var fault = Fault(method);
        if (fault is FakeFault.Down)
        {
            NoteCall(method, conversation, "down");
            context.Abort();
            return;
        }
        var (status, body) = fault switch
        {
            FakeFault.Limited => (429, Error("Throttled")),
            FakeFault.Failed => (502, Error("BadGateway")),
            _ when Dislikes(content) => (400, Error("BadSyntax")),
            _ => carryOut(content),
        };
        if (fault == FakeFault.DoneButFailed)
            (status, body) = (504, Error("GatewayTimeout"));
        NoteCall(method, conversation, status >= 400 ? (string?)body["error"]!["code"] : null);
        if (fault == FakeFault.LostAnswer)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        if (status == 429)
            context.Response.Headers.RetryAfter = "1";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.Count == 0 ? "" : body.ToJsonString());
    }

    private void NoteCall(string method, string conversation, string? error)
    {
        Calls.Enqueue(new(method, conversation, TimeProvider.System.GetUtcNow(), error));
        Changed.Note();
    }

    private static JsonObject Error(string code) =>
        new()
        {
            ["error"] = new JsonObject { ["code"] = code, ["message"] = $"{code}." },
        };
}
