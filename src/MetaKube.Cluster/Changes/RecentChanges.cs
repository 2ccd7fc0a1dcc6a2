using System.Globalization;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Changes;

/// <summary>The latest changes of a workload: its rollouts with their difference, and the objects that its pods
/// use.</summary>
internal static class RecentChanges
{
    private const string Revision = "deployment.kubernetes.io/revision";

    private const int Most = 6,
        MostFields = 4;

    /// <summary>An object that was written when it was created was not changed.</summary>
    private static readonly TimeSpan Creation = TimeSpan.FromMinutes(1);

    /// <summary>One line for each change, the latest first.</summary>
    public static IReadOnlyList<string> Of(ClusterSnapshot snapshot, ResourceRef workload) =>
        [
            .. Rollouts(snapshot, workload)
                .Concat(Writes(snapshot, workload))
                .OrderByDescending(change => change.At)
                .Take(Most)
                .Select(change =>
                    string.Create(CultureInfo.InvariantCulture, $"{change.At.UtcDateTime:d MMM HH:mm}Z {change.Text}")
                ),
        ];

    private static IEnumerable<(DateTimeOffset At, string Text)> Rollouts(
        ClusterSnapshot snapshot,
        ResourceRef workload
    )
    {
        var revisions = snapshot
            .In<V1ReplicaSet>(workload.Namespace)
            .Where(set => set.Metadata.OwnerReferences?.Any(owner => owner.Name == workload.Name) == true)
            .Where(set => set.Spec?.Template is not null)
            .OrderByDescending(NumberOf)
            .Take(3)
            .ToList();
        for (var i = 0; i < revisions.Count - 1; i++)
        {
            if (ClusterSnapshot.Utc(revisions[i].Metadata.CreationTimestamp) is not { } at)
                continue;
            var fields = TemplateDiff.Between(revisions[i + 1].Spec.Template, revisions[i].Spec.Template);
            var write = i == 0 ? snapshot.LastWrite(workload, "spec", "template") : null;
            var by = write is { Manager.Length: > 0 } ? $" by {write.Manager}" : "";
            var what = fields.Count == 0 ? "no difference in the template" : string.Join("; ", fields.Take(MostFields));
            var more = fields.Count > MostFields ? $"; and {fields.Count - MostFields} more" : "";
            yield return (at, $"{workload.Kind} {workload.Name}: revision {NumberOf(revisions[i])}{by}: {what}{more}");
        }
    }

    private static IEnumerable<(DateTimeOffset At, string Text)> Writes(ClusterSnapshot snapshot, ResourceRef workload)
    {
        var template = ResourceTopology
            .Templates(snapshot, workload.Namespace)
            .FirstOrDefault(one => one.Ref == workload)
            .Template;
        var used = template?.Spec is { } spec
            ? PodReferences
                .Of(spec)
                .Where(reference => reference.Kind is "ConfigMap" or "Secret")
                .Select(reference => new ResourceRef(reference.Kind, workload.Namespace, reference.Name))
            : [];
        foreach (var resource in used.Append(workload).Distinct())
        {
            if (snapshot.WritesOf(resource) is not [var write, ..])
                continue;
            var item = snapshot.Everything.FirstOrDefault(item => item.Ref == resource).Object;
            var made = ClusterSnapshot.Utc(item?.Metadata.CreationTimestamp);
            if (made is { } created && write.At - created < Creation)
                continue;
            yield return (write.At, $"{resource.Kind} {resource.Name} was written {write.By}");
        }
    }

    private static int NumberOf(V1ReplicaSet set) =>
        set.Metadata.Annotations?.TryGetValue(Revision, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
