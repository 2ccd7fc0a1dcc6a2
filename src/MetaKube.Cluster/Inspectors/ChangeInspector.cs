using System;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Changes;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// What changed shortly before pods began to fail: a rollout, with the difference of its template; an edited ConfigMap
/// or Secret; a node that came up anew.
/// </summary>
internal sealed partial class ChangeInspector : IInspector
{
    private const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>A change that is older than this when the failure begins did not bring it.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Clocks of nodes and servers differ, and events are written late.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private const int MostLines = 4;

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (
            var group in x
                .Pods.Where(LogSelection.IsFailing)
                .GroupBy(pod => x.Topology.Controller(Examination.Ref(pod)))
        )
        {
            var pod = group.OrderByDescending(pod => pod.Metadata.CreationTimestamp).First();
            if (Began(x, pod) is not { } began)
                continue;
            if (Rollout(x, pod, began) is { } rollout)
                yield return rollout;
            foreach (var edit in Edits(x, pod, began))
                yield return edit;
            if (NodeChange(x, pod, began) is { } node)
                yield return node;
        }
    }

    /// <summary>When the pod's trouble began, by its first warning, else by its own beginning.</summary>
    private static DateTimeOffset? Began(Examination x, V1Pod pod)
    {
        var warnings = x
            .Snapshot.EventsOf(Examination.Ref(pod))
            .Where(e => e.Type == "Warning")
            .Select(e => ClusterSnapshot.Utc(e.FirstTimestamp) ?? ClusterSnapshot.TimeOf(e))
            .ToList();
        return warnings.Count > 0 ? warnings.Min() : ClusterSnapshot.Utc(pod.Metadata.CreationTimestamp);
    }

    private static Finding? Rollout(Examination x, V1Pod pod, DateTimeOffset began)
    {
        var ns = pod.Metadata.NamespaceProperty;
        var owner = x.Topology.Controller(Examination.Ref(pod));
        if (owner.Kind != "Deployment")
            return null;
        var revisions = x
            .Snapshot.In<V1ReplicaSet>(ns)
            .Where(set =>
                set.Metadata.OwnerReferences?.Any(reference =>
                    reference.Kind == "Deployment" && reference.Name == owner.Name
                ) == true
                && NumberOf(set) > 0
            )
            .OrderByDescending(NumberOf)
            .Take(2)
            .ToList();
        if (revisions is not [var now, var before] || now.Spec?.Template is null || before.Spec?.Template is null)
            return null;
        if (pod.Metadata.OwnerReferences?.Any(reference => reference.Name == now.Metadata.Name) != true)
            return null;
        // A rollback uses an older ReplicaSet again: to go back from it would be to go back to what was left.
        if (now.Metadata.CreationTimestamp < before.Metadata.CreationTimestamp)
            return null;
        if (ClusterSnapshot.Utc(now.Metadata.CreationTimestamp) is not { } when || !IsJustBefore(when, began))
            return null;
        var diff = TemplateDiff.Between(before.Spec.Template, now.Spec.Template);
        if (diff.Count == 0)
            return null;
        var changed =
            $"rolled out {Ago(began - when)}, changed {string.Join(", ", diff.Take(MostLines).Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]))}";
        return new()
        {
            IsChange = true,
            Resource = Examination.Ref(pod),
            At = when,
            Weight = 0.3,
            Source = $"pod templates of revisions {NumberOf(before)} and {NumberOf(now)}",
            About = owner,
            AboutSays = $"revision {NumberOf(now)}, {changed}",
            Summary = $"revision {NumberOf(now)} of {owner.Kind} {owner.Name}, {changed}",
            Quote =
                string.Join("; ", diff.Take(MostLines))
                + (diff.Count > MostLines ? $"; and {diff.Count - MostLines} more" : ""),
            Facts = new Dictionary<string, string>
            {
                ["revision"] = NumberOf(before).ToString(CultureInfo.InvariantCulture),
                ["deployment"] = $"deployment/{owner.Name}",
            },
        };
    }

    private static IEnumerable<Finding> Edits(Examination x, V1Pod pod, DateTimeOffset began)
    {
        foreach (
            var (kind, name) in PodReferences
                .Of(pod.Spec)
                .Where(reference => reference.Kind is "ConfigMap" or "Secret" && !IsGenerated(reference.Name))
        )
        {
            var resource = new ResourceRef(kind, pod.Metadata.NamespaceProperty, name);
            if (x.Snapshot.ChangedAt(resource) is not { } at || !IsJustBefore(at, began))
                continue;
            // Made together with the workload it is a part of it, no change.
            if (ClusterSnapshot.Utc(pod.Metadata.CreationTimestamp) is { } made && at < made && made - at < Slack)
                continue;
            yield return new()
            {
                IsChange = true,
                Resource = Examination.Ref(pod),
                About = resource,
                At = at,
                Weight = 0.3,
                Source = $"metadata of {kind} {name}",
                Summary = $"{kind} {name} was changed {Ago(began - at)}",
                AboutSays = $"was changed {Ago(began - at)}",
                Quote = string.Create(CultureInfo.InvariantCulture, $"managedFields.time: {at:yyyy-MM-ddTHH:mm:ssZ}"),
            };
        }
    }

    /// <summary>Kubernetes itself puts these into every namespace.</summary>
    private static bool IsGenerated(string name) => name == "kube-root-ca.crt" || ServiceAccountToken().IsMatch(name);

    private static Finding? NodeChange(Examination x, V1Pod pod, DateTimeOffset began)
    {
        if (pod.Spec?.NodeName is not { Length: > 0 } node)
            return null;
        var e = x.LatestEvent(
            new("Node", null, node),
            e =>
                e.Reason is "Rebooted" or "NodeNotReady" or "NodeHasDiskPressure" or "NodeHasInsufficientMemory"
                && ClusterSnapshot.TimeOf(e) is { } time
                && IsJustBefore(time, began)
        );
        return e is null
            ? null
            : new()
            {
                IsChange = true,
                Resource = Examination.Ref(pod),
                About = new("Node", null, node),
                AboutSays = $"reported {e.Reason}",
                At = ClusterSnapshot.TimeOf(e),
                Summary = $"node {node} reported {e.Reason} {Ago(began - ClusterSnapshot.TimeOf(e)!.Value)}",
                Source = $"event {e.Reason}",
                Quote = e.Message ?? "",
                Weight = 0.3,
            };
    }

    private static bool IsJustBefore(DateTimeOffset change, DateTimeOffset began) =>
        change <= began + Slack && began - change < Window;

    private static int NumberOf(V1ReplicaSet set) =>
        set.Metadata.Annotations?.TryGetValue(Revision, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    [GeneratedRegex(@"-token-[a-z0-9]{5}$")]
    private static partial Regex ServiceAccountToken();

    private static string Ago(TimeSpan time) =>
        time.TotalMinutes < 1 ? "just before the failure" : $"{time.TotalMinutes:0} min before the failure";
}
