using System;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.Cluster;

/// <summary>
/// Changes objects, each after the API server has accepted the same change as a dry run, and by an account of its own:
/// what reads the cluster cannot do it. What is shown is what is
/// made, field by field, and only as long as nobody changed these fields meanwhile.
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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lazy<ClusterConnection> connection = new(connect);

    /// <summary>The cluster's name.</summary>
    public string Cluster => connection.Value.Name;

    /// <summary>What a change comes to, as the API server says; nothing is changed.</summary>
    /// <exception cref="ChangeRefusedException">It cannot be made; the message says why.</exception>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer.</exception>
    public async Task<IReadOnlyList<FieldChange>> PlanAsync(Change change, CancellationToken cancellationToken)
    {
        var (before, after) = await TryAsync(change, cancellationToken);
        // The controller writes it whenever it likes.
        foreach (var item in (JsonObject[])[before, after])
            (item["metadata"]?["annotations"] as JsonObject)?.Remove(RevisionAnnotation);
        var fields = FieldChange.Between(before, after);
        if (fields.Count == 0)
            throw new ChangeRefusedException($"{change.Resource} is like that already.");
        // What is redacted is neither shown nor kept; who knows the secret makes the change.
        if (!FieldChange.Between(Redacted(before), Redacted(after)).SequenceEqual(fields))
            throw new ChangeRefusedException(
                "It concerns what looks like a secret, which I neither show nor keep: make this change by hand."
            );
        return fields;
    }

    /// <summary>The object as it is and as it would be.</summary>
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
            // What somebody else wrote between the two is no part of the change.
            if (attempt == Tries || VersionOf(before) == VersionOf(after))
                return (before, after);
        }
    }

    private static string? VersionOf(JsonObject item) => (string?)item["metadata"]?["resourceVersion"];

    /// <summary>Makes a change; made already, nothing happens.</summary>
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
            // Only of the state that was just looked at: status and scale are written to all the time.
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
                // It was written to in between.
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

    /// <summary>What the account may not change of what remedies change, as "patch deployments".</summary>
    /// <exception cref="EvidenceUnavailableException">The API server does not answer, or the account may not be
    /// used.</exception>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (
            var kind in (string[])
                ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "HorizontalPodAutoscaler", "Service", "Node"]
        )
        {
            var known = ResourceKind.Find(kind)!;
            var review = new JsonObject
            {
                ["apiVersion"] = "authorization.k8s.io/v1",
                ["kind"] = "SelfSubjectAccessReview",
                ["spec"] = new JsonObject
                {
                    ["resourceAttributes"] = new JsonObject
                    {
                        ["verb"] = "patch",
                        ["resource"] = known.Plural,
                        ["group"] = known.GroupVersions[0].Split('/') is ["apis", var group, _] ? group : "",
                    },
                },
            };
            try
            {
                var answer = await SendAsync(
                    HttpMethod.Post,
                    "apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    "application/json",
                    review,
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

    private static JsonObject Redacted(JsonObject item) =>
        RedactedObject.Clean((string?)item["kind"] ?? "", item, new());

    private static string PathOf(ResourceRef resource)
    {
        var kind =
            ResourceKind.Find(resource.Kind) ?? throw new ChangeRefusedException($"I change no {resource.Kind}.");
        var name = Uri.EscapeDataString(resource.Name);
        return kind.IsNamespaced
            ? $"{kind.GroupVersions[0]}/namespaces/{Uri.EscapeDataString(resource.Namespace ?? "default")}/{kind.Plural}/{name}"
            : $"{kind.GroupVersions[0]}/{kind.Plural}/{name}";
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

    /// <summary>The pod template that a revision had: that of its ReplicaSet.</summary>
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue(type!));
            if (account is not null)
                request.Headers.Add("Impersonate-User", account);
            if (client.Credentials is { } credentials)
                await credentials.ProcessHttpRequestAsync(request, patience.Token);
            using var response = await client.HttpClient.SendAsync(request, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            var answer = JsonNode.Parse(text) as JsonObject ?? throw new JsonException();
            if (response.IsSuccessStatusCode)
                return answer;
            var says = new Redactor().Sentence((string?)answer["message"] ?? $"HTTP {(int)response.StatusCode}");
            throw (int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests
                ? new EvidenceUnavailableException($"The API server answers {(int)response.StatusCode}: {says}")
                : new ChangeRefusedException($"The API server refuses it: {says}")
                {
                    IsConflict = response.StatusCode == HttpStatusCode.Conflict,
                    IsMissing = response.StatusCode == HttpStatusCode.NotFound,
                };
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                || e is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            throw new EvidenceUnavailableException("The API server does not answer.", e);
        }
    }
}

/// <summary>A change that is not made; the message says why.</summary>
public sealed class ChangeRefusedException : Exception
{
    public ChangeRefusedException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <summary>The object was written to at the same time.</summary>
    internal bool IsConflict { get; init; }

    /// <summary>There is no such object.</summary>
    internal bool IsMissing { get; init; }
}
