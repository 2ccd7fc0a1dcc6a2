using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using OpenAI;
using Polly;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>The way to a model's server, for all that is asked of one.</summary>
internal static class ModelHttp
{
    /// <summary>The address of the API itself: people give the server's.</summary>
    public static Uri ApiOf(Uri address)
    {
        var text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new($"{(text.EndsWith("/v1", StringComparison.Ordinal) ? text : $"{text}/v1")}/");
    }

    /// <summary>
    /// Tries again, and leaves a server alone that keeps failing; how long it may take is the caller's budget.
    /// </summary>
    public static HttpClient Client(Uri api, string key, TimeProvider time)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = 3,
                    Delay = TimeSpan.FromMilliseconds(500),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                }
            )
            .AddCircuitBreaker(
                new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 8,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(5),
                }
            )
            .Build();
        // Evidence goes to the configured address and nowhere else: no redirect, no proxy of the environment.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        var client = new HttpClient(new ResilienceHandler(pipeline) { InnerHandler = handler })
        {
            BaseAddress = api,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>OpenAI's API over that client, which already tries again.</summary>
    public static OpenAIClient Api(HttpClient client, Uri api, string key) =>
        new(
            new ApiKeyCredential(key.Length > 0 ? key : "none"),
            new()
            {
                Endpoint = new(api.AbsoluteUri.TrimEnd('/')),
                Transport = new HttpClientPipelineTransport(client),
                RetryPolicy = new ClientRetryPolicy(0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,
            }
        );
}
