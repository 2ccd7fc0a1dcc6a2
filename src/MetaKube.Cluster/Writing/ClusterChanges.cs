using System;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster.Writing;

/// <summary>
/// Changes objects of a cluster: the only type that writes. Each change is first accepted by the API server as a dry
/// run. It uses an account of its own; the account that reads has no such rights. The change that is applied equals the
/// plan that was shown, field by field, and is refused if one of these fields was changed in between.
/// </summary>
/// <param name="connect">Connects to the cluster.</param>
/// <param name="account">The account to act as (impersonation), or null for that of the connection.</param>
public sealed class ClusterChanges(Func<ClusterConnection> connect, string? account)
{
    private const string FieldManager = "metakube",
        JsonPatch = "application/json-patch+json",
        StrategicMergePatch = "application/strategic-merge-patch+json",
        RevisionAnnotation = "deployment.kubernetes.io/revision";

    private const int Tries = 5,
        LongestValue = 200;

    /// <summary>The kinds that remedies change.</summary>
    private static readonly string[] ChangedKinds =
    [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "HorizontalPodAutoscaler",
        "Service",
        "Node",
    ];

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly Lazy<ClusterConnection> connection = new(connect);

    /// <summary>The cluster's name.</summary>
    public string Cluster => connection.Value.Name;

    /// <summary>Plans a change: returns the fields that would change, by a dry run.</summary>
    /// <exception cref="ChangeRefusedException">The change cannot be made; the message says why.</exception>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer.</exception>
    public async Task<IReadOnlyList<FieldChange>> PlanAsync(Change change, CancellationToken cancellationToken)
    {
        var (before, after) = await TryAsync(change, cancellationToken);
        // The controller updates it at any time.
        foreach (var item in (JsonObject[])[before, after])
            (item["metadata"]?["annotations"] as JsonObject)?.Remove(RevisionAnnotation);
        var fields = FieldChange.Between(before, after);
        if (fields.Count == 0)
            throw new ChangeRefusedException($"{change.Resource} is like that already.");
        // A redacted value can neither be shown nor kept. A person who knows the secret has to make the change.
        if (!FieldChange.Between(Redacted(before), Redacted(after)).SequenceEqual(fields))
            throw new ChangeRefusedException(
                "It concerns what looks like a secret, which I neither show nor keep: make this change by hand."
            );
        return fields;
    }

    /// <summary>The object before and after the change.</summary>
    private async Task<(JsonObject Before, JsonObject After)> TryAsync(
        Change change,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(change.Resource);
        for (var attempt = 1; ; attempt++)
        {
            var before = await GetAsync(path, change.Resource, cancellationToken);
            var after = change.Revision is { } revision
                ? await PatchAsync(
                    path,
                    JsonPatch,
                    new JsonArray(
                        new JsonObject
                        {
                            ["op"] = "replace",
                            ["path"] = "/spec/template",
                            ["value"] = await TemplateAsync(change.Resource, before, revision, cancellationToken),
                        }
                    ),
                    isDry: true,
                    cancellationToken
                )
                : await PatchAsync(path, StrategicMergePatch, ParsePatch(change.Patch), isDry: true, cancellationToken);
            // A write of somebody else between the two requests is no part of the change.
            if (attempt == Tries || VersionOf(before) == VersionOf(after))
                return (before, after);
        }
    }

    private static string? VersionOf(JsonObject item) => (string?)item["metadata"]?["resourceVersion"];

    /// <summary>Applies a change. Idempotent: nothing happens if it was applied already.</summary>
    /// <exception cref="ChangeRefusedException">It cannot be made, or somebody changed one of the fields meanwhile; the
    /// message says which.</exception>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer.</exception>
    public async Task ApplyAsync(
        ResourceRef resource,
        IReadOnlyList<FieldChange> fields,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(resource);
        for (var attempt = 1; ; attempt++)
        {
            var now = await GetAsync(path, resource, cancellationToken);
            if (fields.All(field => FieldChange.Holds(now, field.Pointer, field.After)))
                return;
            if (fields.FirstOrDefault(field => !FieldChange.Holds(now, field.Pointer, field.Before)) is { } other)
                throw new ChangeRefusedException(
                    $"Somebody has changed {other.Field} of {resource} meanwhile; ask again."
                );
            // The patch applies only to the state that was just read, because status and scale are written all the
            // time.
            var patch = new JsonArray([
                new JsonObject
                {
                    ["op"] = "replace",
                    ["path"] = "/metadata/resourceVersion",
                    ["value"] = now["metadata"]!["resourceVersion"]!.DeepClone(),
                },
                .. fields.Select(field => field.Operation()),
            ]);
            try
            {
                await PatchAsync(path, JsonPatch, patch, isDry: false, cancellationToken);
                return;
            }
            catch (ChangeRefusedException e) when (e.IsConflict && attempt < Tries)
            {
                // The object was written to in between.
            }
        }
    }

    /// <summary>A change as lines of before and after.</summary>
    public static string Describe(IReadOnlyList<FieldChange> fields)
    {
        var redaction = new Redactor();
        var text = new StringBuilder();
        foreach (var field in fields)
        {
            if (field.Before is not null)
                text.Append("- ")
                    .Append(field.Field)
                    .Append(": ")
                    .Append(redaction.Quote(field.Before, LongestValue))
                    .Append('\n');
            if (field.After is not null)
                text.Append("+ ")
                    .Append(field.Field)
                    .Append(": ")
                    .Append(redaction.Quote(field.After, LongestValue))
                    .Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>
    /// The rights that the account lacks for the kinds that remedies change, such as "patch deployments".
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer, or the account may not be
    /// used.</exception>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var known in ChangedKinds.Select(kind => ResourceKind.Find(kind)!))
        {
            try
            {
                var answer = await SendAsync(
                    HttpMethod.Post,
                    "apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    "application/json",
                    PatchReview(known),
                    cancellationToken
                );
                if ((bool?)answer["status"]?["allowed"] != true)
                    missing.Add($"patch {known.Plural}");
            }
            catch (ChangeRefusedException e)
            {
                throw new EvidenceUnavailableException(e.Message, e);
            }
        }
        return missing;
    }

    private static JsonObject PatchReview(ResourceKind kind) =>
        new()
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject
                {
                    ["verb"] = "patch",
                    ["resource"] = kind.Plural,
                    ["group"] = kind.GroupVersions[0].Split('/') is ["apis", var group, _] ? group : "",
                },
            },
        };

    private static JsonObject Redacted(JsonObject item) =>
        RedactedObject.Clean((string?)item["kind"] ?? "", item, new());

    private static string PathOf(ResourceRef resource)
    {
        var kind =
            ResourceKind.Find(resource.Kind) ?? throw new ChangeRefusedException($"I change no {resource.Kind}.");
        var (group, name) = (kind.GroupVersions[0], Uri.EscapeDataString(resource.Name));
        var ns = Uri.EscapeDataString(resource.Namespace ?? "default");
        return kind.IsNamespaced ? $"{group}/namespaces/{ns}/{kind.Plural}/{name}" : $"{group}/{kind.Plural}/{name}";
    }

    private static JsonNode ParsePatch(string patch)
    {
        try
        {
            return JsonNode.Parse(patch)!;
        }
        catch (JsonException e)
        {
            throw new ChangeRefusedException("It cannot be put as a patch.", e);
        }
    }

    /// <summary>The pod template of a revision, taken from its ReplicaSet.</summary>
    private async Task<JsonNode> TemplateAsync(
        ResourceRef deployment,
        JsonObject now,
        int revision,
        CancellationToken cancellationToken
    )
    {
        var sets = await SendAsync(
            HttpMethod.Get,
            $"apis/apps/v1/namespaces/{Uri.EscapeDataString(deployment.Namespace ?? "default")}/replicasets",
            null,
            null,
            cancellationToken
        );
        var set = (sets["items"] as JsonArray ?? []).FirstOrDefault(item =>
            (string?)item?["metadata"]?["annotations"]?[RevisionAnnotation]
                == revision.ToString(System.Globalization.CultureInfo.InvariantCulture)
            && (item["metadata"]?["ownerReferences"] as JsonArray ?? []).Any(owner =>
                (string?)owner?["uid"] == (string?)now["metadata"]?["uid"]
            )
        );
        if (set?["spec"]?["template"]?.DeepClone() is not JsonObject template)
            throw new ChangeRefusedException($"Revision {revision} of {deployment} is no longer kept.");
        (template["metadata"]?["labels"] as JsonObject)?.Remove(ResourceTopology.TemplateHash);
        return template;
    }

    private async Task<JsonObject> GetAsync(string path, ResourceRef resource, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        }
        catch (ChangeRefusedException e) when (e.IsMissing)
        {
            throw new ChangeRefusedException($"{resource} is gone.", e);
        }
    }

    private Task<JsonObject> PatchAsync(
        string path,
        string type,
        JsonNode patch,
        bool isDry,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            HttpMethod.Patch,
            $"{path}?fieldManager={FieldManager}{(isDry ? "&dryRun=All" : "")}",
            type,
            patch,
            cancellationToken
        );

    private async Task<JsonObject> SendAsync(
        HttpMethod method,
        string path,
        string? type,
        JsonNode? body,
        CancellationToken cancellationToken
    )
    {
        var client = connection.Value.Client;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue(type!));
            if (account is not null)
                request.Headers.Add("Impersonate-User", account);
            if (client.Credentials is { } credentials)
                await credentials.ProcessHttpRequestAsync(request, timeout.Token);
            using var response = await client.HttpClient.SendAsync(request, timeout.Token);
            var text = await response.Content.ReadAsStringAsync(timeout.Token);
            var answer = JsonNode.Parse(text) as JsonObject ?? throw new JsonException();
            if (response.IsSuccessStatusCode)
                return answer;
            throw Error(response.StatusCode, (string?)answer["message"]);
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            throw new EvidenceUnavailableException("The API server does not answer.", e);
        }
    }

    private static Exception Error(HttpStatusCode status, string? message)
    {
        var words = new Redactor().Sentence(message ?? $"HTTP {(int)status}");
        return (int)status >= 500 || status == HttpStatusCode.TooManyRequests
            ? new EvidenceUnavailableException($"The API server answers {(int)status}: {words}")
            : new ChangeRefusedException($"The API server refuses it: {words}")
            {
                IsConflict = status == HttpStatusCode.Conflict,
                IsMissing = status == HttpStatusCode.NotFound,
            };
    }
}

/// <summary>The change was not made; the message says why.</summary>
public sealed class ChangeRefusedException : Exception
{
    public ChangeRefusedException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <summary>The object was written to at the same time.</summary>
    internal bool IsConflict { get; init; }

    /// <summary>The object does not exist.</summary>
    internal bool IsMissing { get; init; }
}
