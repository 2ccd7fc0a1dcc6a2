using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class SchedulingFaults
{
    public const string InsufficientCpu = "scheduling.insufficient-cpu";
    public const string InsufficientMemory = "scheduling.insufficient-memory";
    public const string InsufficientExtendedResource = "scheduling.insufficient-extended-resource";
    public const string InsufficientPods = "scheduling.insufficient-pods";
    public const string NodeSelectorMismatch = "scheduling.node-selector-mismatch";
    public const string TaintNotTolerated = "scheduling.taint-not-tolerated";
    public const string PodAffinityUnsatisfiable = "scheduling.pod-affinity-unsatisfiable";
    public const string TopologySpread = "scheduling.topology-spread";
    public const string HostPortConflict = "scheduling.host-port-conflict";
    public const string NodeCordoned = "scheduling.node-cordoned";
    public const string Preempted = "scheduling.preempted";
    public const string Gated = "scheduling.gated";
    public const string ScaledToZero = "scheduling.scaled-to-zero";
    public const string PdbBlocks = "scheduling.pdb-blocks";

    private static Fault Scheduling(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Scheduling, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        Scheduling(
            InsufficientCpu,
            "No node has the requested CPU free",
            [
                new(
                    Medium,
                    "Request less CPU (now {request}; {fits} is half of the largest node), or add a node.",
                    "kubectl -n {namespace} set resources {deployment} --requests=cpu={fits}",
                    "kubectl describe nodes"
                ),
                new(
                    Medium,
                    "Request less CPU, or add a node.",
                    "kubectl -n {namespace} edit {workload}",
                    "kubectl describe nodes"
                )
                {
                    Otherwise = true,
                },
            ],
            "Set requests from measured use; run a cluster autoscaler."
        ),
        Scheduling(
            InsufficientMemory,
            "No node has the requested memory free",
            [
                new(
                    Medium,
                    "Request less memory (now {request}; {fits} is half of the largest node), or add a node.",
                    "kubectl -n {namespace} set resources {deployment} --requests=memory={fits}",
                    "kubectl describe nodes"
                ),
                new(
                    Medium,
                    "Request less memory, or add a node.",
                    "kubectl -n {namespace} edit {workload}",
                    "kubectl describe nodes"
                )
                {
                    Otherwise = true,
                },
            ],
            "Set requests from measured use; run a cluster autoscaler."
        ),
        Scheduling(
            InsufficientExtendedResource,
            "No node offers the requested device",
            [
                new(
                    Medium,
                    "No node has {device} free: check the device plugin, add such a node, or drop the request.",
                    "kubectl get nodes -o custom-columns=NAME:.metadata.name,ALLOCATABLE:.status.allocatable"
                ),
                new(
                    Medium,
                    "Request less of it (now {request}), free it on the nodes, or add a node that has more.",
                    "kubectl -n {namespace} edit {workload}",
                    "kubectl describe nodes"
                )
                {
                    Otherwise = true,
                },
                new(Medium, "Add a node that has room for what {workload} asks for.", "kubectl describe nodes")
                {
                    Otherwise = true,
                },
            ],
            "Alert when a node's device plugin stops reporting its devices."
        ),
        Scheduling(
            InsufficientPods,
            "Every node holds as many pods as it may",
            [
                new(
                    Medium,
                    "Add a node, or raise maxPods on the kubelets.",
                    "kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.status.allocatable.pods"
                ),
            ],
            "Alert at 90 % of the pods a node may hold."
        ),
        Scheduling(
            NodeSelectorMismatch,
            "No node carries the labels that the pod asks for",
            [
                new(
                    Medium,
                    "Label a node with {selector}, or correct nodeSelector or node affinity of {workload}.",
                    "kubectl get nodes --show-labels",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Correct nodeSelector or node affinity of {workload}, or label a node to fit.",
                    "kubectl get nodes --show-labels",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Set node labels by the node pool, not by hand."
        ),
        Scheduling(
            TaintNotTolerated,
            "Nodes are tainted and the pod does not tolerate it",
            [
                new(
                    Medium,
                    "Add a toleration for {taint} to {workload} if it belongs on those nodes, else remove the taint.",
                    "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"
                ),
            ],
            "Keep at least one untainted node pool with room."
        ),
        Scheduling(
            PodAffinityUnsatisfiable,
            "Pod affinity or anti-affinity cannot be met",
            [
                new(
                    Medium,
                    "Relax the (anti-)affinity of {workload} (preferred instead of required), add nodes, or run "
                        + "fewer replicas.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Use preferredDuringScheduling for spreading."
        ),
        Scheduling(
            TopologySpread,
            "Topology spread constraints cannot be met",
            [
                new(
                    Medium,
                    "Set whenUnsatisfiable: ScheduleAnyway on {workload}, raise maxSkew, or add nodes in the "
                        + "empty domains.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Check that nodes carry the topology key of the constraint."
        ),
        Scheduling(
            HostPortConflict,
            "The host port is taken on every node",
            [
                new(
                    Medium,
                    "Drop hostPort {port} from {workload} and use a Service, or run no more replicas than nodes.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Use hostPort in DaemonSets only."
        ),
        Scheduling(
            NodeCordoned,
            "Nodes are cordoned",
            [
                new(Medium, "Make node {node} schedulable again if its maintenance is over.", "kubectl uncordon {node}")
                {
                    Patch = """{"spec":{"unschedulable":null}}""",
                    IsOfNode = true,
                },
            ],
            "Alert on nodes that stay cordoned for more than an hour."
        ),
        Scheduling(
            Preempted,
            "A pod of higher priority took its place",
            [
                new(
                    Medium,
                    "Add room, or give {workload} a PriorityClass that fits its importance.",
                    "kubectl get priorityclasses"
                ),
            ],
            "Agree on priority classes; keep room for what must not be preempted."
        ),
        Scheduling(
            Gated,
            "Scheduling gates hold the pod back",
            [
                new(
                    Medium,
                    "The controller that set gate {gate} has to remove it: check whether it runs.",
                    "kubectl -n {namespace} get pod {pod} -o jsonpath='{.spec.schedulingGates}'"
                ),
            ],
            "Alert on pods that stay gated."
        ),
        Scheduling(
            ScaledToZero,
            "The workload is scaled to zero",
            [
                new(
                    Medium,
                    "CronJob {cronjob} scales it at each run ({schedule}): suspend or change that one first, else it "
                        + "undoes what you do.",
                    "kubectl -n {cronns} patch cronjob {cronjob} -p '{\"spec\":{\"suspend\":true}}'"
                ),
                new(
                    Medium,
                    "Scale it up if it is meant to run.",
                    "kubectl -n {namespace} scale {workload} --replicas=1"
                )
                {
                    Patch = """{"spec":{"replicas":1}}""",
                },
            ],
            "Alert on Services without endpoints."
        ),
        Scheduling(
            PdbBlocks,
            "A PodDisruptionBudget stops the drain",
            [
                new(
                    Medium,
                    "Bring the workload of budget {name} to more ready replicas than it protects, or lower "
                        + "minAvailable.",
                    "kubectl -n {namespace} get pdb {name} -o yaml"
                ),
            ],
            "Keep minAvailable below the replica count."
        ),
    ];
}
