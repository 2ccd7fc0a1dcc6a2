using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using MetaKube.ChatOps.Conversations;
using Microsoft.Extensions.Logging;

namespace MetaKube.ChatOps.Slack;

/// <summary>
/// Slack's Web API: one queue for each method (for posting, each channel) at the pace that Slack allows, Retry-After kept to, and failures told apart by whether the call may have
/// been carried out.
/// </summary>
internal sealed partial class SlackApi(SlackOptions options, TimeProvider time, ILogger<SlackApi> logger) : IDisposable
{
    /// <summary>Calls that may follow each other at once before the pace holds.</summary>
    private const int Burst = 5;

    private const int Tries = 3;

    /// <summary>A longer pause than this is not waited for here: the work is put aside.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10), FirstRetry = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromSeconds(15);

    private static readonly HashSet<string> Transient = ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"];

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { BaseAddress = Based(options.ApiUrl), Timeout = Timeout };

    private readonly ConcurrentDictionary<(SlackMethod, string), DateTimeOffset> pauses = new();

    private readonly PartitionedRateLimiter<(SlackMethod Method, string Channel)> pace = PartitionedRateLimiter.Create<(SlackMethod Method, string Channel), (SlackMethod, string)>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, one => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 / one.Item1.PerMinute),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }));

    /// <summary>Calls a method; where that may safely happen twice, a failure that may pass is tried again.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="hasTurn">Its turn was taken before, by <see cref="TryBegin"/>.</param>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">Slack does not answer, or does not take more now.</exception>
    public async Task<JsonElement> CallAsync(SlackMethod method, JsonObject arguments, CancellationToken cancellationToken, bool hasTurn = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnceAsync(method, arguments, cancellationToken, hasTurn && attempt == 1);
            }
            catch (SlackDoubtException e) when (attempt == Tries)
            {
                throw new ChatUnavailableException($"{method}: {e.Message}", inner: e);
            }
            catch (SlackDoubtException)
            {
                await Task.Delay(FirstRetry * attempt * attempt, time, cancellationToken);
            }
        }
    }

    /// <summary>Calls a method that must not happen twice.</summary>
    /// <exception cref="SlackDoubtException">It may have been carried out, or not.</exception>
    /// <exception cref="ChatRefusedException">Slack answered with an error.</exception>
    /// <exception cref="ChatUnavailableException">It was not carried out: Slack cannot be reached, or does not take more now.</exception>
    public async Task<JsonElement> CallOnceAsync(SlackMethod method, JsonObject arguments, CancellationToken cancellationToken, bool hasTurn = false)
    {
        var key = (method, method == SlackMethod.PostMessage ? (string?)arguments["channel"] ?? "" : "");
        while (true)
        {
            if (!hasTurn) (await pace.AcquireAsync(key, 1, cancellationToken)).Dispose();
            hasTurn = false;
            await WaitAsync(key, cancellationToken);
            var (answer, pause) = await SendAsync(method, arguments, cancellationToken);
            if (pause is null) return answer;
            LogLimited(method.Name, pause.Value);
            pauses[key] = time.GetUtcNow() + pause.Value;
        }
    }

    /// <summary>Takes the turn for a call now, where one is free: what only shows progress is left out where it would have to wait, and what it begins it must be able to end.</summary>
    public bool TryBegin(SlackMethod method, string channel = "")
    {
        using var turn = pace.AttemptAcquire((method, channel));
        return turn.IsAcquired;
    }

    /// <summary>Reads a file of Slack's, and of nobody else: the token goes along.</summary>
    public async Task<string> ReadAsync(Uri file, int most, CancellationToken cancellationToken)
    {
        if (!IsOurs(file)) throw new ChatRefusedException("foreign_file", "The file is not kept by Slack.");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.Authorization = new("Bearer", options.BotToken);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            // Without the scope files:read Slack answers with a page to sign in on.
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType == "text/html") throw new ChatRefusedException("file_not_readable", $"The file cannot be read ({(int)response.StatusCode}).");
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            var text = new char[most];
            return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new ChatUnavailableException("The file cannot be fetched.", inner: e);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
    }

    private static Uri Based(Uri api) => api.AbsoluteUri.EndsWith('/') ? api : new Uri(api.AbsoluteUri + "/");

    private bool IsOurs(Uri file) => options.ApiUrl == SlackOptions.Slack
        ? file.Scheme == "https" && (file.Host == "slack.com" || file.Host.EndsWith(".slack.com", StringComparison.Ordinal))
        : file.Scheme == options.ApiUrl.Scheme && file.Authority == options.ApiUrl.Authority;

    private async Task WaitAsync((SlackMethod Method, string Channel) key, CancellationToken cancellationToken)
    {
        while (pauses.TryGetValue(key, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            if (left > LongestPause) throw new ChatUnavailableException($"Slack takes no more {key.Method} for {left.TotalSeconds:0} s.", left);
            await Task.Delay(left, time, cancellationToken);
        }
    }

    /// <summary>One request. Either its answer, or for how long Slack takes no more.</summary>
    private async Task<(JsonElement Answer, TimeSpan? Pause)> SendAsync(SlackMethod method, JsonObject arguments, CancellationToken cancellationToken)
    {
        using var request = Request(method, arguments);
        HttpResponseMessage response;
        string body;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
            body = await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            throw new ChatUnavailableException("Slack cannot be reached.", inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SlackDoubtException("Slack did not answer.", e);
        }
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.TooManyRequests) return (default, PauseOf(response));
            if ((int)response.StatusCode >= 500) throw new SlackDoubtException($"Slack answered {(int)response.StatusCode}.");
            JsonElement answer;
            try
            {
                answer = JsonElement.Parse(body);
            }
            catch (JsonException e)
            {
                throw new SlackDoubtException("Slack's answer cannot be read.", e);
            }
            if (answer.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True) return (answer, null);
            var error = answer.TryGetProperty("error", out var code) && code.ValueKind == JsonValueKind.String ? code.GetString()! : "no_answer";
            if (error is "ratelimited" or "rate_limited") return (default, PauseOf(response));
            if (Transient.Contains(error)) throw new SlackDoubtException($"Slack answered {error}.");
            throw new ChatRefusedException(error, $"Slack refuses {method}: {error}{Why(answer)}");
        }
    }

    private HttpRequestMessage Request(SlackMethod method, JsonObject arguments)
    {
        var request = method.IsQuery
            ? new HttpRequestMessage(HttpMethod.Get, $"{method.Name}?{string.Join('&', arguments.Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!.ToString())}"))}")
            : new HttpRequestMessage(HttpMethod.Post, method.Name) { Content = new StringContent(arguments.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", method == SlackMethod.OpenConnection ? options.AppToken : options.BotToken);
        return request;
    }

    private static TimeSpan PauseOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);

    private static string Why(JsonElement answer)
    {
        if (answer.TryGetProperty("needed", out var needed)) return $" (the app needs the scope {needed})";
        return answer.TryGetProperty("response_metadata", out var more) && more.ValueKind == JsonValueKind.Object && more.TryGetProperty("messages", out var messages)
            ? string.Create(CultureInfo.InvariantCulture, $" ({messages})") : "";
    }

    [LoggerMessage(LogLevel.Warning, "Slack takes no more {Method} for {Pause}")]
    private partial void LogLimited(string method, TimeSpan pause);
}

/// <summary>Slack may have carried out what was asked, or not.</summary>
internal sealed class SlackDoubtException(string message, Exception? inner = null) : Exception(message, inner);
