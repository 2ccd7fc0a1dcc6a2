using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using OpenAI;
using Polly;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>HTTP clients for a model's server.</summary>
internal static class ModelHttp
{
    /// <summary>The base address of the API, "…/v1/", from the server's address with or without /v1.</summary>
    public static Uri ApiOf(Uri address)
    {
        var text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new($"{(text.EndsWith("/v1", StringComparison.Ordinal) ? text : $"{text}/v1")}/");
    }

    /// <summary>
    /// A client with retries and a circuit breaker. It has no timeout of its own: the caller's token ends the call.
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
        // Prompts hold evidence, which goes to the configured address only: no redirect, no proxy of the environment.
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

    /// <summary>OpenAI's API over a client that already retries.</summary>
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
