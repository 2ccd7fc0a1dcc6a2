using System;
using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using MetaKube.Cluster.Changes;
using MetaKube.Cluster.Collection;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Changes shortly before pods began to fail: a rollout, with the difference of its template; an edited ConfigMap or
/// Secret; a node that restarted or went under pressure.
/// </summary>
internal sealed partial class ChangeInspector : IInspector
{
    private const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>A change that is older than this when the failure begins did not cause it.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Clocks of nodes and servers differ, and events are written late.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private const int MostLines = 4,
        MostClauses = 2;

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context)
    {
        foreach (
            var group in context
                .Pods.Where(PodState.IsFailing)
                .GroupBy(pod => context.Topology.Controller(InspectionContext.Ref(pod)))
        )
        {
            var pod = group.OrderByDescending(pod => pod.Metadata.CreationTimestamp).First();
            if (FailureStart.Of(context.Snapshot, pod) is not { } began)
                continue;
            if (Rollout(context, pod, began) is { } rollout)
                yield return rollout;
            foreach (var edit in Edits(context, pod, began))
                yield return edit;
            if (NodeChange(context, pod, began) is { } node)
                yield return node;
        }
    }

    private static Finding? Rollout(InspectionContext context, V1Pod pod, DateTimeOffset began)
    {
        var owner = context.Topology.Controller(InspectionContext.Ref(pod));
        if (owner.Kind != "Deployment" || LastRevisions(context.Snapshot, owner) is not var (now, before))
            return null;
        if (
            pod.Metadata.OwnerReferences?.Any(reference => reference.Name == now.Metadata.Name) != true
            // A rollback uses an older ReplicaSet again. To go back from it would restore the revision that failed.
            || now.Metadata.CreationTimestamp < before.Metadata.CreationTimestamp
            || ClusterSnapshot.Utc(now.Metadata.CreationTimestamp) is not { } at
            || !IsJustBefore(at, began)
        )
            return null;
        var diff = TemplateDiff.Between(before.Spec.Template, now.Spec.Template);
        if (diff.Count == 0)
            return null;
        var shown = diff.Take(MostLines).ToList();
        var (by, facts) = WriterOf(context.Snapshot, owner, at);
        facts["revision"] = NumberOf(before).ToString(CultureInfo.InvariantCulture);
        facts["deployment"] = $"deployment/{owner.Name}";
        var changed = $"{Clauses(diff)} {Ago(began - at)}, in revision {NumberOf(now)}{by}";
        return new()
        {
            IsChange = true,
            Resource = InspectionContext.Ref(pod),
            At = at,
            Weight = 0.3,
            Source = $"pod templates of revisions {NumberOf(before)} and {NumberOf(now)}",
            About = owner,
            AboutDescription = changed,
            Summary = changed,
            Quote = string.Join("; ", shown) + (diff.Count > MostLines ? $"; and {diff.Count - MostLines} more" : ""),
            Facts = facts,
        };
    }

    /// <summary>The changes in words, the first ones by name.</summary>
    private static string Clauses(IReadOnlyList<TemplateChange> diff)
    {
        var clauses = diff.Select(change => change.InWords).Distinct().ToList();
        return clauses.Count <= MostClauses
            ? string.Join(" and ", clauses)
            : string.Join(", ", clauses.Take(MostClauses)) + $" and {clauses.Count - MostClauses} more were changed";
    }

    /// <summary>The writer of a template in words, and values for a remedy at it.</summary>
    private static (string By, Dictionary<string, string> Facts) WriterOf(
        ClusterSnapshot snapshot,
        ResourceRef workload,
        DateTimeOffset at
    )
    {
        var last = snapshot.LastWrite(workload, "spec", "template");
        var write = last is not null && (last.At - at).Duration() < Slack ? last : null;
        var writer = ScheduledWriter.Of(snapshot, workload, write, ScheduledWriter.OfTemplates);
        var by = (write is null ? "" : $" {write.By}") + (writer is null ? "" : $" ({writer.Statement})");
        return (by, writer?.Facts ?? []);
    }

    /// <summary>The ReplicaSets of the last two revisions, or null where there are not two with a template.</summary>
    private static (V1ReplicaSet Now, V1ReplicaSet Before)? LastRevisions(
        ClusterSnapshot snapshot,
        ResourceRef deployment
    )
    {
        var revisions = snapshot
            .In<V1ReplicaSet>(deployment.Namespace)
            .Where(set =>
                set.Metadata.OwnerReferences?.Any(reference =>
                    reference.Kind == "Deployment" && reference.Name == deployment.Name
                ) == true
                && NumberOf(set) > 0
            )
            .OrderByDescending(NumberOf)
            .Take(2)
            .ToList();
        return revisions is [{ Spec.Template: not null } now, { Spec.Template: not null } before]
            ? (now, before)
            : null;
    }

    private static IEnumerable<Finding> Edits(InspectionContext context, V1Pod pod, DateTimeOffset began)
    {
        foreach (
            var (kind, name) in PodReferences
                .Of(pod.Spec)
                .Where(reference => reference.Kind is "ConfigMap" or "Secret" && !IsGenerated(reference.Name))
        )
        {
            var resource = new ResourceRef(kind, pod.Metadata.NamespaceProperty, name);
            if (context.Snapshot.WritesOf(resource) is not [var write, ..] || !IsJustBefore(write.At, began))
                continue;
            var at = write.At;
            // An object that was created together with the workload is a part of it and no change.
            if (ClusterSnapshot.Utc(pod.Metadata.CreationTimestamp) is { } made && at < made && made - at < Slack)
                continue;
            yield return new()
            {
                IsChange = true,
                Resource = InspectionContext.Ref(pod),
                About = resource,
                At = at,
                Weight = 0.3,
                Source = $"metadata of {kind} {name}",
                Summary = $"{kind} {name} was changed {Ago(began - at)}, {write.By}",
                AboutDescription = $"was changed {Ago(began - at)}, {write.By}",
                Quote = string.Create(CultureInfo.InvariantCulture, $"managedFields.time: {at:yyyy-MM-ddTHH:mm:ssZ}"),
            };
        }
    }

    /// <summary>Kubernetes itself adds these to every namespace.</summary>
    private static bool IsGenerated(string name) => name == "kube-root-ca.crt" || ServiceAccountToken().IsMatch(name);

    private static Finding? NodeChange(InspectionContext context, V1Pod pod, DateTimeOffset began)
    {
        if (pod.Spec?.NodeName is not { Length: > 0 } node)
            return null;
        var e = context.LatestEvent(
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
                Resource = InspectionContext.Ref(pod),
                About = new("Node", null, node),
                AboutDescription = $"reported {e.Reason}",
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
