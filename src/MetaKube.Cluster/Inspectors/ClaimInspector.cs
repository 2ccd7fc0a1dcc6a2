using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Volume claims that do not bind, or have lost their volume.</summary>
internal sealed class ClaimInspector : IInspector
{
    public IEnumerable<Finding> Inspect(Examination x)
    {
        foreach (
            var claim in x
                .Snapshot.All<V1PersistentVolumeClaim>()
                .Where(claim => claim.Metadata.DeletionTimestamp is null)
        )
        {
            if (claim.Status?.Phase == "Lost")
            {
                yield return Of(
                    claim,
                    "resource.pvc-lost",
                    $"claim {claim.Metadata.Name} has lost its volume {claim.Spec?.VolumeName}",
                    "status.phase",
                    $"Lost, volume {claim.Spec?.VolumeName}",
                    0.96
                );
                continue;
            }
            if (claim.Status?.Phase != "Pending")
                continue;
            if (Unbound(x, claim) is { } finding)
                yield return finding;
        }
    }

    private static Finding? Unbound(Examination x, V1PersistentVolumeClaim claim)
    {
        var resource = Examination.Ref(claim);
        var name = claim.Metadata.Name;
        var storage = claim.Spec?.StorageClassName;
        var latest = x.Snapshot.EventsOf(resource).FirstOrDefault();
        var failed = x.LatestEvent(resource, e => e.Reason is "ProvisioningFailed" or "FailedBinding");
        var at = failed is null ? null : ClusterSnapshot.TimeOf(failed);

        if (
            !string.IsNullOrEmpty(storage)
            && (
                x.Snapshot.IsMissing<V1StorageClass>(null, storage)
                || failed?.Message?.Contains($"\"{storage}\" not found", StringComparison.Ordinal) == true
            )
        )
            return Of(
                claim,
                "resource.no-storage-class",
                $"claim {name} names StorageClass {storage}, which does not exist",
                "spec.storageClassName",
                failed?.Message ?? storage,
                0.96,
                ("storageclass", storage)
            ) with
            {
                At = at,
                About = new("StorageClass", null, storage),
            };
        if (failed?.Reason == "ProvisioningFailed")
            return Of(
                claim,
                "resource.provisioning-failed",
                $"the volume of claim {name} cannot be provisioned",
                "event ProvisioningFailed",
                failed.Message,
                0.94
            ) with
            {
                At = at,
            };
        if (failed?.Message?.Contains("no storage class is set", StringComparison.Ordinal) == true)
            return Of(
                claim,
                "resource.no-storage-class",
                $"claim {name} names no StorageClass, none is the default, and no volume fits",
                "event FailedBinding",
                failed.Message,
                0.93
            ) with
            {
                At = at,
            };
        if (failed is not null)
            return Of(
                claim,
                "resource.provisioning-failed",
                $"no volume fits claim {name}",
                $"event {failed.Reason}",
                failed.Message,
                0.85
            ) with
            {
                At = at,
            };
        if (latest?.Reason == "WaitForFirstConsumer")
            return null;
        // Why it waits, only an event could tell.
        if (
            x.Snapshot.IsComplete("Event", claim.Metadata.NamespaceProperty)
            && !(x.Since(claim.Metadata.CreationTimestamp) < TimeSpan.FromSeconds(20))
        )
            return Of(
                claim,
                "resource.provisioning-failed",
                $"claim {name} waits for a volume that nobody provisions",
                latest is null ? "status.phase" : $"event {latest.Reason}",
                latest?.Message ?? "Pending, no events",
                0.85
            );
        return new()
        {
            Resource = resource,
            Summary = $"claim {name} is not bound yet",
            Source = "status.phase",
            Quote = "Pending",
            Weight = 0.5,
        };
    }

    private static Finding Of(
        V1PersistentVolumeClaim claim,
        string fault,
        string summary,
        string source,
        string? quote,
        double weight,
        params (string Key, string Value)[] facts
    ) =>
        new()
        {
            Fault = fault,
            Resource = Examination.Ref(claim),
            Summary = summary,
            Source = source,
            Quote = quote ?? "",
            Weight = weight,
            Facts = facts.Append(("claim", claim.Metadata.Name)).ToDictionary(fact => fact.Item1, fact => fact.Item2),
        };
}
