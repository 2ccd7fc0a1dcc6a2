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
/// The Bot Connector's REST API: at the pace that Teams allows a bot in one conversation and in one tenant, Retry-After
/// kept to.
/// </summary>
internal sealed partial class TeamsApi(
    TeamsOptions options,
    TeamsTokens tokens,
    TimeProvider time,
    ILogger<TeamsApi> logger
) : IDisposable
{
    /// <summary>
    /// Teams takes 7 messages of a bot in one second, and 60 in 30 seconds, in one conversation; and 30 a second in one
    /// tenant.
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

    /// <summary>Whether Teams answers.</summary>
    public CallHealth Health { get; } = new(time);

    private readonly CallRateLimiter<string> conversations = new(
        "Teams",
        _ => ConversationEvery,
        ConversationBurst,
        time
    );
    private readonly CallRateLimiter<string> tenant = new("Teams", _ => TenantEvery, TenantBurst, time);

    /// <summary>JSON as it is sent: other letters than ASCII count once, not six times.</summary>
    public static string Serialize(JsonNode node) => node.ToJsonString(Sent);

    /// <summary>Posts an activity, once.</summary>
    /// <returns>Its id, or null where the answer names none.</returns>
    /// <exception cref="ChatDoubtException">It may have been posted, or not.</exception>
    /// <exception cref="ChatRefusedException">Teams will not take it.</exception>
    /// <exception cref="ChatUnavailableException">It was not posted: Teams cannot be reached, or does not take more
    /// now.</exception>
    public async Task<string?> PostAsync(
        Uri service,
        string conversation,
        JsonObject activity,
        CancellationToken cancellationToken,
        bool hasTurn = false
    ) =>
        Id(
            await CallAsync(
                HttpMethod.Post,
                service,
                conversation,
                $"/{Uri.EscapeDataString(conversation)}/activities",
                activity,
                hasTurn,
                cancellationToken
            ),
            "id"
        );

    /// <summary>Changes an activity of ours; doing so twice changes nothing.</summary>
    /// <exception cref="ChatRefusedException">Teams will not take it.</exception>
    /// <exception cref="ChatUnavailableException">Teams does not answer, or does not take more now.</exception>
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
                    HttpMethod.Put,
                    service,
                    conversation,
                    $"/{Uri.EscapeDataString(conversation)}/activities/{Uri.EscapeDataString(id)}",
                    activity,
                    false,
                    cancellationToken
                ),
            time,
            cancellationToken
        );

    /// <summary>Starts a thread in a channel with an activity, once.</summary>
    /// <returns>The id of its first message.</returns>
    /// <exception cref="ChatDoubtException">It may have been started, or not.</exception>
    /// <exception cref="ChatRefusedException">Teams will not take it.</exception>
    /// <exception cref="ChatUnavailableException">It was not started: Teams cannot be reached, or does not take more
    /// now.</exception>
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
        var answer = await CallAsync(HttpMethod.Post, service, channel, "", arguments, false, cancellationToken);
        if (Id(answer, "activityId") is { } message)
            return message;
        // The conversation's id has it as well: 19:…@thread.tacv2;messageid=…
        return Id(answer, "id")?.Split(";messageid=") is [_, var root]
            ? root
            : throw new ChatRefusedException("no_id", "Teams names no id of the thread that it started.");
    }

    /// <summary>
    /// Takes the turns for a call now, where they are free: in a storm what only shows progress leaves the tenant's
    /// share to answers.
    /// </summary>
    public bool TryBegin(string conversation) => tenant.TryBegin("") && conversations.TryBegin(conversation);

    /// <summary>
    /// Reads a file that a person attached in private: its address is good for a while for whoever has it, and our
    /// token is not sent there.
    /// </summary>
    public async Task<string> ReadAsync(Uri file, int most, CancellationToken cancellationToken)
    {
        if (file.Scheme != "https" || !file.Host.EndsWith(".sharepoint.com", StringComparison.OrdinalIgnoreCase))
            throw new ChatRefusedException("foreign_file", "The file is not kept by Teams.");
        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        return await http.ReadAsync(request, most, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        conversations.Dispose();
        tenant.Dispose();
    }

    private async Task<JsonElement> CallAsync(
        HttpMethod method,
        Uri service,
        string conversation,
        string path,
        JsonObject arguments,
        bool hasTurn,
        CancellationToken cancellationToken
    )
    {
        // The token goes along: what is not the Connector's gets nothing, whatever was stored or sent.
        if (!options.IsConnector(service))
            throw new ChatRefusedException(
                "foreign_service",
                $"{service.Host} is not among the hosts of the Bot Connector."
            );
        var address = new Uri($"{service.AbsoluteUri.TrimEnd('/')}/v3/conversations{path}");
        for (var isRefused = false; ;)
        {
            await conversations.WaitAsync(conversation, hasTurn, cancellationToken);
            await tenant.WaitAsync("", hasTurn, cancellationToken);
            hasTurn = false;
            using var request = new HttpRequestMessage(method, address)
            {
                Content = new StringContent(Serialize(arguments), Encoding.UTF8, "application/json"),
            };
            if (await tokens.GetAsync(isRefused, cancellationToken) is { } token)
                request.Headers.Authorization = new("Bearer", token);
            var (answer, body) = await Health.WatchAsync(() => SendAsync(request, cancellationToken));
            if (answer.IsSuccess)
                return body;
            if (answer.Pause is not null || answer.Status == HttpStatusCode.PreconditionFailed)
            {
                var pause = answer.Pause ?? BusyPause;
                LogLimited(conversation, pause);
                Telemetry.CountLimited(TeamsEvents.Platform, method.Method);
                conversations.Pause(conversation, pause);
                continue;
            }
            if (answer.Status == HttpStatusCode.Unauthorized && !isRefused)
            {
                isRefused = true;
                continue;
            }
            var error = ChatJson.Below(body, "error");
            var code = ChatJson.Text(error, "code") is { Length: > 0 } named ? named : answer.Status.ToString();
            // With a wrong secret set right, or the app installed again, it is taken.
            if (answer.Status == HttpStatusCode.Unauthorized)
                throw new ChatUnavailableException($"Teams does not accept our token ({code}).");
            throw new ChatRefusedException(
                answer.Status switch
                {
                    HttpStatusCode.NotFound => NotFound,
                    HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge => Malformed,
                    _ => code,
                },
                $"Teams refuses {method} ({(int)answer.Status} {code}): {ChatText.Cut(ChatJson.Text(error, "message"), 300)}"
            );
        }
    }

    /// <summary>The error of a call about what is not there, or no longer.</summary>
    public const string NotFound = "not_found";

    /// <summary>The error of a call whose form Teams does not like.</summary>
    public const string Malformed = "malformed";

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
            // A refusal is one in whatever words; a success in words that Teams does not speak may be anybody's.
            return answer.IsSuccess
                ? throw new ChatDoubtException("Teams' answer cannot be read.", e)
                : (answer, default);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Teams takes no more in {Conversation} for {Pause}")]
    private partial void LogLimited(string conversation, TimeSpan pause);
}
