using System.Text.RegularExpressions;
using k8s.Models;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Volume claims that do not bind, or have lost their volume.</summary>
internal sealed partial class ClaimInspector : IInspector
{
    /// <summary>Provisioning takes a moment.</summary>
    private static readonly TimeSpan ProvisioningDelay = TimeSpan.FromSeconds(20);

    private const string NoVolume = "available persistent volumes to bind";

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
        // Where only events were read, they name the class.
        var storageClass = claim.Spec?.StorageClassName ?? ClassIn(failed?.Message);
        var at = failed is null ? null : ClusterSnapshot.TimeOf(failed);
        if (!string.IsNullOrEmpty(storageClass) && IsMissing(context.Snapshot, storageClass, failed))
            return NoSuchClass(context, claim, storageClass, failed) with { At = at };
        if (IsStatic(context.Snapshot, claim, failed) && Unfit(context, claim, failed) is { } unfit)
            return unfit with { At = at };
        if (failed is not null)
            return Failed(claim, failed) with { At = at };
        return context.Snapshot.EventsOf(resource) is [{ Reason: "WaitForFirstConsumer" }, ..]
            ? null
            : Waiting(context, claim);
    }

    private static string? ClassIn(string? message) =>
        MissingClass().Match(message ?? "") is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"storageclass\.storage\.k8s\.io ""([^""]+)"" not found")]
    private static partial Regex MissingClass();

    /// <summary>A class needs no object of its own if volumes carry its name.</summary>
    private static bool IsMissing(ClusterSnapshot snapshot, string storageClass, Corev1Event? failed) =>
        !snapshot.All<V1PersistentVolume>().Any(volume => volume.Spec?.StorageClassName == storageClass)
        && (
            snapshot.IsMissing<V1StorageClass>(null, storageClass)
            || failed?.Message?.Contains($"\"{storageClass}\" not found", StringComparison.Ordinal) == true
        );

    /// <summary>
    /// True if only a volume that is there already can bind: the claim names no class and none is the default, or
    /// nothing provisions volumes of its class.
    /// </summary>
    private static bool IsStatic(ClusterSnapshot snapshot, V1PersistentVolumeClaim claim, Corev1Event? failed)
    {
        if (failed is { Reason: "FailedBinding" } || !string.IsNullOrEmpty(claim.Spec?.VolumeName))
            return true;
        var name = claim.Spec?.StorageClassName;
        return name switch
        {
            null => false,
            "" => true,
            _ => snapshot.Find<V1StorageClass>(null, name) is not { } found
                || found.Provisioner == "kubernetes.io/no-provisioner",
        };
    }

    /// <summary>
    /// The volume that comes nearest, and what keeps it from the claim; null where there are no volumes.
    /// </summary>
    private static Finding? Unfit(InspectionContext context, V1PersistentVolumeClaim claim, Corev1Event? failed)
    {
        if (VolumeFit.Nearest(context.Snapshot, claim) is not { } fit || fit is { IsKnown: true, IsTold: false })
            return null;
        var latest = context.Snapshot.EventsOf(InspectionContext.Ref(claim)).FirstOrDefault();
        if (latest is { Reason: "WaitForFirstConsumer" } && !IsWaitedFor(context, claim))
            return null;
        var finding = Of(
            claim,
            ResourceFaults.NoMatchingVolume,
            $"no volume fits claim {claim.Metadata.Name}: {fit.Describe()}",
            failed is null ? "status.phase" : $"event {failed.Reason}",
            failed?.Message ?? "Pending",
            fit.IsTold ? 0.95 : 0.85
        );
        return finding with
        {
            About = InspectionContext.Ref(fit.Volume),
            AboutDescription = fit.Offer,
            Facts = new Dictionary<string, string>(finding.Facts)
            {
                ["volume"] = fit.Volume.Metadata.Name,
                ["differs"] = fit.Differs,
            },
        };
    }

    private static Finding NoSuchClass(
        InspectionContext context,
        V1PersistentVolumeClaim claim,
        string storageClass,
        Corev1Event? failed
    ) =>
        Of(
            claim,
            ResourceFaults.NoStorageClass,
            $"claim {claim.Metadata.Name} names StorageClass {storageClass}, which does not exist"
                + OtherClasses(context.Snapshot),
            "spec.storageClassName",
            failed?.Message ?? storageClass,
            0.96
        ) with
        {
            About = new("StorageClass", null, storageClass),
            Facts = new Dictionary<string, string> { ["storageclass"] = storageClass, ["claim"] = claim.Metadata.Name },
        };

    /// <summary>True if the scheduler found no volume for a pod that uses the claim.</summary>
    private static bool IsWaitedFor(InspectionContext context, V1PersistentVolumeClaim claim) =>
        context.Pods.Any(pod =>
            pod.Spec?.Volumes?.Any(volume => volume.PersistentVolumeClaim?.ClaimName == claim.Metadata.Name) == true
            && SchedulingInspector.MessageOf(context, pod)?.Contains(NoVolume, StringComparison.Ordinal) == true
        );

    private static string OtherClasses(ClusterSnapshot snapshot)
    {
        var names = string.Join(", ", snapshot.All<V1StorageClass>().Take(3).Select(item => item.Metadata.Name));
        var free = snapshot.All<V1PersistentVolume>().FirstOrDefault(volume => volume.Status?.Phase == "Available");
        var volume = free is null
            ? ""
            : $"; volume {free.Metadata.Name} is free and of class \"{free.Spec?.StorageClassName}\"";
        return (names.Length == 0 ? "" : $" (there is {names})") + volume;
    }

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
