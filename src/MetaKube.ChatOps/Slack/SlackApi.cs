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
/// Slack's Web API: one queue for each method (for posting, each channel) at the pace that Slack allows, Retry-After
/// kept to, and failures told apart by whether the call may have
/// been carried out.
/// </summary>
internal sealed partial class SlackApi(SlackOptions options, TimeProvider time, ILogger<SlackApi> logger) : IDisposable
{
    /// <summary>Calls that may follow each other at once before the pace holds.</summary>
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

    /// <summary>Whether Slack answers.</summary>
    public CallHealth Health { get; } = new(time);

    private readonly CallRateLimiter<(SlackMethod Method, string Channel)> pace = new(
        "Slack",
        key => TimeSpan.FromMinutes(1.0 / key.Method.PerMinute),
        Burst,
        time
    );

    /// <summary>Calls a method; where that may safely happen twice, a failure that may pass is tried again.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="hasTurn">Its turn was taken before, by <see cref="TryBegin"/>.</param>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Slack does not answer, or does not take more now.</exception>
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

    /// <summary>Calls a method that must not happen twice.</summary>
    /// <exception cref="ChatDoubtException">It may have been carried out, or not.</exception>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">It was not carried out: Slack cannot be reached, or does not take
    /// more now.</exception>
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
            await pace.WaitAsync(key, hasTurn, cancellationToken);
            hasTurn = false;
            var (answer, pause) = await Health.WatchAsync(() => SendAsync(method, arguments, cancellationToken));
            if (pause is null)
                return answer;
            LogLimited(method.Name, pause.Value);
            Telemetry.CountLimited(SlackEvents.Platform, method.Name);
            pace.Pause(key, pause.Value);
        }
    }

    /// <summary>
    /// Takes the turn for a call now, where one is free: what only shows progress is left out where it would have to
    /// wait, and what it begins it must be able to end.
    /// </summary>
    public bool TryBegin(SlackMethod method, string channel = "") => pace.TryBegin((method, channel));

    /// <summary>Reads a file of Slack's, and of nobody else: the token goes along.</summary>
    public async Task<string> ReadAsync(Uri file, int most, CancellationToken cancellationToken)
    {
        if (!IsOurs(file))
            throw new ChatRefusedException("foreign_file", "The file is not kept by Slack.");
        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        request.Headers.Authorization = new("Bearer", options.BotToken);
        return await http.ReadAsync(request, most, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
    }

    private static Uri Based(Uri api) => api.AbsoluteUri.EndsWith('/') ? api : new Uri(api.AbsoluteUri + "/");

    private bool IsOurs(Uri file) =>
        options.ApiUrl == SlackOptions.Slack
            ? file.Scheme == "https"
                && (file.Host == "slack.com" || file.Host.EndsWith(".slack.com", StringComparison.Ordinal))
            : file.Scheme == options.ApiUrl.Scheme && file.Authority == options.ApiUrl.Authority;

    /// <summary>One request. Either its answer, or for how long Slack takes no more.</summary>
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
        throw new ChatRefusedException(error, $"Slack refuses {method}: {error}{Why(answer)}");
    }

    private HttpRequestMessage Request(SlackMethod method, JsonObject arguments)
    {
        var request = method.IsQuery
            ? new HttpRequestMessage(
                HttpMethod.Get,
                $"{method.Name}?{string.Join('&', arguments.Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!.ToString())}"))}"
            )
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

    private static string Why(JsonElement answer)
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

    [LoggerMessage(LogLevel.Warning, "Slack takes no more {Method} for {Pause}")]
    private partial void LogLimited(string method, TimeSpan pause);
}
