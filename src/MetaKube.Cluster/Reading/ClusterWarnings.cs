using System;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Reading;

/// <summary>
/// Reads the warnings of the whole cluster: Warning events that repeat, and rollouts that make no progress.
/// </summary>
internal static class ClusterWarnings
{
    /// <summary>Reasons of lasting failures. Other reasons also occur in a healthy cluster.</summary>
    private static readonly HashSet<string> Reasons =
    [
        "BackOff",
        "Failed",
        "InspectFailed",
        "ErrImageNeverPull",
        "FailedScheduling",
        "FailedMount",
        "FailedAttachVolume",
        "FailedCreate",
        "FailedCreatePodSandBox",
        "FailedPostStartHook",
        "Unhealthy",
        "OOMKilling",
        "SystemOOM",
        "Evicted",
        "NodeNotReady",
        "ProvisioningFailed",
        "FailedBinding",
        "BackoffLimitExceeded",
        "DeadlineExceeded",
        "FailedGetResourceMetric",
        "FailedComputeMetricsReplicas",
    ];

    /// <summary>An event that occurred only once may be over.</summary>
    private const int Often = 3;

    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    /// <param name="api">The cluster.</param>
    /// <param name="namespaces">The namespaces to read if the whole cluster is refused.</param>
    /// <param name="since">Events that last occurred before this time are left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EvidenceUnavailableException">Nothing can be read.</exception>
    public static async Task<IReadOnlyList<ClusterWarning>> ReadAsync(
        ClusterApi api,
        IReadOnlyList<string> namespaces,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var warnings = new List<ClusterWarning>();
        var events = await ListAsync<Corev1Event>(
            api,
            new(ResourceKind.Find("Event")!) { FieldSelector = "type=Warning" },
            namespaces,
            e => warnings.AddRange(Repeated(e, since)),
            cancellationToken
        );
        var rollouts = await ListAsync<V1Deployment>(
            api,
            new(ResourceKind.Find("Deployment")!),
            namespaces,
            deployment => warnings.AddRange(Stalled(deployment, since)),
            cancellationToken
        );
        return events.IsUnreachable && rollouts.IsUnreachable
            ? throw new EvidenceUnavailableException(events.Gap ?? "The cluster cannot be read.")
            : warnings;
    }

    /// <summary>The warning of an event that came often enough or for long enough.</summary>
    private static IEnumerable<ClusterWarning> Repeated(Corev1Event e, DateTimeOffset since)
    {
        var (first, last) = (ClusterSnapshot.Utc(e.FirstTimestamp ?? e.EventTime), ClusterSnapshot.TimeOf(e));
        if (
            last is null
            || last < since
            || !Reasons.Contains(e.Reason ?? "")
            || e.InvolvedObject is not { Kind: { } kind, Name: { } name } about
        )
            yield break;
        var count = Math.Max(e.Count ?? 1, e.Series?.Count ?? 1);
        if (count >= Often || last - first >= Lasting)
            yield return new(new(kind, about.NamespaceProperty, name), e.Reason!, first ?? last.Value, last.Value);
    }

    private static IEnumerable<ClusterWarning> Stalled(V1Deployment deployment, DateTimeOffset since)
    {
        var stalled = deployment.Status?.Conditions?.FirstOrDefault(condition =>
            condition is { Type: "Progressing", Status: "False" }
        );
        if (stalled is not null)
            yield return new(
                ClusterSnapshot.RefOf(deployment),
                stalled.Reason ?? "Stalled",
                ClusterSnapshot.Utc(stalled.LastTransitionTime) ?? since,
                DateTimeOffset.MaxValue
            );
    }

    private static Task<ListResult> ListAsync<T>(
        ClusterApi api,
        ListQuery query,
        IReadOnlyList<string> namespaces,
        Action<T> take,
        CancellationToken cancellationToken
    )
        where T : class =>
        api.ListAsync(
            query,
            namespaces,
            (_, page) =>
            {
                if (
                    !page.TryGetProperty("items", out var items)
                    || items.ValueKind != System.Text.Json.JsonValueKind.Array
                )
                    return;
                foreach (var item in items.EnumerateArray())
                    if (query.Kind.Parse(item) is T one)
                        take(one);
            },
            cancellationToken
        );
}
