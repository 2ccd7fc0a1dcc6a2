using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>Volumes that cannot be attached or mounted.</summary>
internal sealed class MountInspector : IInspector
{
    private static readonly MessagePattern[] Errors =
    [
        new(
            @"configmap ""(?<configmap>[^""]+)"" not found",
            ConfigurationFaults.MissingConfigMap,
            "the pod mounts ConfigMap {configmap}, which does not exist",
            0.95
        ),
        new(
            @"secret ""(?<secret>[^""]+)"" not found",
            ConfigurationFaults.MissingSecret,
            "the pod mounts Secret {secret}, which does not exist",
            0.95
        ),
        new(
            @"references non-existent (config|secret) key: (?<key>\S+)",
            ConfigurationFaults.MissingKey,
            "a mounted ConfigMap or Secret has no key {key}",
            0.95
        ),
        new(
            @"Multi-Attach|FailedAttachVolume|AttachVolume",
            ResourceFaults.VolumeAttachFailed,
            "a volume cannot be attached to the node",
            0.93
        ),
        new(
            @"volume ""(?<volume>[^""]+)""",
            ResourceFaults.VolumeMountFailed,
            "volume {volume} cannot be mounted",
            0.9
        ),
        new(@".", ResourceFaults.VolumeMountFailed, "a volume cannot be mounted", 0.7),
    ];

    public InspectionResult Inspect(InspectionContext context) => new(Findings(context));

    private static IEnumerable<Finding> Findings(InspectionContext context)
    {
        foreach (var pod in context.Pods.Where(pod => pod.Status?.Phase == "Pending"))
        {
            var resource = InspectionContext.Ref(pod);
            // "timed out waiting for the condition" only says that another event has the reason.
            var failed =
                context.LatestEvent(
                    resource,
                    e =>
                        e.Reason is "FailedMount" or "FailedAttachVolume"
                        && !e.Message.Contains("timed out waiting for the condition", StringComparison.Ordinal)
                ) ?? context.LatestEvent(resource, e => e.Reason is "FailedMount" or "FailedAttachVolume");
            if (failed is null && Missing(context, pod) is { } missing)
                yield return missing;
            if (failed is null || IsOvercome(context, resource, failed))
                continue;
            var text = failed.Reason == "FailedAttachVolume" ? $"FailedAttachVolume: {failed.Message}" : failed.Message;
            if (MessagePattern.First(Errors, text) is not { } known)
                continue;
            var facts = new Dictionary<string, string>(known.Facts);
            if (known.Message.Fault == ConfigurationFaults.MissingKey && Holder(pod, known.Facts["key"]) is { } holder)
                facts["object"] = holder;
            yield return known.Message.Find(
                resource,
                $"event {failed.Reason}",
                failed.Message,
                facts,
                ClusterSnapshot.TimeOf(failed)
            );
        }
    }

    /// <summary>
    /// Events are gone after an hour. A pod whose containers are still being created waits for a volume's ConfigMap or
    /// Secret that a complete list lacks.
    /// </summary>
    private static Finding? Missing(InspectionContext context, V1Pod pod)
    {
        if (
            !PodState
                .Containers(pod)
                .Any(state => state.State?.Waiting?.Reason is "ContainerCreating" or "PodInitializing")
        )
            return null;
        var ns = pod.Metadata.NamespaceProperty;
        foreach (var volume in pod.Spec?.Volumes ?? [])
        {
            if (
                volume.Secret is { Optional: not true, SecretName: { } secret }
                && context.Snapshot.IsMissing<V1Secret>(ns, secret)
            )
                return Missing(pod, ConfigurationFaults.MissingSecret, "Secret", secret);
            if (
                volume.ConfigMap is { Optional: not true, Name: { } map }
                && context.Snapshot.IsMissing<V1ConfigMap>(ns, map)
            )
                return Missing(pod, ConfigurationFaults.MissingConfigMap, "ConfigMap", map);
        }
        return null;
    }

    private static Finding Missing(V1Pod pod, string fault, string kind, string name) =>
        new()
        {
            Fault = fault,
            Resource = InspectionContext.Ref(pod),
            Summary = $"the pod mounts {kind} {name}, which does not exist",
            Source = "spec.volumes[]",
            Quote = name,
            Weight = 0.93,
            About = new(kind, pod.Metadata.NamespaceProperty, name),
            Facts = new Dictionary<string, string> { [kind.ToLowerInvariant()] = name },
        };

    /// <summary>
    /// True if a later event shows that all volumes were mounted: only then images are pulled and containers created.
    /// </summary>
    private static bool IsOvercome(InspectionContext context, ResourceRef pod, Corev1Event failed) =>
        context.LatestEvent(pod, e => e.Reason is "Pulled" or "Pulling" or "Created" or "Started" or "BackOff")
            is { } later
        && ClusterSnapshot.TimeOf(later) > ClusterSnapshot.TimeOf(failed);

    private static string? Holder(V1Pod pod, string key)
    {
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            if (volume.ConfigMap?.Items?.Any(item => item.Key == key) == true)
                return $"configmap/{volume.ConfigMap.Name}";
            if (volume.Secret?.Items?.Any(item => item.Key == key) == true)
                return $"secret/{volume.Secret.SecretName}";
        }
        return null;
    }
}
