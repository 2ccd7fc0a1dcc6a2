using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Volume claims that do not bind, or have lost their volume.</summary>
internal sealed class ClaimInspector : IInspector
{
    /// <summary>Provisioning takes a moment.</summary>
    private static readonly TimeSpan ProvisioningDelay = TimeSpan.FromSeconds(20);

    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.All<V1PersistentVolumeClaim>()
                .Where(claim => claim.Metadata.DeletionTimestamp is null)
                .Select(claim =>
                    claim.Status?.Phase switch
                    {
                        "Lost" => Lost(claim),
                        "Pending" => Unbound(context, claim),
                        _ => null,
                    }
                )
                .OfType<Finding>()
        );

    private static Finding Lost(V1PersistentVolumeClaim claim) =>
        Of(
            claim,
            ResourceFaults.PvcLost,
            $"claim {claim.Metadata.Name} has lost its volume {claim.Spec?.VolumeName}",
            "status.phase",
            $"Lost, volume {claim.Spec?.VolumeName}",
            0.96
        );

    private static Finding? Unbound(InspectionContext context, V1PersistentVolumeClaim claim)
    {
        var resource = InspectionContext.Ref(claim);
        var failed = context.LatestEvent(resource, e => e.Reason is "ProvisioningFailed" or "FailedBinding");
        var storageClass = claim.Spec?.StorageClassName;
        var at = failed is null ? null : ClusterSnapshot.TimeOf(failed);
        if (!string.IsNullOrEmpty(storageClass) && IsMissing(context.Snapshot, storageClass, failed))
            return NoSuchClass(claim, storageClass, failed) with { At = at };
        if (failed is not null)
            return Failed(claim, failed) with { At = at };
        return context.Snapshot.EventsOf(resource) is [{ Reason: "WaitForFirstConsumer" }, ..]
            ? null
            : Waiting(context, claim);
    }

    private static bool IsMissing(ClusterSnapshot snapshot, string storageClass, Corev1Event? failed) =>
        snapshot.IsMissing<V1StorageClass>(null, storageClass)
        || failed?.Message?.Contains($"\"{storageClass}\" not found", StringComparison.Ordinal) == true;

    private static Finding NoSuchClass(V1PersistentVolumeClaim claim, string storageClass, Corev1Event? failed) =>
        Of(
            claim,
            ResourceFaults.NoStorageClass,
            $"claim {claim.Metadata.Name} names StorageClass {storageClass}, which does not exist",
            "spec.storageClassName",
            failed?.Message ?? storageClass,
            0.96
        ) with
        {
            About = new("StorageClass", null, storageClass),
            Facts = new Dictionary<string, string> { ["storageclass"] = storageClass, ["claim"] = claim.Metadata.Name },
        };

    private static Finding Failed(V1PersistentVolumeClaim claim, Corev1Event failed)
    {
        var name = claim.Metadata.Name;
        var source = $"event {failed.Reason}";
        if (failed.Reason == "ProvisioningFailed")
            return Of(
                claim,
                ResourceFaults.ProvisioningFailed,
                $"the volume of claim {name} cannot be provisioned",
                source,
                failed.Message,
                0.94
            );
        return failed.Message?.Contains("no storage class is set", StringComparison.Ordinal) == true
            ? Of(
                claim,
                ResourceFaults.NoStorageClass,
                $"claim {name} names no StorageClass, none is the default, and no volume fits",
                source,
                failed.Message,
                0.93
            )
            : Of(
                claim,
                ResourceFaults.ProvisioningFailed,
                $"no volume fits claim {name}",
                source,
                failed.Message,
                0.85
            );
    }

    /// <summary>Only an event can tell why the claim waits: without all events it is a symptom.</summary>
    private static Finding Waiting(InspectionContext context, V1PersistentVolumeClaim claim)
    {
        var name = claim.Metadata.Name;
        var latest = context.Snapshot.EventsOf(InspectionContext.Ref(claim)).FirstOrDefault();
        if (
            context.Snapshot.IsComplete("Event", claim.Metadata.NamespaceProperty)
            && !(context.Since(claim.Metadata.CreationTimestamp) < ProvisioningDelay)
        )
            return Of(
                claim,
                ResourceFaults.ProvisioningFailed,
                $"claim {name} waits for a volume that nobody provisions",
                latest is null ? "status.phase" : $"event {latest.Reason}",
                latest?.Message ?? "Pending, no events",
                0.85
            );
        return new()
        {
            Resource = InspectionContext.Ref(claim),
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
        double weight
    ) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(claim),
            Summary = summary,
            Source = source,
            Quote = quote ?? "",
            Weight = weight,
            Facts = new Dictionary<string, string> { ["claim"] = claim.Metadata.Name },
        };
}
