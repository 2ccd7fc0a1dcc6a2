using System.Net;

namespace MetaKube.Chat;

/// <summary>
/// Requests to a chat platform. Failures are told apart by whether the platform may have executed the call.
/// The standard resilience handler of HTTP cannot do that: it would repeat a POST whose answer was lost, and post a
/// message twice.
/// </summary>
public static class ChatCalls
{
    private const int MostAttempts = 3;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(300),
        DefaultPause = TimeSpan.FromSeconds(1);

    /// <summary>A platform's answer.</summary>
    /// <param name="Status">Its status, below 500.</param>
    /// <param name="Body">Its body.</param>
    /// <param name="Pause">The pause that it asks for (Retry-After), or null.</param>
    public sealed record Answer(HttpStatusCode Status, string Body, TimeSpan? Pause)
    {
        public bool IsSuccess => (int)Status is >= 200 and < 300;
    }

    /// <summary>Sends one request, once.</summary>
    /// <exception cref="ChatUnavailableException">Not executed: the platform cannot be reached.</exception>
    /// <exception cref="ChatDoubtException">The platform may or may not have executed it.</exception>
    public static async Task<Answer> SendAsync(
        this HttpClient http,
        string platform,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if ((int)response.StatusCode >= 500)
                throw new ChatDoubtException($"{platform} answered {(int)response.StatusCode}.");
            return new(
                response.StatusCode,
                body,
                response.StatusCode == HttpStatusCode.TooManyRequests
                    ? response.Headers.RetryAfter?.Delta ?? DefaultPause
                    : null
            );
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                        or HttpRequestError.ProxyTunnelError
            )
        {
            throw new ChatUnavailableException($"{platform} cannot be reached.", inner: e);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            throw new ChatDoubtException($"{platform} did not answer.", e);
        }
    }

    /// <summary>Makes an idempotent call, and retries it while it is in doubt whether it was executed.</summary>
    /// <param name="call">The call; its argument is the number of the attempt, from 1.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">No attempt was answered.</exception>
    public static async Task<T> RepeatAsync<T>(
        Func<int, Task<T>> call,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(attempt);
            }
            catch (ChatDoubtException e) when (attempt == MostAttempts)
            {
                throw new ChatUnavailableException(e.Message, inner: e);
            }
            catch (ChatDoubtException)
            {
                await Task.Delay(FirstRetry * attempt * attempt, time, cancellationToken);
            }
        }
    }

    /// <summary>Downloads the text of a file from a platform.</summary>
    /// <param name="http">The client.</param>
    /// <param name="request">The request for the file.</param>
    /// <param name="most">The most characters to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatRefusedException">It cannot be read.</exception>
    /// <exception cref="ChatUnavailableException">It cannot be fetched now.</exception>
    public static async Task<byte[]> ReadAsync(
        this HttpClient http,
        HttpRequestMessage request,
        int most,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            // Without the right to read it the platform answers with a sign-in page.
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType == "text/html")
                throw new ChatRefusedException(
                    "file_not_readable",
                    $"The file cannot be read ({(int)response.StatusCode})."
                );
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while (content.Length < most && (read = await body.ReadAsync(buffer, cancellationToken)) > 0)
                content.Write(buffer, 0, (int)Math.Min(read, most - content.Length));
            return content.ToArray();
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || e is TaskCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            throw new ChatUnavailableException("The file cannot be fetched.", inner: e);
        }
    }
}
