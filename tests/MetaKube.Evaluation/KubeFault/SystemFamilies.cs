namespace MetaKube.Evaluation.KubeFault;

/// <summary>The cluster's own parts, in the words of the kubelet, the API server and container runtimes.</summary>
internal static class SystemFamilies
{
    public static IEnumerable<Family> All { get; } =
    [
        new(
            "system.node-not-ready",
            "kubelet-silent",
            s =>
            {
                s.Node(
                    "node-b",
                    ready: false,
                    spec: """{"taints":[{"key":"node.kubernetes.io/unreachable","effect":"NoExecute"}]}"""
                );
                var p = s.Run(Scene.Running(), node: "node-b", phase: "Running");
                s.Warn("Pod", p, "NodeNotReady", "Node is not ready");
                s.Blame("Node", "node-b", s.App);
            }
        ),
        new(
            "system.node-not-ready",
            "pleg",
            s =>
            {
                s.Node("node-b", ready: true);
                s.Node(
                    "node-b",
                    Scene.Condition("NetworkUnavailable", "False", "CalicoIsUp", "Calico is running on this node"),
                    ready: false
                );
                s.Warn("Node", "node-b", "NodeNotReady", "Node node-b status is now: NodeNotReady");
                s.Blame("Node", "node-b");
            }
        ),
        new(
            "system.container-runtime-failed",
            "shim",
            s =>
            {
                var p = s.Run(Scene.Waiting("ContainerCreating"), phase: "Pending");
                s.Warn(
                    "Pod",
                    p,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create "
                        + "containerd task: failed to start shim: fork/exec /usr/bin/containerd-shim-runc-v2: "
                        + "resource temporarily unavailable"
                );
                s.Blame();
            }
        ),
        new(
            "system.container-runtime-failed",
            "deadline",
            s =>
            {
                var p = s.Run(Scene.Waiting("ContainerCreating"), phase: "Pending");
                s.Warn(
                    "Pod",
                    p,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context "
                        + "deadline exceeded"
                );
                s.Blame();
            }
        ),
        new(
            "system.certificate-expired",
            "api-client",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "E1124 10:55:01.1 1 leaderelection.go:332] error retrieving resource lock "
                        + "kube-system/x: Get "
                        + "\"https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/x\": "
                        + "tls: failed to verify certificate: x509: certificate has expired or is not yet "
                        + "valid: current time 2026-11-24T10:55:01Z is after 2026-11-20T08:00:00Z"
                )
        ),
        new(
            "system.api-overloaded",
            "etcd",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "E1124 10:55:01.1 1 leaderelection.go:330] error retrieving resource lock: "
                        + "etcdserver: request timed out",
                    "F1124 10:55:12.3 1 main.go:90] leader election lost"
                )
        ),
        new(
            "system.finalizer-stuck",
            "claim-protection",
            s =>
            {
                s.Add(
                    "PersistentVolumeClaim",
                    s.Ns,
                    s.App,
                    """{"spec":{"accessModes":["ReadWriteOnce"]},"status":{"phase":"Bound"}}""",
                    9000,
                    $$"""
                    {"deletionTimestamp":"{{Scene.Ago(180)}}","deletionGracePeriodSeconds":0,
                    "finalizers":["example.org/backup"]}
                    """
                );
                s.Blame("PersistentVolumeClaim");
            }
        ),
        new(
            "system.finalizer-stuck",
            "service-lb",
            s =>
            {
                s.Service(more: ""","type":"LoadBalancer" """);
                var meta = (System.Text.Json.Nodes.JsonObject)s.Items["Service"][^1]["metadata"]!;
                meta["deletionTimestamp"] = Scene.Ago(240);
                meta["finalizers"] = new System.Text.Json.Nodes.JsonArray(
                    "service.kubernetes.io/load-balancer-cleanup"
                );
                s.Warn(
                    "Service",
                    s.App,
                    "SyncLoadBalancerFailed",
                    "Error syncing load balancer: failed to delete load balancer: AccessDenied"
                );
                s.Blame("Service");
            }
        ),
        new(
            "system.api-removed",
            "ingress-v1beta1",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "error: unable to recognize \"ingress.yaml\": no matches for kind \"Ingress\" in "
                        + "version \"extensions/v1beta1\""
                )
        ),
        new(
            "system.controller-down",
            "no-events",
            s =>
            {
                s.Deploy();
                s.Instance(
                    s.App,
                    s.Pod,
                    $$"""
                    {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{s.App}}-7c9d8f6b54","uid":"0",
                    "controller":true}
                    """,
                    null,
                    phase: "Pending",
                    node: null,
                    status: "{}"
                );
                ((System.Text.Json.Nodes.JsonObject)s.Items["Pod"][^1]["status"]!).Remove("conditions");
                s.Blame();
            }
        ),
    ];
}
