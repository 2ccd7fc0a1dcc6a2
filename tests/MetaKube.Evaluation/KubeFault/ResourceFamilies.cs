namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// Memory, storage and quotas, in the words of the kernel, the kubelet, CSI drivers of several clouds and databases.
/// </summary>
internal static class ResourceFamilies
{
    private static string Volume(string claim) =>
        $$"""{"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"{{claim}}"} }]}""";

    private const string Mounted = """{"volumeMounts":[{"name":"data","mountPath":"/data"}]}""";

    private static void Claim(Scene s, string name, string phase, string? storageClass, string? volume = null) =>
        s.Add(
            "PersistentVolumeClaim",
            name,
            $$"""
            {"spec":{"accessModes":["ReadWriteOnce"],
            "resources":{"requests":{"storage":"20Gi"} }{{(
                storageClass is null ? "" : $",\"storageClassName\":\"{storageClass}\""
            )}}{{(volume is null ? "" : $",\"volumeName\":\"{volume}\"")}} },
            "status":{"phase":"{{phase}}"} }
            """
        );

    private static void Bound(Scene s, string name)
    {
        s.Add(
            "StorageClass",
            null,
            "standard",
            """{"provisioner":"ebs.csi.aws.com","volumeBindingMode":"WaitForFirstConsumer"}"""
        );
        s.Add(
            "PersistentVolume",
            null,
            $"pvc-{name}",
            $$"""
            {"spec":{"capacity":{"storage":"20Gi"},"claimRef":{"namespace":"{{s.Ns}}","name":"{{name}}"},
            "storageClassName":"standard"},"status":{"phase":"Bound"} }
            """
        );
        Claim(s, name, "Bound", "standard", $"pvc-{name}");
    }

    private static void Waits(Scene s, string claim, string reason, string message)
    {
        const string unbound =
            "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 "
            + "nodes are available: 3 Preemption is not helpful for scheduling.";
        s.Unschedulable(unbound, Mounted, Volume(claim));
        s.Warn("PersistentVolumeClaim", claim, reason, message, 1);
        s.Blame("PersistentVolumeClaim", claim, s.App);
    }

    private const string EvictedForStorage =
        "The node was low on resource: ephemeral-storage. Threshold quantity: 10729203Ki, available: 8123400Ki. "
        + "Container main was using 120Ki, request is 0, has larger consumption of ephemeral-storage. ";

    public static IEnumerable<Family> All { get; } =
    [
        new(
            "resource.oom-killed",
            "crash-loop",
            s =>
            {
                var p = s.Run(
                    Scene.Waiting("CrashLoopBackOff", "back-off 5m0s"),
                    Scene.Terminated(137, "OOMKilled"),
                    """{"resources":{"limits":{"memory":"128Mi"},"requests":{"memory":"128Mi"}}}""",
                    restarts: 14
                );
                s.Warn("Pod", p, "BackOff", $"Back-off restarting failed container main in pod {p}_{s.Ns}(6b)");
                s.Log(p, true, "loading model into memory", "loaded 4 of 12 shards");
                s.Blame();
            }
        ),
        new(
            "resource.oom-killed",
            "healthy-since",
            s =>
            {
                var p = s.Run(
                    Scene.Running(4),
                    Scene.Terminated(137, "OOMKilled", seconds: 9000),
                    """{"resources":{"limits":{"memory":"512Mi"}}}""",
                    restarts: 3,
                    ready: true
                );
                s.Log(p, false, "GET /items 200");
                s.Log(p, true, "GET /export 200 91233ms");
                s.Blame();
            }
        ),
        new(
            "resource.node-oom",
            "system-oom",
            s =>
            {
                var p = s.Run(Scene.Running(4), Scene.Terminated(137), "{}", restarts: 2, ready: true);
                s.Warn("Node", "node-a", "SystemOOM", "System OOM encountered, victim process: java, pid: 231884", 5);
                s.Log(p, true, "indexing shard 4");
                s.Blame("Deployment");
            }
        ),
        new(
            "resource.quota-exceeded",
            "compute",
            s =>
            {
                s.Add(
                    "ResourceQuota",
                    "team-compute",
                    """
                    {"spec":{"hard":{"limits.memory":"8Gi"}},"status":{"hard":{"limits.memory":"8Gi"},
                    "used":{"limits.memory":"7680Mi"}}}
                    """
                );
                s.PodsRefused(
                    "exceeded quota: team-compute, requested: limits.memory=1Gi, used: "
                        + "limits.memory=7680Mi, limited: limits.memory=8Gi"
                );
            }
        ),
        new(
            "resource.quota-exceeded",
            "must-specify",
            s =>
            {
                s.Add(
                    "ResourceQuota",
                    "default-quota",
                    """
                    {"spec":{"hard":{"requests.cpu":"10"}},"status":{"hard":{"requests.cpu":"10"},
                    "used":{"requests.cpu":"0"}}}
                    """
                );
                s.PodsRefused("failed quota: default-quota: must specify requests.cpu for: main");
            }
        ),
        new(
            "resource.limit-range-violated",
            "maximum",
            s =>
            {
                s.Add("LimitRange", "limits", """{"spec":{"limits":[{"type":"Container","max":{"memory":"1Gi"}}]}}""");
                s.PodsRefused(
                    "maximum memory usage per Container is 1Gi, but limit is 4Gi",
                    """{"resources":{"limits":{"memory":"4Gi"}}}"""
                );
            }
        ),
        new(
            "resource.volume-full",
            "postgres",
            s =>
            {
                Bound(s, $"{s.App}-data");
                s.CrashesIn(
                    Volume($"{s.App}-data"),
                    1,
                    """{"volumeMounts":[{"name":"data","mountPath":"/var/lib/postgresql/data"}]}""",
                    "2026-11-24 10:55:01.102 UTC [1] LOG:  starting PostgreSQL 16.4",
                    "2026-11-24 10:55:02.411 UTC [31] PANIC:  could not write to file "
                        + "\"pg_wal/xlogtemp.31\": No space left on device"
                );
            }
        ),
        new(
            "resource.volume-full",
            "kafka",
            s =>
            {
                Bound(s, $"{s.App}-logs");
                s.CrashesIn(
                    Volume($"{s.App}-logs"),
                    1,
                    Mounted,
                    "[2026-11-24 10:55:01,220] ERROR Error while writing to checkpoint file "
                        + "/data/recovery-point-offset-checkpoint (kafka.server.LogDirFailureChannel)",
                    "java.io.IOException: No space left on device",
                    "\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)"
                );
            }
        ),
        new(
            "resource.no-storage-class",
            "typo",
            s =>
            {
                var c = $"{s.App}-data";
                Claim(s, c, "Pending", "fast-ssd");
                Waits(s, c, "ProvisioningFailed", "storageclass.storage.k8s.io \"fast-ssd\" not found");
            }
        ),
        new(
            "resource.provisioning-failed",
            "aws-denied",
            s =>
            {
                var c = $"{s.App}-data";
                s.Add(
                    "StorageClass",
                    null,
                    "gp3",
                    """{"provisioner":"ebs.csi.aws.com","volumeBindingMode":"Immediate"}"""
                );
                Claim(s, c, "Pending", "gp3");
                Waits(
                    s,
                    c,
                    "ProvisioningFailed",
                    "failed to provision volume with StorageClass \"gp3\": rpc error: code = Internal "
                        + "desc = Could not create volume \"pvc-11\": could not create volume in EC2: "
                        + "operation error EC2: CreateVolume, https response error StatusCode: 403, api error "
                        + "UnauthorizedOperation: You are not authorized to perform this operation."
                );
            }
        ),
        new(
            "resource.provisioning-failed",
            "gce-quota",
            s =>
            {
                var c = $"{s.App}-data";
                s.Add(
                    "StorageClass",
                    null,
                    "premium-rwo",
                    """{"provisioner":"pd.csi.storage.gke.io","volumeBindingMode":"Immediate"}"""
                );
                Claim(s, c, "Pending", "premium-rwo");
                Waits(
                    s,
                    c,
                    "ProvisioningFailed",
                    "failed to provision volume with StorageClass \"premium-rwo\": rpc error: code = "
                        + "ResourceExhausted desc = CreateVolume failed: rpc error: code = ResourceExhausted "
                        + "desc = QUOTA_EXCEEDED: Quota 'SSD_TOTAL_GB' exceeded. Limit: 500.0 in region "
                        + "europe-west1."
                );
            }
        ),
        new(
            "resource.pvc-lost",
            "volume-deleted",
            s =>
            {
                var c = $"{s.App}-data";
                Claim(s, c, "Lost", "standard", "pvc-7d1c");
                Waits(s, c, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
            }
        ),
        new(
            "resource.volume-attach-failed",
            "multi-attach",
            s =>
            {
                Bound(s, $"{s.App}-data");
                s.MountFails(
                    "Multi-Attach error for volume \"pvc-5e2b\" Volume is already exclusively attached "
                        + "to one node and can't be attached to another",
                    Volume($"{s.App}-data"),
                    Mounted,
                    "FailedAttachVolume"
                );
            }
        ),
        new(
            "resource.volume-attach-failed",
            "azure-limit",
            s =>
            {
                Bound(s, $"{s.App}-data");
                s.MountFails(
                    "AttachVolume.Attach failed for volume \"pvc-5e2b\" : rpc error: code = Internal "
                        + "desc = Attach volume /subscriptions/1/disks/pvc-5e2b to instance aks-1 failed with: "
                        + "OperationNotAllowed, The maximum number of data disks allowed to be attached to a "
                        + "VM of this size is 4.",
                    Volume($"{s.App}-data"),
                    Mounted,
                    "FailedAttachVolume"
                );
            }
        ),
        new(
            "resource.volume-mount-failed",
            "nfs-timeout",
            s =>
                s.MountFails(
                    "MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32\n"
                        + "Mounting command: mount\nMounting arguments: -t nfs nfs.corp.local:/exports/share "
                        + "/var/lib/kubelet/pods/6b/volumes/kubernetes.io~nfs/share\nOutput: mount.nfs: "
                        + "Connection timed out",
                    """{"volumes":[{"name":"share","nfs":{"server":"nfs.corp.local","path":"/exports/share"}}]}"""
                )
        ),
        new(
            "resource.volume-mount-failed",
            "cifs",
            s =>
            {
                Bound(s, $"{s.App}-files");
                s.MountFails(
                    "MountVolume.MountDevice failed for volume \"pvc-files\" : rpc error: code = "
                        + "Internal desc = volume(files) mount //acme.file.core.windows.net/files on "
                        + "/var/lib/kubelet/plugins/kubernetes.io/csi/file.csi.azure.com/globalmount failed "
                        + "with mount failed: exit status 32 Output: mount error(13): Permission denied",
                    Volume($"{s.App}-files"),
                    Mounted
                );
            }
        ),
        new(
            "resource.pv-node-affinity",
            "zone",
            s =>
            {
                Bound(s, $"{s.App}-data");
                s.Unschedulable(
                    "0/6 nodes are available: 1 node(s) had untolerated taint "
                        + "{node-role.kubernetes.io/control-plane: }, 5 node(s) had volume node affinity "
                        + "conflict. preemption: 0/6 nodes are available: 6 Preemption is not helpful for "
                        + "scheduling.",
                    Mounted,
                    Volume($"{s.App}-data")
                );
            }
        ),
        new(
            "resource.node-disk-pressure",
            "evicted",
            s =>
            {
                s.Node(
                    "node-a",
                    Scene.Condition("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
                );
                s.Deploy();
                s.Instance(
                    s.App,
                    s.Pod,
                    $$"""
                    {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{s.App}}-7c9d8f6b54","uid":"0",
                    "controller":true}
                    """,
                    null,
                    phase: "Failed",
                    status: $$"""{"reason":"Evicted","message":{{Scene.Q(EvictedForStorage)}} }"""
                );
                s.Warn(
                    "Pod",
                    s.Pod,
                    "Evicted",
                    "The node was low on resource: ephemeral-storage. Threshold quantity: 10729203Ki, "
                        + "available: 8123400Ki. "
                );
                s.Blame("Node", "node-a", s.App);
            }
        ),
        new(
            "resource.ephemeral-storage-exceeded",
            "limit",
            s =>
            {
                s.Deploy("""{"resources":{"limits":{"ephemeral-storage":"1Gi"}}}""");
                s.Instance(
                    s.App,
                    s.Pod,
                    $$"""
                    {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{s.App}}-7c9d8f6b54","uid":"0",
                    "controller":true}
                    """,
                    null,
                    phase: "Failed",
                    status: """
                    {"reason":"Evicted",
                    "message":"Container main exceeded its local ephemeral storage limit \"1Gi\". "}
                    """
                );
                s.Warn("Pod", s.Pod, "Evicted", "Container main exceeded its local ephemeral storage limit \"1Gi\". ");
                s.Blame();
            }
        ),
        new(
            "resource.hpa-no-metrics",
            "metrics-server-gone",
            s =>
            {
                s.Deploy("""{"resources":{"requests":{"cpu":"100m"}}}""", 1, 1);
                s.Add(
                    "HorizontalPodAutoscaler",
                    s.App,
                    $$"""
                        {"spec":{"minReplicas":1,"maxReplicas":5,"scaleTargetRef":{"apiVersion":"apps/v1",
                        "kind":"Deployment","name":"{{s.App}}"},"metrics":[{"type":"Resource",
                        "resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70} } }]},
                        "status":{"currentReplicas":1,"desiredReplicas":0,
                        "conditions":[{{Scene.Condition(
                            "AbleToScale",
                            "True",
                            "SucceededGetScale",
                            "the HPA controller was able to get the target's current scale"
                        )}},
                        {{Scene.Condition(
                            "ScalingActive",
                            "False",
                            "FailedGetResourceMetric",
                            "the HPA was unable to compute the replica count: failed to get cpu utilization: "
                                + "unable to get metrics for resource cpu: unable to fetch metrics from resource "
                                + "metrics API: the server could not find the requested resource "
                                + "(get pods.metrics.k8s.io)"
                        )}}]} }
                        """
                );
                s.Blame("HorizontalPodAutoscaler");
            }
        ),
        new(
            "resource.hpa-at-max",
            "too-many-replicas",
            s =>
            {
                s.Deploy("""{"resources":{"requests":{"cpu":"100m"}}}""", 5, 5);
                s.Add(
                    "HorizontalPodAutoscaler",
                    s.App,
                    $$"""
                        {"spec":{"minReplicas":1,"maxReplicas":5,"scaleTargetRef":{"apiVersion":"apps/v1",
                        "kind":"Deployment","name":"{{s.App}}"},"metrics":[{"type":"Resource",
                        "resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60} } }]},
                        "status":{"currentReplicas":5,"desiredReplicas":5,"currentMetrics":[{"type":"Resource",
                        "resource":{"name":"cpu","current":{"averageUtilization":97} } }],
                        "conditions":[{{Scene.Condition(
                            "ScalingActive",
                            "True",
                            "ValidMetricFound",
                            "the HPA was able to successfully calculate a replica count from cpu resource utilization "
                                + "(percentage of request)"
                        )}},
                        {{Scene.Condition(
                            "ScalingLimited",
                            "True",
                            "TooManyReplicas",
                            "the desired replica count is more than the maximum replica count"
                        )}}]} }
                        """
                );
                s.Blame("HorizontalPodAutoscaler");
            }
        ),
    ];
}
