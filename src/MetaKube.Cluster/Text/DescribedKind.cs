using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>
/// The kind of a described object, by the command, by the field of custom kinds, or by its other fields.
/// </summary>
internal static class DescribedKind
{
    /// <summary>A field, or several joined by "+", that only this kind has.</summary>
    private static readonly (string Fields, string Kind)[] ByFields =
    [
        ("Allocatable", "Node"),
        ("Unschedulable", "Node"),
        ("System Info", "Node"),
        ("Schedule+Concurrency Policy", "CronJob"),
        ("Schedule+Suspend", "CronJob"),
        ("Pods Statuses", "Job"),
        ("Backoff Limit", "Job"),
        ("StrategyType", "Deployment"),
        ("OldReplicaSets", "Deployment"),
        ("Desired Number of Nodes Scheduled", "DaemonSet"),
        ("Update Strategy+Pods Status", "StatefulSet"),
        ("Volume Claims", "StatefulSet"),
        ("Replicas+Pods Status", "ReplicaSet"),
        ("Max replicas", "HorizontalPodAutoscaler"),
        ("Allowed disruptions", "PodDisruptionBudget"),
        ("Reclaim Policy", "PersistentVolume"),
        ("Claim+Source", "PersistentVolume"),
        ("Access Modes+StorageClass", "PersistentVolumeClaim"),
        ("StorageClass+Volume+Namespace", "PersistentVolumeClaim"),
        ("StorageClass+Namespace", "PersistentVolumeClaim"),
        ("Used By+Namespace", "PersistentVolumeClaim"),
        ("Rules+Default backend", "Ingress"),
        ("Rules+Ingress Class", "Ingress"),
        ("Session Affinity", "Service"),
        ("IP Families", "Service"),
        ("Selector+Port+Endpoints", "Service"),
        ("Selector+TargetPort", "Service"),
        ("Subsets", "Endpoints"),
        ("Mountable secrets", "ServiceAccount"),
        ("Image pull secrets", "ServiceAccount"),
        ("Provisioner", "StorageClass"),
        ("Containers+Node", "Pod"),
        ("Containers", "Pod"),
        ("Controlled By+Status", "Pod"),
        ("QoS Class", "Pod"),
        ("Node+Status", "Pod"),
        ("Node-Selectors", "Pod"),
        ("IPs", "Pod"),
        ("Init Containers", "Pod"),
    ];

    /// <summary>The kind; null where nothing tells it.</summary>
    public static string? Of(DescribedField root, PastedCommand? command)
    {
        if (root.Text("Kind") is { } own && (root["API Version"] is not null || root["Metadata"] is not null))
            return own;
        if (command is { Verb: "describe", Kind: { } asked } && asked != "all")
            return asked;
        if (PastedQuota.IsDescribed(root))
            return "ResourceQuota";
        if (root["Spec"]?["PodSelector"] is not null)
            return "NetworkPolicy";
        foreach (var (fields, kind) in ByFields)
            if (fields.Split('+').All(field => root[field] is not null))
                return kind;
        if (root["Type"] is not null && root.Children.Exists(field => field.Line is "Data"))
            return "Secret";
        if (root.Children.Exists(field => field.Line is "Data"))
            return "ConfigMap";
        if (
            root.Children.Exists(field => field.Line.StartsWith("No resource quota", StringComparison.Ordinal))
            || root["Resource Quotas"] is not null
        )
            return "Namespace";
        // Conditions that only a node has.
        if (root["Conditions"]?.Children.Exists(IsOfANode) == true)
            return "Node";
        return root["Priority"] is not null && root["Namespace"] is not null ? "Pod" : null;
    }

    private static bool IsOfANode(DescribedField condition) =>
        condition.Line.TrimStart().StartsWith("MemoryPressure ", StringComparison.Ordinal)
        || condition.Line.TrimStart().StartsWith("DiskPressure ", StringComparison.Ordinal);

    /// <summary>True for a kind of Kubernetes itself, of which the description has fields of its own.</summary>
    public static bool IsKnown(string kind) => ResourceKind.Find(kind) is not null;
}
