using System;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Teams;

/// <summary>
/// A client of the Bot Connector's REST API. It keeps Teams' rate limits for a bot, per conversation and per tenant,
/// and honours Retry-After.
/// </summary>
internal sealed partial class TeamsApi(
    TeamsOptions options,
    TeamsTokens tokens,
    TimeProvider time,
    ILogger<TeamsApi> logger
) : IDisposable
{
    /// <summary>
    /// Teams' limits for a bot: in one conversation 7 messages a second and 60 in 30 seconds, in one tenant 30 a
    /// second.
    /// </summary>
    private const int ConversationBurst = 5,
        TenantBurst = 20;

    private static readonly TimeSpan ConversationEvery = TimeSpan.FromMilliseconds(550),
        TenantEvery = TimeSpan.FromMilliseconds(35),
        Timeout = TimeSpan.FromSeconds(15),
        BusyPause = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Sent = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly HttpClient http = new(
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }
    )
    {
        Timeout = Timeout,
    };

    /// <summary>The outcome of the last call.</summary>
    public CallHealth Health { get; } = new(time);

    private readonly CallRateLimiter<string> conversations = new(
        "Teams",
        _ => ConversationEvery,
        ConversationBurst,
        time
    );
    private readonly CallRateLimiter<string> tenant = new("Teams", _ => TenantEvery, TenantBurst, time);

    /// <summary>Serializes as for a request. Letters outside ASCII are not escaped: an escape takes six bytes of Teams'
    /// limit of a message's size.</summary>
    public static string Serialize(JsonNode node) => node.ToJsonString(Sent);

    /// <summary>Posts an activity, without retries.</summary>
    /// <returns>The activity's id, or null where the answer names none.</returns>
    /// <exception cref="ChatDoubtException">Teams may or may not have posted it.</exception>
    /// <exception cref="ChatRefusedException">Teams answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Teams did not post it: it cannot be reached, or rate-limits the
    /// call.</exception>
    public async Task<string?> PostAsync(
        Uri service,
        string conversation,
        JsonObject activity,
        CancellationToken cancellationToken,
        bool hasTurn = false
    ) =>
        Id(
            await CallAsync(
                new(HttpMethod.Post, service, conversation, $"/{Uri.EscapeDataString(conversation)}/activities"),
                activity,
                hasTurn,
                cancellationToken
            ),
            "id"
        );

    /// <summary>Changes an activity of the bot. The call is idempotent and is retried.</summary>
    /// <exception cref="ChatRefusedException">Teams answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Teams does not answer, or rate-limits the call.</exception>
    public Task UpdateAsync(
        Uri service,
        string conversation,
        string id,
        JsonObject activity,
        CancellationToken cancellationToken
    ) =>
        ChatCalls.RepeatAsync(
            _ =>
                CallAsync(
                    new(
                        HttpMethod.Put,
                        service,
                        conversation,
                        $"/{Uri.EscapeDataString(conversation)}/activities/{Uri.EscapeDataString(id)}"
                    ),
                    activity,
                    false,
                    cancellationToken
                ),
            time,
            cancellationToken
        );

    /// <summary>Starts a thread in a channel with an activity, without retries.</summary>
    /// <returns>The id of the thread's first message.</returns>
    /// <exception cref="ChatDoubtException">Teams may or may not have started it.</exception>
    /// <exception cref="ChatRefusedException">Teams answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Teams did not start it: it cannot be reached, or rate-limits the
    /// call.</exception>
    public async Task<string> StartAsync(
        Uri service,
        string channel,
        string tenantId,
        JsonObject activity,
        CancellationToken cancellationToken
    )
    {
        var arguments = new JsonObject
        {
            ["isGroup"] = true,
            ["channelData"] = new JsonObject
            {
                ["channel"] = new JsonObject { ["id"] = channel },
                ["tenant"] = new JsonObject { ["id"] = tenantId },
            },
            ["activity"] = activity,
        };
        var answer = await CallAsync(new(HttpMethod.Post, service, channel, ""), arguments, false, cancellationToken);
        if (Id(answer, "activityId") is { } message)
            return message;
        // The conversation's id contains the message's: 19:…@thread.tacv2;messageid=…
        return Id(answer, "id")?.Split(";messageid=") is [_, var root]
            ? root
            : throw new ChatRefusedException("no_id", "Teams gives no id of the thread that it started.");
    }

    /// <summary>
    /// Takes tokens of both rate limiters if they are free. Progress messages use it: under load they leave the
    /// tenant's limit to answers.
    /// </summary>
    public bool TryBegin(string conversation) => tenant.TryBegin("") && conversations.TryBegin(conversation);

    /// <summary>
    /// Downloads a file that a person attached in a personal chat. Its address is pre-authorized for a limited time, so
    /// that the request carries no token.
    /// </summary>
    public async Task<byte[]> ReadAsync(Uri file, int most, CancellationToken cancellationToken)
    {
        if (file.Scheme != "https" || !file.Host.EndsWith(".sharepoint.com", StringComparison.OrdinalIgnoreCase))
            throw new ChatRefusedException("foreign_file", "The file is not stored at Teams.");
        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        return await http.ReadAsync(request, most, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        conversations.Dispose();
        tenant.Dispose();
    }

    /// <summary>Makes a call, waits out rate limits, and repeats it once with a new token where the old one is
    /// refused.</summary>
    private async Task<JsonElement> CallAsync(
        Call call,
        JsonObject arguments,
        bool hasTurn,
        CancellationToken cancellationToken
    )
    {
        // Every request carries the token, so that an address that was stored or sent is checked once more.
        if (!options.IsConnector(call.Service))
            throw new ChatRefusedException(
                "foreign_service",
                $"{call.Service.Host} is not among the hosts of the Bot Connector."
            );
        for (var isRefused = false; ;)
        {
            await conversations.WaitAsync(call.Conversation, hasTurn, cancellationToken);
            await tenant.WaitAsync("", hasTurn, cancellationToken);
            hasTurn = false;
            using var request = new HttpRequestMessage(call.Method, call.Address)
            {
                Content = new StringContent(Serialize(arguments), Encoding.UTF8, "application/json"),
            };
            if (await tokens.GetAsync(isRefused, cancellationToken) is { } token)
                request.Headers.Authorization = new("Bearer", token);
            var (answer, body) = await Health.WatchAsync(() => SendAsync(request, cancellationToken));
            if (answer.IsSuccess)
                return body;
            if (answer.Pause is not null || answer.Status == HttpStatusCode.PreconditionFailed)
                Pause(call, answer.Pause ?? BusyPause);
            else if (answer.Status == HttpStatusCode.Unauthorized && !isRefused)
                isRefused = true;
            else
                throw Failure(call, answer, body);
        }
    }

    private void Pause(Call call, TimeSpan pause)
    {
        LogLimited(call.Conversation, pause);
        Telemetry.CountLimited(TeamsEvents.Platform, call.Method.Method);
        conversations.Pause(call.Conversation, pause);
    }

    private static Exception Failure(Call call, ChatCalls.Answer answer, JsonElement body)
    {
        var error = ChatJson.Below(body, "error");
        var code = ChatJson.Text(error, "code") is { Length: > 0 } named ? named : answer.Status.ToString();
        // A corrected secret or a new installation of the app makes the call succeed later.
        if (answer.Status == HttpStatusCode.Unauthorized)
            return new ChatUnavailableException($"Teams does not accept the bot's token ({code}).");
        var message = ChatText.Cut(ChatJson.Text(error, "message"), LongestMessage);
        return new ChatRefusedException(
            answer.Status switch
            {
                HttpStatusCode.NotFound => NotFound,
                HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge => Malformed,
                _ => code,
            },
            $"Teams refuses {call.Method} ({(int)answer.Status} {code}): {message}"
        );
    }

    /// <summary>A request of the REST API.</summary>
    /// <param name="Method">The HTTP method.</param>
    /// <param name="Service">The Connector's address for the conversation.</param>
    /// <param name="Conversation">The conversation's id, by which Teams rate-limits.</param>
    /// <param name="Path">The path below /v3/conversations.</param>
    private sealed record Call(HttpMethod Method, Uri Service, string Conversation, string Path)
    {
        public Uri Address => new($"{Service.AbsoluteUri.TrimEnd('/')}/v3/conversations{Path}");
    }

    /// <summary>The error of a call about a message or conversation that does not exist.</summary>
    public const string NotFound = "not_found";

    /// <summary>The error of a call whose body Teams rejects.</summary>
    public const string Malformed = "malformed";

    private const int LongestMessage = 300;

    private static string? Id(JsonElement answer, string name) =>
        ChatJson.Text(answer, name) is { Length: > 0 } id ? id : null;

    private async Task<(ChatCalls.Answer Answer, JsonElement Body)> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var answer = await http.SendAsync("Teams", request, cancellationToken);
        try
        {
            return (answer, answer.Body.Length == 0 ? default : JsonElement.Parse(answer.Body));
        }
        catch (JsonException e)
        {
            // A refusal needs no readable body. A success with one that is not JSON may come from a proxy.
            return answer.IsSuccess
                ? throw new ChatDoubtException("Teams' answer cannot be read.", e)
                : (answer, default);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Teams rate-limits {Conversation} for {Pause}")]
    private partial void LogLimited(string conversation, TimeSpan pause);
}
