using System.Net;
using System.Text.Json;
using k8s;

namespace MetaKube.Cluster;

/// <summary>The few GET requests that evidence needs, on the client's own connection, so that one reader serves every API version.</summary>
internal sealed class ClusterApi(Kubernetes client)
{
    private const int PageSize = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What a Secret holds is nobody's business here: the server sends its metadata alone.
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>The pages of one kind's list, each of one namespace or (null) of the whole cluster, or why there are none.</summary>
    public sealed record Listing(
        ResourceKind Kind, IReadOnlyList<(string? Namespace, JsonDocument Page)> Pages, string? Gap, string? Unreachable) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (_, page) in Pages) page.Dispose();
        }
    }

    /// <summary>Lists a kind in the whole cluster; where that is forbidden, in these namespaces.</summary>
    public async Task<Listing> ListAsync(ResourceKind kind, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        string? why = null;
        foreach (var version in kind.GroupVersions)
        {
            try
            {
                return new(kind, await PagesAsync(kind, null, $"{version}/{kind.Plural}", cancellationToken), null, null);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                why = "this API server does not serve them";
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Forbidden && kind.IsNamespaced && namespaces.Count > 0)
            {
                return await ListInAsync(kind, version, namespaces, cancellationToken);
            }
            catch (Exception e) when (IsRefusal(e, cancellationToken))
            {
                return new(kind, [], Why(e), e is HttpRequestException { StatusCode: not null } ? null : Why(e));
            }
        }
        return new(kind, [], why, null);
    }

    /// <summary>The last lines of a log; that there is none (no previous run, not started yet) is no gap, a refusal is.</summary>
    public async Task<LogRead> LogAsync(LogRef log, CancellationToken cancellationToken)
    {
        var path = $"api/v1/namespaces/{log.Namespace}/pods/{log.Pod}/log?container={log.Container}&tailLines={LogSelection.Lines}{(log.Previous ? "&previous=true" : "")}";
        try
        {
            using var response = await SendAsync(path, "text/plain,application/json", cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new(await LogTail.ReadAsync(stream, LogSelection.Bytes, cancellationToken));
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

    private static string Why(Exception e) => e switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.Forbidden } => $"forbidden: {e.Message}",
        HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } => "the API server does not accept the credentials",
        TaskCanceledException => "no answer in time",
        HttpRequestException { InnerException: { } inner } => inner.Message,
        _ => e.Message,
    };

    private async Task<Listing> ListInAsync(ResourceKind kind, string version, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        var pages = new List<(string?, JsonDocument)>();
        string? why = null;
        foreach (var ns in namespaces)
        {
            try
            {
                pages.AddRange(await PagesAsync(kind, ns, $"{version}/namespaces/{ns}/{kind.Plural}", cancellationToken));
            }
            catch (Exception e) when (IsRefusal(e, cancellationToken))
            {
                why = Why(e);
            }
        }
        return new(kind, pages, why, null);
    }

    private async Task<IReadOnlyList<(string?, JsonDocument)>> PagesAsync(
        ResourceKind kind, string? ns, string path, CancellationToken cancellationToken)
    {
        var pages = new List<(string?, JsonDocument)>();
        string? next = null;
        do
        {
            var query = $"{path}?limit={PageSize}{(next is null ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            using var response = await SendAsync(query, kind.Kind == "Secret" ? MetadataOnly : "application/json", cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var page = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            pages.Add((ns, page));
            next = page.RootElement.GetProperty("metadata").TryGetProperty("continue", out var token) ? token.GetString() : null;
        }
        while (!string.IsNullOrEmpty(next));
        return pages;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string accept, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (client.Credentials is not null) await client.Credentials.ProcessHttpRequestAsync(request, timeout.Token);
        var response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new HttpRequestException(await ErrorAsync(response, timeout.Token), null, response.StatusCode);
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
        e is HttpRequestException or JsonException or IOException or k8s.Exceptions.KubernetesClientException or KeyNotFoundException
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}
