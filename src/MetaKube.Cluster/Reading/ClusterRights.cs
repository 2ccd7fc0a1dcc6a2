using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Asks the API server for our rights (SelfSubjectAccessReview), which every authenticated account may do.
/// </summary>
internal static class ClusterRights
{
    /// <exception cref="EvidenceUnavailableException">The API server does not answer, or does not accept our
    /// credentials.</exception>
    public static async Task<ClusterAccess> ReadAsync(
        ClusterConnection connection,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await AskAsync(connection, time, cancellationToken);
        }
        catch (HttpOperationException e)
        {
            throw new EvidenceUnavailableException(
                e.Response.StatusCode == HttpStatusCode.Unauthorized
                    ? "The API server does not accept our credentials."
                    : $"The API server answers {(int)e.Response.StatusCode}.",
                e
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            var why = (e as HttpRequestException)?.InnerException?.Message ?? e.Message;
            throw new EvidenceUnavailableException(
                $"The API server at {connection.Client.BaseUri} does not answer: {why}",
                e
            );
        }
    }

    private static async Task<ClusterAccess> AskAsync(
        ClusterConnection connection,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var response = await VersionAsync(connection, cancellationToken);
        var answered = time.GetUtcNow();
        using var version = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        // Where only some namespaces are to be read, the rights are checked there.
        IReadOnlyList<string?> scopes =
            await IsAllowedAsync(connection.Client, "list", "", "pods", null, null, cancellationToken)
            || connection.Namespaces.Count == 0
                ? [null]
                : [.. connection.Namespaces];
        var missing = new List<string>();
        foreach (var ns in scopes)
            missing.AddRange(await MissingInAsync(connection.Client, ns, cancellationToken));
        var readsSecrets = await IsAllowedAsync(
            connection.Client,
            "get",
            "",
            "secrets",
            null,
            scopes[0],
            cancellationToken
        );
        return new(
            version.RootElement.TryGetProperty("gitVersion", out var git) ? git.GetString() ?? "?" : "?",
            missing,
            readsSecrets,
            response.Headers.Date is { } date ? date - answered : null
        );
    }

    /// <summary>The rights that are missing in a namespace or (null) in the whole cluster.</summary>
    private static async Task<List<string>> MissingInAsync(
        Kubernetes client,
        string? ns,
        CancellationToken cancellationToken
    )
    {
        var missing = new List<string>();
        foreach (var kind in ResourceKind.All.Where(kind => kind.Kind != "Secret" && (ns is null || kind.IsNamespaced)))
        {
            var group = kind.GroupVersions[0].Split('/') is ["apis", var name, _] ? name : "";
            if (!await IsAllowedAsync(client, "list", group, kind.Plural, null, ns, cancellationToken))
                missing.Add($"list {kind.Plural}{In(ns)}");
        }
        if (!await IsAllowedAsync(client, "get", "", "pods", "log", ns, cancellationToken))
            missing.Add($"get pods/log{In(ns)}");
        return missing;
    }

    /// <summary>The reason why the API server does not work, or null.</summary>
    public static async Task<string?> ComplaintAsync(ClusterConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await VersionAsync(connection, cancellationToken);
            using var version = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return null;
        }
        catch (EvidenceUnavailableException e)
        {
            return e.Message;
        }
        catch (JsonException)
        {
            return "what answers is no API server";
        }
        catch (HttpRequestException)
        {
            return "the API server does not answer";
        }
    }

    private static async Task<HttpResponseMessage> VersionAsync(
        ClusterConnection connection,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(connection.Client.BaseUri, "version"));
        if (connection.Client.Credentials is { } credentials)
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        var response = await connection.Client.HttpClient.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        response.Dispose();
        throw new EvidenceUnavailableException("The API server does not accept our credentials.");
    }

    private static string In(string? ns) => ns is null ? "" : $" in {ns}";

    private static async Task<bool> IsAllowedAsync(
        Kubernetes client,
        string verb,
        string group,
        string resource,
        string? subresource,
        string? ns,
        CancellationToken cancellationToken
    )
    {
        var review = await client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview
            {
                Spec = new()
                {
                    ResourceAttributes = new()
                    {
                        Verb = verb,
                        Group = group,
                        Resource = resource,
                        Subresource = subresource,
                        NamespaceProperty = ns,
                    },
                },
            },
            cancellationToken: cancellationToken
        );
        return review.Status?.Allowed == true;
    }
}
