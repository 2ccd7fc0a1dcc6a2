using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class SystemFaults
{
    public const string NodeNotReady = "system.node-not-ready";
    public const string ContainerRuntimeFailed = "system.container-runtime-failed";
    public const string CertificateExpired = "system.certificate-expired";
    public const string ApiOverloaded = "system.api-overloaded";
    public const string FinalizerStuck = "system.finalizer-stuck";
    public const string ApiRemoved = "system.api-removed";
    public const string ControllerDown = "system.controller-down";
    public const string KubeProxyFailed = "system.kube-proxy-failed";
    public const string EtcdFailed = "system.etcd-failed";

    private static Fault System(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.System, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        System(
            NodeNotReady,
            "The node or its kubelet is gone",
            [
                new(
                    Medium,
                    "Start {service} on node {node} again, and read why it ended (journalctl -u {service}).",
                    "kubectl describe node {node}"
                ),
                new(
                    Medium,
                    "Check whether node {node} runs and its kubelet answers; if it does not come back, drain and "
                        + "replace it.",
                    "kubectl describe node {node}",
                    "kubectl drain {node} --ignore-daemonsets"
                )
                {
                    Otherwise = true,
                },
            ],
            "Run replicas on several nodes; replace unhealthy nodes automatically."
        ),
        System(
            ContainerRuntimeFailed,
            "The container runtime fails",
            [
                new(
                    Medium,
                    "Start {service} on node {node} again, and read why it ended (journalctl -u {service}).",
                    "kubectl describe node {node}"
                ),
                new(
                    Medium,
                    "Look at the container runtime's log on node {node}, and restart it.",
                    "kubectl describe node {node}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Alert on runtime errors of the kubelet."
        ),
        System(
            CertificateExpired,
            "A certificate of the cluster has expired",
            [
                new(
                    High,
                    "Renew the cluster's certificates (kubeadm certs renew all, or your distribution's way) and "
                        + "restart the control plane."
                ),
            ],
            "Alert 30 days before; let the kubelets rotate theirs."
        ),
        System(
            ApiOverloaded,
            "The API server is slow or throttles",
            [
                new(
                    Medium,
                    "Find the client that asks too much, and check whether etcd is slow.",
                    "kubectl get --raw '/readyz?verbose'"
                ),
            ],
            "Limit clients with priority levels; keep etcd on fast disks."
        ),
        System(
            FinalizerStuck,
            "The object cannot be deleted: a finalizer is never removed",
            [
                new(Medium, "Check whether the controller of finalizer {finalizer} runs.", "kubectl get pods -A"),
                new(
                    Medium,
                    "Mend what holds namespace {heldnamespace}: an APIService that is not available, or objects that "
                        + "are left in it.",
                    "kubectl get apiservices",
                    "kubectl get namespace {heldnamespace} -o yaml"
                ),
                new(
                    High,
                    "Only if it is gone for good: remove the finalizer. What it would have cleaned up stays behind.",
                    "kubectl -n {namespace} patch {workload} --type=merge -p '{\"metadata\":{\"finalizers\":null}}'"
                ),
                new(
                    High,
                    "Only if it is gone for good: remove finalizer {finalizer}. What it would have cleaned up stays "
                        + "behind.",
                    "kubectl patch {workload} --type=merge -p '{\"metadata\":{\"finalizers\":null}}'"
                )
                {
                    Otherwise = true,
                },
            ],
            "Uninstall an operator only after the objects it guards."
        ),
        System(
            ApiRemoved,
            "The manifest uses an API version that is gone",
            [new(Medium, "Convert the manifest to an API version that this cluster serves.", "kubectl api-versions")],
            "Check manifests against the next version before an upgrade."
        ),
        System(
            ControllerDown,
            "Scheduler or controllers do nothing",
            [
                new(
                    High,
                    "Start {service} on node {node} again, and read why it ended (journalctl -u {service}).",
                    "kubectl get nodes"
                ),
                new(
                    High,
                    "Check whether kube-scheduler and kube-controller-manager run.",
                    "kubectl -n kube-system get pods",
                    "kubectl -n kube-system get leases"
                )
                {
                    Otherwise = true,
                },
            ],
            "Run the control plane on several machines."
        ),
        System(
            KubeProxyFailed,
            "kube-proxy does not run on a node, so Services do not work there",
            [
                new(
                    Medium,
                    "Start kube-proxy on node {node} again, and read why it ended (journalctl -u kube-proxy, or the log"
                        + " of its pod).",
                    "kubectl describe node {node}",
                    "kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide"
                ),
            ],
            "Alert on nodes without a ready kube-proxy."
        ),
        System(
            EtcdFailed,
            "etcd is full, without quorum or too slow",
            [
                new(
                    High,
                    "Check etcd: etcdctl endpoint status and alarm list; where its space is used up, compact, "
                        + "defragment and disarm the alarm.",
                    "kubectl -n kube-system get pods -l component=etcd"
                ),
            ],
            "Alert on etcd's database size, leader changes and fsync times."
        ),
    ];
}
