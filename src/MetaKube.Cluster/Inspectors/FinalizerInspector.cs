using System;
using k8s;
using k8s.Models;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Objects that should be gone and are not.</summary>
internal sealed class FinalizerInspector : IInspector
{
    /// <summary>Deletion takes a moment when all is well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (var (resource, item) in x.Snapshot.Everything)
        {
            // For a pod the deletion timestamp already includes its grace period.
            if (x.Since(item.Metadata.DeletionTimestamp) is not { } age || age < Patience)
                continue;
            var finalizers = Finalizers(item);
            var names = string.Join(", ", finalizers);
            if (finalizers.Count > 0)
                yield return new()
                {
                    Fault = "system.finalizer-stuck",
                    Resource = resource,
                    Summary = $"{resource.Kind} {resource.Name} cannot be deleted: finalizer {names} is never removed",
                    Source = "metadata.finalizers",
                    Quote =
                        $"deletionTimestamp: {item.Metadata.DeletionTimestamp:yyyy-MM-ddTHH:mm:ssZ}, finalizers {names}",
                    Weight = 0.95,
                    Facts = new Dictionary<string, string> { ["finalizer"] = names },
                };
            else if (item is V1Pod)
                yield return new()
                {
                    Fault = "system.finalizer-stuck",
                    Resource = resource,
                    Summary = $"the pod is Terminating for {age.TotalMinutes:0} minutes past its grace period",
                    Source = "metadata.deletionTimestamp",
                    Quote = $"deletionTimestamp: {item.Metadata.DeletionTimestamp:yyyy-MM-ddTHH:mm:ssZ}",
                    Weight = 0.75,
                };
        }
    }

    private static IReadOnlyList<string> Finalizers(IKubernetesObject<V1ObjectMeta> item) =>
        [
            .. item.Metadata.Finalizers ?? [],
            .. item is V1Namespace { Metadata.Finalizers: null or { Count: 0 }, Spec.Finalizers: { } own } ? own : [],
        ];
}
