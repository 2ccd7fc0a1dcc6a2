using System.Net;
using System.Text.Json;
using k8s;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Sends the GET requests that evidence needs on the client's own connection, so that one reader serves every API
/// version.
/// </summary>
internal sealed class ClusterApi(Kubernetes client) : IDisposable
{
    private const int PageSize = 500,
        PageOfNames = 5000,
        MostAtOnce = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private const string TooSlow = "no answer in time";

    private const string Full = "application/json",
        NamesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>The kubelet's answers, with status 200, for an ended container whose log was removed.</summary>
    private static readonly string[] WithoutLog =
    [
        "unable to retrieve container logs for ",
        "failed to try resolving symlinks in path ",
    ];

    private readonly SemaphoreSlim slots = new(MostAtOnce);
    private int requests;

    /// <summary>Requests sent so far, those that failed included.</summary>
    public int Requests => requests;

    /// <summary>
    /// Lists a kind page by page. Where listing the whole cluster is forbidden, lists these namespaces.
    /// </summary>
    /// <param name="query">The kind, the namespace and the filters.</param>
    /// <param name="namespaces">The namespaces to list if the whole cluster is refused.</param>
    /// <param name="page">Takes each page, with its namespace or (null) the whole cluster's.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<ListResult> ListAsync(
        ListQuery query,
        IReadOnlyList<string> namespaces,
        Action<string?, JsonElement> page,
        CancellationToken cancellationToken
    )
    {
        string? why = null;
        var kind = query.Kind;
        foreach (var version in kind.GroupVersions)
        {
            try
            {
                var isWhole = await PagesAsync(query, query.Namespace, version, page, cancellationToken);
                return new(kind, [query.Namespace], isWhole, null);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                why = "this API server does not serve them";
            }
            catch (HttpRequestException e)
                when (e.StatusCode == HttpStatusCode.Forbidden
                    && kind.IsNamespaced
                    && query.Namespace is null
                    && namespaces.Count > 0
                )
            {
                return await ListInAsync(query, version, namespaces, page, cancellationToken);
            }
            catch (Exception e) when (IsRefusal(e, cancellationToken))
            {
                return new(kind, [], false, Why(e))
                {
                    IsUnreachable = e is not HttpRequestException { StatusCode: not null },
                };
            }
        }
        return new(kind, [], false, why);
    }

    /// <summary>Gets one JSON document; null where the server does not serve it or refuses.</summary>
    public async Task<JsonDocument?> GetAsync(string path, CancellationToken cancellationToken, string accept = Full)
    {
        try
        {
            using var response = await SendAsync(path, accept, cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (IsRefusal(e, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>
    /// Reads the last lines of a log. A missing log (no previous run, not started yet) is no gap; a refusal is one.
    /// </summary>
    public Task<LogRead> LogAsync(LogRef log, CancellationToken cancellationToken) =>
        LogAsync(log, LogScan.TailLines, LogScan.TailBytes, cancellationToken);

    /// <summary>Reads a log as a stream, further back than its tail.</summary>
    /// <param name="log">The log.</param>
    /// <param name="lines">The number of lines of the tail.</param>
    /// <param name="bytes">The number of bytes of the tail.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<LogRead> LogAsync(LogRef log, int lines, int bytes, CancellationToken cancellationToken)
    {
        var read = await LogAsync(log, LogScan.Lines, lines, bytes, cancellationToken);
        // The end of a log says most, and comes last.
        return read.Gap == TooSlow ? await LogAsync(log, lines, lines, bytes, cancellationToken) : read;
    }

    private async Task<LogRead> LogAsync(
        LogRef log,
        int farthest,
        int lines,
        int bytes,
        CancellationToken cancellationToken
    )
    {
        var path =
            $"api/v1/namespaces/{Part(log.Namespace)}/pods/{Part(log.Pod)}/log"
            + $"?container={Part(log.Container)}&tailLines={farthest}"
            + (log.Previous ? "&previous=true" : "");
        try
        {
            using var response = await SendAsync(path, "text/plain,application/json", cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Timeout);
            var read = await LogScan.ReadAsync(stream, lines, bytes, timeout.Token);
            return Array.Exists(WithoutLog, start => read.Text?.StartsWith(start, StringComparison.Ordinal) == true)
                ? new(null)
                : read;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            return new(null);
        }
        catch (Exception e) when (IsRefusal(e, cancellationToken))
        {
            return new(null, Why(e));
        }
    }

    private static string Why(Exception e) =>
        e switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Forbidden } => $"forbidden: {e.Message}",
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } =>
                "the API server does not accept the credentials",
            OperationCanceledException => TooSlow,
            HttpRequestException { InnerException: { } inner } => inner.Message,
            _ => e.Message,
        };

    private async Task<ListResult> ListInAsync(
        ListQuery query,
        string version,
        IReadOnlyList<string> namespaces,
        Action<string?, JsonElement> page,
        CancellationToken cancellationToken
    )
    {
        var listed = new List<string?>();
        var whole = true;
        string? why = null;
        foreach (var ns in namespaces)
        {
            try
            {
                whole &= await PagesAsync(query, ns, version, page, cancellationToken);
                listed.Add(ns);
            }
            catch (Exception e) when (IsRefusal(e, cancellationToken))
            {
                why = Why(e);
            }
        }
        return new(query.Kind, listed, whole, why);
    }

    /// <summary>Reads all pages, or as many as the query allows. True if that was all.</summary>
    private async Task<bool> PagesAsync(
        ListQuery query,
        string? ns,
        string version,
        Action<string?, JsonElement> page,
        CancellationToken cancellationToken
    )
    {
        // The values of Secrets are never requested: the server sends their metadata only.
        var namesOnly = query.NamesOnly || query.Kind.Kind == "Secret";
        var plural = query.Kind.Plural;
        var path = ns is null ? $"{version}/{plural}" : $"{version}/namespaces/{Part(ns)}/{plural}";
        path += $"?limit={(namesOnly ? PageOfNames : PageSize)}{query.Selectors}";
        string? next = null;
        for (var pages = 0; pages < query.MostPages; pages++)
        {
            using var response = await SendAsync(
                next is null ? path : $"{path}&continue={Uri.EscapeDataString(next)}",
                namesOnly ? NamesOnly : Full,
                cancellationToken
            );
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            page(ns, document.RootElement);
            next = document.RootElement.GetProperty("metadata").TryGetProperty("continue", out var token)
                ? token.GetString()
                : null;
            if (string.IsNullOrEmpty(next))
                return true;
        }
        return false;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string accept, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            Interlocked.Increment(ref requests);
            return await SendNowAsync(path, accept, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();

    private async Task<HttpResponseMessage> SendNowAsync(
        string path,
        string accept,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (client.Credentials is not null)
            await client.Credentials.ProcessHttpRequestAsync(request, timeout.Token);
        var response = await client.HttpClient.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            timeout.Token
        );
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new HttpRequestException(await ErrorAsync(response, timeout.Token), null, response.StatusCode);
    }

    /// <summary>The message of the Status object that Kubernetes answers with.</summary>
    private static async Task<string> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return status.RootElement.GetProperty("message").GetString() ?? response.ReasonPhrase ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"HTTP {(int)response.StatusCode} {response.ReasonPhrase}";
        }
    }

    private static bool IsRefusal(Exception e, CancellationToken cancellationToken) =>
        e
            is HttpRequestException
                or JsonException
                or IOException
                or k8s.Exceptions.KubernetesClientException
                or KeyNotFoundException
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <summary>A name as one part of a path; people and pasted text may give names that are no names.</summary>
    private static string Part(string name) => name is "." or ".." ? "%2E" : Uri.EscapeDataString(name);
}
