using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster;

/// <summary>
/// Asks the API server what we may read (SelfSubjectAccessReview), which it tells everybody who is known to it.
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
            using var response = await VersionAsync(connection, cancellationToken);
            var answered = time.GetUtcNow();
            using var version = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            var missing = new List<string>();
            // Where only namespaces are to be read, rights are asked for there.
            IReadOnlyList<string?> scopes =
                await IsAllowedAsync(connection.Client, "list", "", "pods", null, null, cancellationToken)
                || connection.Namespaces.Count == 0
                    ? [null]
                    : [.. connection.Namespaces];
            foreach (var ns in scopes)
            {
                foreach (
                    var kind in ResourceKind.All.Where(kind =>
                        kind.Kind != "Secret" && (ns is null || kind.IsNamespaced)
                    )
                )
                {
                    var group = kind.GroupVersions[0].Split('/') is ["apis", var name, _] ? name : "";
                    if (
                        !await IsAllowedAsync(
                            connection.Client,
                            "list",
                            group,
                            kind.Plural,
                            null,
                            ns,
                            cancellationToken
                        )
                    )
                        missing.Add($"list {kind.Plural}{In(ns)}");
                }
                if (!await IsAllowedAsync(connection.Client, "get", "", "pods", "log", ns, cancellationToken))
                    missing.Add($"get pods/log{In(ns)}");
            }
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
            throw new EvidenceUnavailableException(
                $"The API server at {connection.Client.BaseUri} does not answer: {(e as HttpRequestException)?.InnerException?.Message ?? e.Message}",
                e
            );
        }
    }

    /// <summary>What is wrong with the API server, or null.</summary>
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
