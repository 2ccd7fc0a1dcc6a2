using System;
using k8s.Models;
using MetaKube.Cluster.Inspectors;
using MetaKube.Cluster.Objects;
using MetaKube.Cluster.Reading;
using MetaKube.Model;

namespace MetaKube.Cluster;

/// <summary>
/// Reads what the cluster complains of without being asked: Warning events that come again and again, and rollouts that
/// stall.
/// </summary>
internal static class ClusterWarnings
{
    /// <summary>Reasons that tell of a trouble that stays; others come and go in a healthy cluster.</summary>
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

    /// <summary>Said once it may be over already.</summary>
    private const int Often = 3;

    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    /// <param name="api">The cluster.</param>
    /// <param name="namespaces">Where to look if the whole cluster is refused.</param>
    /// <param name="since">What was last said before is not returned.</param>
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
            e =>
            {
                var (first, last) = (ClusterSnapshot.Utc(e.FirstTimestamp ?? e.EventTime), ClusterSnapshot.TimeOf(e));
                if (
                    last < since
                    || last is null
                    || !Reasons.Contains(e.Reason ?? "")
                    || e.InvolvedObject is not { Kind: { } kind, Name: { } name } about
                )
                    return;
                var count = Math.Max(e.Count ?? 1, e.Series?.Count ?? 1);
                if (count >= Often || last - first >= Lasting)
                    warnings.Add(
                        new(new(kind, about.NamespaceProperty, name), e.Reason!, first ?? last.Value, last.Value)
                    );
            },
            cancellationToken
        );
        var rollouts = await ListAsync<V1Deployment>(
            api,
            new(ResourceKind.Find("Deployment")!),
            namespaces,
            deployment =>
            {
                var stalled = deployment.Status?.Conditions?.FirstOrDefault(condition =>
                    condition is { Type: "Progressing", Status: "False" }
                );
                if (stalled is not null)
                    warnings.Add(
                        new(
                            Examination.Ref(deployment),
                            stalled.Reason ?? "Stalled",
                            ClusterSnapshot.Utc(stalled.LastTransitionTime) ?? since,
                            DateTimeOffset.MaxValue
                        )
                    );
            },
            cancellationToken
        );
        return events.IsUnreachable && rollouts.IsUnreachable
            ? throw new EvidenceUnavailableException(events.Gap ?? "The cluster cannot be read.")
            : warnings;
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
