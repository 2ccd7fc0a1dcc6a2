namespace MetaKube.Evaluation.KubeFault;

/// <summary>Pods without a node, in the scheduler's words from 1.18 to 1.34, and autoscalers beside it.</summary>
internal static class SchedulingFamilies
{
    private const string ControlPlane = "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }";

    public static IEnumerable<Family> All { get; } =
    [
        new(
            "scheduling.insufficient-cpu",
            "current",
            s =>
            {
                var n = s.Random.Next(3, 20);
                s.Unschedulable(
                    $"0/{n + 1} nodes are available: {ControlPlane}, {n} Insufficient cpu. preemption: 0/"
                        + $"{n + 1} nodes are available: 1 Preemption is not helpful for scheduling, {n} No "
                        + $"preemption victims found for incoming pod.",
                    """{"resources":{"requests":{"cpu":"6"}}}"""
                );
            }
        ),
        new(
            "scheduling.insufficient-cpu",
            "autoscaler-refuses",
            s =>
            {
                s.Unschedulable(
                    "0/4 nodes are available: 4 Insufficient cpu.",
                    """{"resources":{"requests":{"cpu":"12"}}}"""
                );
                s.Event(
                    "Pod",
                    s.Pod,
                    "NotTriggerScaleUp",
                    "pod didn't trigger scale-up: 1 max node group size reached",
                    "Normal",
                    1
                );
            }
        ),
        new(
            "scheduling.insufficient-memory",
            "old",
            s =>
                s.Unschedulable(
                    "0/5 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, "
                        + "that the pod didn't tolerate, 4 Insufficient memory.",
                    """{"resources":{"requests":{"memory":"64Gi"}}}"""
                )
        ),
        new(
            "scheduling.insufficient-extended-resource",
            "amd-gpu",
            s =>
                s.Unschedulable(
                    $"0/3 nodes are available: {ControlPlane}, 2 Insufficient amd.com/gpu. preemption: "
                        + $"0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No "
                        + $"preemption victims found for incoming pod.",
                    """{"resources":{"limits":{"amd.com/gpu":"1"}}}"""
                )
        ),
        new(
            "scheduling.insufficient-pods",
            "current",
            s =>
                s.Unschedulable(
                    "0/2 nodes are available: 2 Too many pods. preemption: 0/2 nodes are available: 2 No "
                        + "preemption victims found for incoming pod."
                )
        ),
        new(
            "scheduling.node-selector-mismatch",
            "selector",
            s =>
            {
                s.Node("node-a", labels: """{"kubernetes.io/os":"linux","disk":"hdd"}""");
                s.Unschedulable(
                    "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector. "
                        + "preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
                    pod: """{"nodeSelector":{"disk":"ssd"}}"""
                );
            }
        ),
        new(
            "scheduling.node-selector-mismatch",
            "old-wording",
            s =>
                s.Unschedulable(
                    "0/4 nodes are available: 4 node(s) didn't match node selector.",
                    pod: """
                    {"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{
                    "nodeSelectorTerms":[{"matchExpressions":[{"key":"pool","operator":"In","values":["batch"]}]}]}}}}
                    """
                )
        ),
        new(
            "scheduling.taint-not-tolerated",
            "spot",
            s =>
            {
                s.Node(
                    "node-a",
                    spec: """
                    {"taints":[{"key":"cloud.google.com/gke-spot","value":"true","effect":"NoSchedule"}]}
                    """
                );
                s.Unschedulable(
                    "0/3 nodes are available: 3 node(s) had untolerated taint "
                        + "{cloud.google.com/gke-spot: true}. preemption: 0/3 nodes are available: 3 "
                        + "Preemption is not helpful for scheduling."
                );
            }
        ),
        new(
            "scheduling.pod-affinity-unsatisfiable",
            "affinity",
            s =>
                s.Unschedulable(
                    $"0/4 nodes are available: {ControlPlane}, 3 node(s) didn't match pod affinity rules. "
                        + $"preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
                    pod: """
                    {"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{
                    "topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"cache"}}}]}}}
                    """
                )
        ),
        new(
            "scheduling.topology-spread",
            "zones",
            s =>
                s.Unschedulable(
                    "0/6 nodes are available: 3 node(s) didn't match pod topology spread constraints, 3 "
                        + "node(s) didn't match pod topology spread constraints (missing required label). "
                        + "preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
                    pod: """
                    {"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone",
                    "whenUnsatisfiable":"DoNotSchedule"}]}
                    """
                )
        ),
        new(
            "scheduling.host-port-conflict",
            "current",
            s =>
                s.Unschedulable(
                    "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod "
                        + "ports. preemption: 0/2 nodes are available: 2 No preemption victims found for "
                        + "incoming pod.",
                    """{"ports":[{"containerPort":9100,"hostPort":9100}]}"""
                )
        ),
        new(
            "scheduling.node-cordoned",
            "maintenance",
            s =>
            {
                s.Node(
                    "node-a",
                    spec: """
                    {"unschedulable":true,"taints":[{"key":"node.kubernetes.io/unschedulable",
                    "effect":"NoSchedule"}]}
                    """
                );
                s.Unschedulable(
                    "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are "
                        + "available: 1 Preemption is not helpful for scheduling."
                );
            }
        ),
        new(
            "scheduling.scaled-to-zero",
            "replicas",
            s =>
            {
                s.Deploy("{}", 0, 0);
                s.Service();
                s.Blame(askedKind: "Service");
            }
        ),
        new(
            "scheduling.preempted",
            "priority",
            s =>
            {
                s.Deploy("{}", 1, 0);
                s.Unschedulable("0/2 nodes are available: 2 Insufficient cpu.");
                s.Event(
                    "Pod",
                    s.Pod.Replace("x2k9p", "q8z7t", StringComparison.Ordinal),
                    "Preempted",
                    "Preempted by pod 6a1f9c0e-1d2b-4c77-9f10-0c9be20a8f31 on node node-a",
                    "Warning",
                    3
                );
            }
        ),
        new(
            "scheduling.pdb-blocks",
            "all-needed",
            s =>
            {
                s.Deploy("{}", 1, 1);
                s.Instance(
                    s.App,
                    s.Pod,
                    $$"""
                    {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{s.App}}-7c9d8f6b54","uid":"0",
                    "controller":true}
                    """,
                    Scene.Running(),
                    ready: true
                );
                s.Add(
                    "PodDisruptionBudget",
                    s.App,
                    $$"""
                    {"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"{{s.App}}"} } },
                    "status":{"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1,
                    "conditions":[{{Scene.Condition("DisruptionAllowed", "False", "InsufficientPods", "")}}]} }
                    """
                );
                s.Node("node-a", spec: """{"unschedulable":true}""");
                s.Blame("PodDisruptionBudget");
            }
        ),
    ];
}
