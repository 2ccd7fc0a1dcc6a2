using System.ClientModel;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MetaKube.Model;
using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace MetaKube.ChatOps.KubeLlm;

/// <summary>
/// Translates exceptions of the libraries below into <see cref="ModelUnavailableException"/> with one sentence about
/// the model's server. The sentence never quotes the server's answer, which is untrusted.
/// </summary>
internal sealed class ServerFaults(IChatClient inner, Uri endpoint) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception e) when (Translate(e, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync())
                    yield break;
            }
            catch (Exception e) when (Translate(e, cancellationToken) is { } known)
            {
                throw known;
            }
            yield return updates.Current;
        }
    }

    private ModelUnavailableException? Translate(Exception e, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? null : Translate(e, endpoint);

    /// <summary>Translates an exception of a direct request to the server.</summary>
    public static ModelUnavailableException Translate(Exception e, Uri endpoint)
    {
        var server = $"the model's server at {endpoint.Authority}";
        return e as ModelUnavailableException
            ?? new(
                e switch
                {
                    ClientResultException { Status: 0, InnerException: { } cause } => Translate(
                        cause,
                        endpoint
                    ).Message,
                    ClientResultException { Status: var status } => Answered(server, status),
                    HttpRequestException { StatusCode: { } status } => Answered(server, (int)status),
                    BrokenCircuitException => $"{server} failed repeatedly; no request is sent to it for a few seconds",
                    HttpRequestException
                    {
                        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    } => $"{server} cannot be reached",
                    HttpIOException or HttpRequestException or IOException => $"the answer of {server} broke off",
                    OperationCanceledException or TimeoutException => $"{server} does not answer in time",
                    AggregateException { InnerException: { } first } => Translate(first, endpoint).Message,
                    JsonException
                    or FormatException
                    or InvalidOperationException
                    or KeyNotFoundException
                    or ArgumentException => $"the answer of {server} is not OpenAI-compatible",
                    _ => $"{server} failed ({e.GetType().Name})",
                },
                e
            );
    }

    private static string Answered(string server, int status) =>
        (HttpStatusCode)status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"{server} does not accept KubeLlm:ApiKey (HTTP {status})",
            HttpStatusCode.NotFound =>
                $"{server} has no such model or address (HTTP 404): check KubeLlm:Endpoint and KubeLlm:Model",
            HttpStatusCode.ServiceUnavailable => $"{server} is overloaded or still loading its model (HTTP 503)",
            0 => $"the answer of {server} broke off",
            _ => $"{server} answered HTTP {status}",
        };
}
