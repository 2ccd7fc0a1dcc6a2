using System;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Chat;
using MetaKube.ChatOps.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// A client of Slack's Web API. It rate-limits each method (chat.postMessage: each channel), honours Retry-After, and
/// distinguishes failures by whether Slack may have executed the call.
/// </summary>
internal sealed partial class SlackApi(SlackOptions options, TimeProvider time, ILogger<SlackApi> logger) : IDisposable
{
    /// <summary>The number of calls in a burst before the rate limit applies.</summary>
    private const int Burst = 5;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15),
        LimitedPause = TimeSpan.FromSeconds(1);

    private static readonly HashSet<string> Transient =
    [
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    ];

    private readonly HttpClient http = new(
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }
    )
    {
        BaseAddress = Based(options.ApiUrl),
        Timeout = Timeout,
    };

    /// <summary>The outcome of the last call.</summary>
    public CallHealth Health { get; } = new(time);

    private readonly CallRateLimiter<(SlackMethod Method, string Channel)> limiter = new(
        "Slack",
        key => TimeSpan.FromMinutes(1.0 / key.Method.PerMinute),
        Burst,
        time
    );

    /// <summary>Calls an idempotent method and retries transient failures.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">The method's arguments.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="hasTurn">True when <see cref="TryBegin"/> has already taken a token of the rate limiter.</param>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Slack does not answer, or rate-limits the call.</exception>
    public Task<JsonElement> CallAsync(
        SlackMethod method,
        JsonObject arguments,
        CancellationToken cancellationToken,
        bool hasTurn = false
    ) =>
        ChatCalls.RepeatAsync(
            attempt => CallOnceAsync(method, arguments, cancellationToken, hasTurn && attempt == 1),
            time,
            cancellationToken
        );

    /// <summary>Calls a method that is not idempotent, without retries.</summary>
    /// <exception cref="ChatDoubtException">Slack may or may not have executed the call.</exception>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Slack did not execute the call: it cannot be reached, or rate-limits
    /// the call.</exception>
    public async Task<JsonElement> CallOnceAsync(
        SlackMethod method,
        JsonObject arguments,
        CancellationToken cancellationToken,
        bool hasTurn = false
    )
    {
        var key = (method, method == SlackMethod.PostMessage ? (string?)arguments["channel"] ?? "" : "");
        while (true)
        {
            await limiter.WaitAsync(key, hasTurn, cancellationToken);
            hasTurn = false;
            var (answer, pause) = await Health.WatchAsync(() => SendAsync(method, arguments, cancellationToken));
            if (pause is null)
                return answer;
            LogLimited(method.Name, pause.Value);
            Telemetry.CountLimited(SlackEvents.Platform, method.Name);
            limiter.Pause(key, pause.Value);
        }
    }

    /// <summary>
    /// Takes a token of the rate limiter if one is free. Progress messages use it: they are skipped where they would
    /// have to wait.
    /// </summary>
    public bool TryBegin(SlackMethod method, string channel = "") => limiter.TryBegin((method, channel));

    /// <summary>Downloads a file from Slack. Other hosts are refused, since the request carries the token.</summary>
    public async Task<byte[]> ReadAsync(Uri file, int most, CancellationToken cancellationToken)
    {
        if (!IsSlack(file))
            throw new ChatRefusedException("foreign_file", "The file is not stored at Slack.");
        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        request.Headers.Authorization = new("Bearer", options.BotToken);
        return await http.ReadAsync(request, most, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        limiter.Dispose();
    }

    private static Uri Based(Uri api) => api.AbsoluteUri.EndsWith('/') ? api : new Uri(api.AbsoluteUri + "/");

    private bool IsSlack(Uri file) =>
        options.ApiUrl == SlackOptions.Slack
            ? file.Scheme == "https"
                && (file.Host == "slack.com" || file.Host.EndsWith(".slack.com", StringComparison.Ordinal))
            : file.Scheme == options.ApiUrl.Scheme && file.Authority == options.ApiUrl.Authority;

    /// <summary>Sends one request. Returns the answer, or the pause that Slack's rate limit asks for.</summary>
    private async Task<(JsonElement Answer, TimeSpan? Pause)> SendAsync(
        SlackMethod method,
        JsonObject arguments,
        CancellationToken cancellationToken
    )
    {
        using var request = Request(method, arguments);
        var response = await http.SendAsync("Slack", request, cancellationToken);
        if (response.Pause is not null)
            return (default, response.Pause);
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(response.Body);
        }
        catch (JsonException e)
        {
            throw new ChatDoubtException("Slack's answer cannot be read.", e);
        }
        if (answer.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True)
            return (answer, null);
        var error =
            answer.TryGetProperty("error", out var code) && code.ValueKind == JsonValueKind.String
                ? code.GetString()!
                : "no_answer";
        if (error is "ratelimited" or "rate_limited")
            return (default, LimitedPause);
        if (Transient.Contains(error))
            throw new ChatDoubtException($"Slack answered {error}.");
        throw new ChatRefusedException(error, $"Slack refuses {method}: {error}{Detail(answer)}");
    }

    private HttpRequestMessage Request(SlackMethod method, JsonObject arguments)
    {
        var request = method.IsQuery
            ? new HttpRequestMessage(HttpMethod.Get, $"{method.Name}?{Query(arguments)}")
            : new HttpRequestMessage(HttpMethod.Post, method.Name)
            {
                Content = new StringContent(arguments.ToJsonString(), Encoding.UTF8, "application/json"),
            };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            method == SlackMethod.OpenConnection ? options.AppToken : options.BotToken
        );
        return request;
    }

    private static string Query(JsonObject arguments) =>
        string.Join(
            '&',
            arguments.Select(argument => $"{argument.Key}={Uri.EscapeDataString(argument.Value!.ToString())}")
        );

    /// <summary>The missing scope, or the messages about wrong arguments, in parentheses.</summary>
    private static string Detail(JsonElement answer)
    {
        if (answer.TryGetProperty("needed", out var needed))
            return $" (the app needs the scope {needed})";
        return
            answer.TryGetProperty("response_metadata", out var more)
            && more.ValueKind == JsonValueKind.Object
            && more.TryGetProperty("messages", out var messages)
            ? string.Create(CultureInfo.InvariantCulture, $" ({messages})")
            : "";
    }

    [LoggerMessage(LogLevel.Warning, "Slack rate-limits {Method} for {Pause}")]
    private partial void LogLimited(string method, TimeSpan pause);
}
