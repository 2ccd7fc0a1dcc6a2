using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class ResourceFaults
{
    public const string OomKilled = "resource.oom-killed";
    public const string NodeOom = "resource.node-oom";
    public const string CpuThrottled = "resource.cpu-throttled";
    public const string EphemeralStorageExceeded = "resource.ephemeral-storage-exceeded";
    public const string NodeMemoryPressure = "resource.node-memory-pressure";
    public const string NodeDiskPressure = "resource.node-disk-pressure";
    public const string PidExhausted = "resource.pid-exhausted";
    public const string QuotaExceeded = "resource.quota-exceeded";
    public const string LimitRangeViolated = "resource.limit-range-violated";
    public const string VolumeFull = "resource.volume-full";
    public const string NoStorageClass = "resource.no-storage-class";
    public const string NoMatchingVolume = "resource.no-matching-volume";
    public const string ProvisioningFailed = "resource.provisioning-failed";
    public const string PvcLost = "resource.pvc-lost";
    public const string VolumeAttachFailed = "resource.volume-attach-failed";
    public const string VolumeMountFailed = "resource.volume-mount-failed";
    public const string PvNodeAffinity = "resource.pv-node-affinity";
    public const string HpaAtMax = "resource.hpa-at-max";
    public const string HpaNoMetrics = "resource.hpa-no-metrics";
    public const string ConnectionsExhausted = "resource.connections-exhausted";

    private static Fault Resource(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Resource, title, remedies, prevention);

    private static string LimitPatch(string resource) =>
        """{"spec":{"template":{"spec":{"containers":[{"name":"{container}","resources":{"limits":{"""
        + $"\"{resource}\":\"{{more}}\""
        + "}}}]}}}}";

    public static readonly IReadOnlyList<Fault> All =
    [
        Resource(
            OomKilled,
            "The container exceeds its memory limit",
            [
                new(
                    Medium,
                    "Raise the memory limit of container {container} (now {limit}) well above its heap ({heap}), or "
                        + "lower the heap.",
                    "kubectl -n {namespace} set resources {deployment} -c {container} --limits=memory={more}"
                )
                {
                    Patch = LimitPatch("memory"),
                },
                new(
                    Medium,
                    "Raise the memory limit of container {container} (now {limit}) above what it needs.",
                    "kubectl -n {namespace} set resources {deployment} -c {container} --limits=memory={more}"
                )
                {
                    Otherwise = true,
                    Patch = LimitPatch("memory"),
                },
                new(
                    Medium,
                    "Raise the container's memory limit above what it needs.",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
                new(
                    Low,
                    "If it grows without end, it leaks: watch it before raising the limit again.",
                    "kubectl -n {namespace} top pod {pod} --containers"
                ),
            ],
            "Set requests and limits from measured use; alert at 90 % of the limit."
        ),
        Resource(
            NodeOom,
            "The node ran out of memory",
            [
                new(
                    Medium,
                    "Move load off node {node}, and give its pods memory requests that match their use.",
                    "kubectl describe node {node}"
                ),
            ],
            "Set memory requests on all pods; reserve memory for the system (kube-reserved)."
        ),
        Resource(
            CpuThrottled,
            "The CPU limit is too low",
            [
                new(
                    Medium,
                    "Raise or drop the CPU limit of container {container}.",
                    "kubectl -n {namespace} set resources {deployment} -c {container} --limits=cpu={more}"
                )
                {
                    Patch = LimitPatch("cpu"),
                },
                new(Medium, "Raise or drop the container's CPU limit.", "kubectl -n {namespace} edit {workload}")
                {
                    Otherwise = true,
                },
            ],
            "Prefer CPU requests over limits for latency-bound programs."
        ),
        Resource(
            EphemeralStorageExceeded,
            "Local storage is over its limit",
            [
                new(
                    Medium,
                    "Find what fills the local storage of {workload} (logs, caches, emptyDir), raise its "
                        + "ephemeral-storage limit or emptyDir sizeLimit, or write to a volume.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Limit emptyDir sizes with room to spare, and rotate what is written."
        ),
        Resource(
            NodeMemoryPressure,
            "The node is short of memory",
            [new(Medium, "Move load off node {node}, or add nodes.", "kubectl describe node {node}")],
            "Set memory requests; alert on node memory before eviction starts."
        ),
        Resource(
            NodeDiskPressure,
            "The node is short of disk",
            [
                new(
                    Medium,
                    "Free space on node {node} (unused images, logs), or enlarge its disk.",
                    "kubectl describe node {node}"
                ),
            ],
            "Alert on node file systems at 80 %; limit ephemeral-storage."
        ),
        Resource(
            PidExhausted,
            "The node is short of process ids",
            [
                new(
                    Medium,
                    "Find the pod on node {node} that forks without end, and set podPidsLimit on the kubelet.",
                    "kubectl describe node {node}"
                ),
            ],
            "Set podPidsLimit."
        ),
        Resource(
            QuotaExceeded,
            "A ResourceQuota is used up",
            [
                new(
                    Medium,
                    "Set {unset} on each container of {workload} (init containers too), or give namespace "
                        + "{namespace} a LimitRange with defaults.",
                    "kubectl -n {namespace} edit {workload}",
                    "kubectl -n {namespace} describe resourcequota {quota}"
                ),
                new(
                    Medium,
                    "Free {quotaresource} in namespace {namespace}, ask for less, or raise quota {quota}.",
                    "kubectl -n {namespace} describe resourcequota {quota}"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Free quota in namespace {namespace}, ask for less, or raise quota {quota}.",
                    "kubectl -n {namespace} describe resourcequota {quota}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Alert at 90 % of a quota; leave room for a rolling update."
        ),
        Resource(
            LimitRangeViolated,
            "The request is outside the namespace's LimitRange",
            [
                new(
                    Medium,
                    "Bring requests and limits of {workload} within the namespace's LimitRange.",
                    "kubectl -n {namespace} describe limitrange"
                ),
            ],
            "Validate with kubectl apply --dry-run=server on a bare Pod, which the LimitRange checks."
        ),
        Resource(
            VolumeFull,
            "No space is left on a volume",
            [
                new(
                    Medium,
                    "Enlarge claim {claim} (its StorageClass has to allow expansion), or delete what is no "
                        + "longer needed on it.",
                    "kubectl -n {namespace} patch pvc {claim} -p "
                        + "'{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"{more}\"}}}}'"
                ),
                new(Medium, "Free space where {workload} writes.", "kubectl -n {namespace} exec {pod} -- df -h")
                {
                    Otherwise = true,
                },
            ],
            "Alert on kubelet_volume_stats_available_bytes at 15 %."
        ),
        Resource(
            NoStorageClass,
            "The claim's StorageClass does not exist",
            [
                new(
                    Medium,
                    "Use a StorageClass that exists: the class of a claim cannot be changed, so delete and "
                        + "create claim {claim} again with another one, or create class {storageclass}.",
                    "kubectl get storageclass",
                    "kubectl -n {namespace} get pvc {claim} -o yaml"
                ),
                new(
                    Medium,
                    "No class is the default, and claim {claim} names none: create it again with "
                        + "spec.storageClassName.",
                    "kubectl get storageclass"
                )
                {
                    Otherwise = true,
                },
            ],
            "Name the class in charts as a value that each cluster sets."
        ),
        Resource(
            NoMatchingVolume,
            "Volumes are there and none fits the claim",
            [
                new(
                    Medium,
                    "Make claim {claim} and volume {volume} agree on {differs}: what a claim asks for cannot be "
                        + "changed, so delete and create it again, or add a volume that fits.",
                    "kubectl get pv {volume} -o yaml",
                    "kubectl -n {namespace} get pvc {claim} -o yaml"
                ),
            ],
            "Create a volume and its claim from one manifest, with volumeName in the claim."
        ),
        Resource(
            ProvisioningFailed,
            "The volume cannot be provisioned or no volume matches",
            [
                new(
                    Medium,
                    "Check what the provisioner of claim {claim} says, and whether it runs.",
                    "kubectl -n {namespace} describe pvc {claim}",
                    "kubectl get storageclass,csidrivers"
                ),
            ],
            "Alert on claims that stay Pending for five minutes."
        ),
        Resource(
            PvcLost,
            "The claim's volume is gone",
            [
                new(
                    High,
                    "The volume behind claim {claim} no longer exists: restore it from a backup or snapshot "
                        + "under the name that the claim is bound to, or start with an empty one.",
                    "kubectl -n {namespace} get pvc {claim} -o jsonpath='{.spec.volumeName}'"
                ),
            ],
            "Use reclaim policy Retain for data that matters."
        ),
        Resource(
            VolumeAttachFailed,
            "The volume cannot be attached to the node",
            [
                new(
                    Medium,
                    "A volume of this kind attaches to one node at a time: check which pod or node still holds it.",
                    "kubectl get volumeattachments",
                    "kubectl -n {namespace} describe pod {pod}"
                ),
            ],
            "Use Recreate instead of RollingUpdate for Deployments with a ReadWriteOnce volume, or a StatefulSet."
        ),
        Resource(
            VolumeMountFailed,
            "The volume cannot be mounted",
            [
                new(
                    Medium,
                    "Check what the mount of volume {volume} fails on (server away, path missing, wrong type).",
                    "kubectl -n {namespace} describe pod {pod}"
                ),
                new(
                    Medium,
                    "Check what the mount fails on (server away, path missing, wrong type).",
                    "kubectl -n {namespace} describe pod {pod}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Watch the storage server as you watch what depends on it."
        ),
        Resource(
            PvNodeAffinity,
            "The volume lives on a node or zone where the pod cannot run",
            [
                new(
                    Medium,
                    "Let the pod run where its volume is (node selector, room on that node), or move the data.",
                    "kubectl get pv -o "
                        + "custom-columns=NAME:.metadata.name,CLAIM:.spec.claimRef.name,AFFINITY:.spec.nodeAffinity"
                ),
            ],
            "Use volumeBindingMode WaitForFirstConsumer."
        ),
        Resource(
            HpaAtMax,
            "The autoscaler is at its maximum",
            [
                new(
                    Medium,
                    "Raise maxReplicas of {name} if the cluster has room, or find why the load is so high.",
                    "kubectl -n {namespace} patch hpa {name} -p '{\"spec\":{\"maxReplicas\":{more}}}'"
                )
                {
                    Patch = """{"spec":{"maxReplicas":{more}}}""",
                },
            ],
            "Alert when an autoscaler stays at its maximum for 15 minutes."
        ) with
        {
            Vagueness = 1,
        },
        Resource(
            HpaNoMetrics,
            "The autoscaler gets no metrics",
            [
                new(
                    Low,
                    "Check whether metrics are served, and whether the target's containers have the requests that "
                        + "utilisation is counted against.",
                    "kubectl top pods -n {namespace}",
                    "kubectl -n {namespace} describe hpa {name}"
                ),
            ],
            "Watch metrics-server; set requests on every container."
        ),
        Resource(
            ConnectionsExhausted,
            "A server has no connection left",
            [
                new(
                    Medium,
                    "Find the client that holds the connections of {workload}, close idle ones, and bound the clients'"
                        + " pools; raise the server's limit only if its memory allows it.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Keep the sum of all pools below the server's limit, and alert at 80 % of it."
        ),
    ];
}
