using System.Text.RegularExpressions;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// The words that an experienced operator expects of an answer, for each cause: a fix contains one of the first list,
/// advice against a recurrence one of the second. They are written from general knowledge of Kubernetes and not from
/// the texts of this bot, so that an answer may be right and still miss them.
/// </summary>
internal static class Reference
{
    private static readonly Dictionary<string, (string Fix, string Prevention)> Table = new()
    {
        ["image.not-found"] = ("set image|tag|push|correct", "digest|pipeline|CI|immutable|check|exist"),
        ["image.registry-auth"] = (
            "docker-registry|imagePullSecret|pull secret|credential",
            "rotat|expire|service ?account|every namespace|replicat|workload identity|long-lived"
        ),
        ["image.registry-unreachable"] = ("registry|reach|DNS|proxy|mirror|name", "mirror|cache|monitor|alert|private"),
        ["image.rate-limited"] = (
            "pull secret|docker-registry|mirror|cache|authenticat|wait",
            "mirror|cache|proxy|own registry"
        ),
        ["image.invalid-name"] = ("set image|image|correct", "valid|lint|CI|check|template"),
        ["image.never-pull-absent"] = (
            "pullPolicy|IfNotPresent|import|load|preload",
            "pullPolicy|IfNotPresent|registry|preload"
        ),
        ["image.wrong-architecture"] = (
            "multi|build|architecture|platform|nodeSelector|arch",
            "multi|buildx|platform|architecture"
        ),
        ["config.missing-configmap"] = (
            "create configmap|create the configmap|configmap",
            "together|chart|kustomize|helm|same|before|optional|pipeline"
        ),
        ["config.missing-secret"] = (
            "create secret|create the secret|secret",
            "external|together|chart|sealed|operator|before|same|pipeline"
        ),
        ["config.missing-key"] = ("key", "together|check|valid|schema|same|review|optional|rename"),
        ["config.missing-env"] = ("set env|variable|env", "default|document|fail|start|template|chart|valid|check"),
        ["config.bad-value"] = ("set env|correct|value|edit", "valid|schema|test|check|review|start"),
        ["config.bad-credentials"] = (
            "password|secret|credential|rotat|user",
            "rotat|secret|external|operator|vault|one place|same"
        ),
        ["config.bad-command"] = ("command|args|entrypoint|path|executable|chmod", "test|CI|image|build|run"),
        ["config.invalid-file"] = ("configmap|file|edit|correct|syntax", "valid|lint|check|CI|test"),
        ["config.liveness-probe-wrong"] = ("probe|livenessProbe|port|path", "probe|test|same|named|review|health"),
        ["config.readiness-probe-wrong"] = ("probe|readinessProbe|port|path", "probe|test|same|named|review|health"),
        ["config.startup-too-slow"] = (
            "startupProbe|initialDelay|failureThreshold|probe",
            "startupProbe|startup|slow|measure|faster"
        ),
        ["config.rbac-denied"] = ("role|rolebinding|grant|right", "role|least|chart|auth can-i|together|review|test"),
        ["config.service-account-missing"] = (
            "serviceaccount|service account",
            "together|chart|same|before|review|manifest"
        ),
        ["config.security-context-denied"] = (
            "runAs|securityContext|emptyDir|user|privilege|root|writ",
            "non-root|restricted|test|dry-run|warn|image|early|read-only"
        ),
        ["config.admission-denied"] = (
            "policy|label|limit|manifest|comply|webhook|polic|correct|change",
            "CI|dry-run|policy|early|pipeline|before"
        ),
        ["config.admission-webhook-down"] = (
            "webhook|failurePolicy|service|endpoint",
            "replica|failurePolicy|namespaceSelector|exclude|monitor|alert|PodDisruptionBudget"
        ),
        ["config.volume-mount-wrong"] = ("mount|subPath|path", "test|subPath|review|own directory|directory"),
        ["config.cronjob-suspended"] = ("suspend", "alert|monitor|note|annotat|last|comment"),
        ["config.cronjob-invalid"] = ("schedule|startingDeadline|cron", "valid|check|alert|monitor|lint|deadline"),
        ["config.job-backoff-exhausted"] = (
            "log|again|recreate|create|backoffLimit|delete",
            "log|ttl|alert|retain|idempotent|keep|restartPolicy"
        ),
        ["resource.oom-killed"] = ("memory|limit", "memory|measure|alert|VPA|profile|leak|usage|headroom"),
        ["resource.node-oom"] = ("request|limit|memory|node", "request|limit|reserv|eviction|headroom"),
        ["resource.cpu-throttled"] = ("cpu|limit", "throttl|alert|limit|request|usage|measure"),
        ["resource.ephemeral-storage-exceeded"] = (
            "ephemeral|emptyDir|storage|log|limit",
            "rotat|volume|limit|request|log|clean"
        ),
        ["resource.node-memory-pressure"] = (
            "memory|node|request|drain|evict|load",
            "request|limit|alert|reserv|headroom|autoscal"
        ),
        ["resource.node-disk-pressure"] = (
            "disk|image|prune|space|log|node",
            "alert|garbage|rotat|limit|monitor|ephemeral"
        ),
        ["resource.pid-exhausted"] = ("pid|process|thread", "pid|limit|podPidsLimit|alert|thread"),
        ["resource.quota-exceeded"] = ("quota|request|scale", "quota|alert|review|plan|monitor|usage|default"),
        ["resource.limit-range-violated"] = (
            "limit|request|LimitRange",
            "limit|review|CI|dry-run|default|document|check"
        ),
        ["resource.volume-full"] = (
            "expand|volume|storage|delete|space|size|grow|clean",
            "alert|monitor|expan|retention|rotat|usage"
        ),
        ["resource.no-storage-class"] = (
            "storageClass|storage class|default",
            "default|class|check|chart|same|value|document"
        ),
        ["config.port-conflict"] = (
            "port|listen|bind|container|process",
            "port|one|check|test|document|declare|manifest|start"
        ),
        ["config.database-read-only"] = (
            "read-only|primary|writ|replica|database",
            "alert|monitor|failover|primary|check|replica|watch"
        ),
        ["config.rollout-held"] = (
            "resume|unpause|partition|OnDelete|updateStrategy|delete the pods",
            "alert|monitor|revision|updated|note|annotat|RollingUpdate"
        ),
        ["config.job-held-open"] = (
            "sidecar|native|restartPolicy|terminate|quit|exit|delete",
            "sidecar|activeDeadline|native|deadline|alert|monitor"
        ),
        ["config.rival-autoscalers"] = (
            "delete|remove|one autoscaler|one of the autoscalers|keep one|merge",
            "one chart|one owner|own|policy|check|CI|review|lint"
        ),
        ["config.readiness-gate-unmet"] = (
            "controller|readinessGate|gate|condition",
            "alert|monitor|controller|gate|ready"
        ),
        ["resource.connections-exhausted"] = (
            "connection|pool|max|limit|client",
            "pool|alert|monitor|limit|connection"
        ),
        ["resource.no-matching-volume"] = (
            "claim|volume|access mode|capacity|selector|class|bound|match",
            "manifest|volumeName|claim|volume|one|same|check|dynamic"
        ),
        ["resource.provisioning-failed"] = (
            "provision|driver|permission|quota|capacity|volume|claim",
            "quota|alert|permission|capacity|monitor|test|dynamic"
        ),
        ["resource.pvc-lost"] = ("restore|claim|volume|backup|new", "Retain|reclaim|backup|snapshot"),
        ["resource.volume-attach-failed"] = (
            "attach|detach|node|volume|Recreate|ReadWriteOnce",
            "Recreate|StatefulSet|limit|ReadWriteMany|strategy|drain"
        ),
        ["resource.volume-mount-failed"] = (
            "mount|server|reach|export|driver|NFS|network|credential",
            "monitor|driver|export|test|network|alert|client"
        ),
        ["resource.pv-node-affinity"] = ("zone|node|volume|affinity", "WaitForFirstConsumer|zone|topology|every zone"),
        ["resource.hpa-at-max"] = ("max|replica|limit", "alert|max|capacity|load|headroom|review"),
        ["resource.hpa-no-metrics"] = (
            "request|metrics-server|metric",
            "request|metrics-server|alert|monitor|LimitRange|default"
        ),
        ["scheduling.insufficient-cpu"] = ("cpu|request|node|scale", "autoscal|request|capacity|headroom|alert|size"),
        ["scheduling.insufficient-memory"] = (
            "memory|request|node|scale",
            "autoscal|request|capacity|headroom|alert|size"
        ),
        ["scheduling.insufficient-extended-resource"] = (
            "node|gpu|device|plugin|free|resource",
            "device plugin|quota|autoscal|capacity|queue|alert|monitor"
        ),
        ["scheduling.insufficient-pods"] = (
            "node|max-?pods|pods|scale",
            "max-?pods|node|capacity|alert|autoscal|prefix"
        ),
        ["scheduling.node-selector-mismatch"] = (
            "label|selector|affinity",
            "label|preferred|review|node pool|autoscal|provision"
        ),
        ["scheduling.taint-not-tolerated"] = ("toleration|taint", "toleration|taint|document|pool|chart|review"),
        ["scheduling.pod-affinity-unsatisfiable"] = ("affinity|replica|node", "preferred|spread|topology|node|replica"),
        ["scheduling.topology-spread"] = (
            "spread|whenUnsatisfiable|zone|label|node|ScheduleAnyway",
            "ScheduleAnyway|zone|label|spread|node"
        ),
        ["scheduling.host-port-conflict"] = ("hostPort|port|node", "hostPort|Service|DaemonSet|NodePort|ingress"),
        ["scheduling.node-cordoned"] = ("uncordon", "uncordon|alert|maintenance|capacity|drain|spare"),
        ["scheduling.preempted"] = (
            "priority|capacity|node|PriorityClass|request",
            "priority|capacity|PriorityClass|quota|autoscal|headroom"
        ),
        ["scheduling.gated"] = ("gate|controller|schedulingGates", "controller|gate|alert|monitor|queue"),
        ["scheduling.scaled-to-zero"] = (
            "scale|replicas",
            "alert|HPA|minReplicas|min|GitOps|KEDA|replica|reason|note|annotat"
        ),
        ["scheduling.pdb-blocks"] = (
            "replica|PodDisruptionBudget|pdb|minAvailable|scale|maxUnavailable",
            "replica|maxUnavailable|minAvailable|more than"
        ),
        ["network.service-selector-mismatch"] = (
            "selector|label",
            "label|selector|test|chart|check|review|endpoint|smoke"
        ),
        ["network.service-port-mismatch"] = ("targetPort|port", "named|name|port|test|same|chart"),
        ["network.no-ready-endpoints"] = (
            "ready|readiness|pod|endpoint|log|describe",
            "readiness|alert|replica|endpoint|probe|budget"
        ),
        ["network.dependency-missing"] = (
            "service|name|create|env|correct|URL|host",
            "chart|config|check|test|name|dependen|deploy|order|namespace"
        ),
        ["network.dns-failure"] = ("CoreDNS|dns", "CoreDNS|replica|cache|monitor|alert|NodeLocal"),
        ["network.dependency-down"] = (
            "dependen|start|reach|up|check|restart|host|port|service",
            "retry|retries|backoff|readiness|replica|alert|circuit|health"
        ),
        ["network.connection-timeout"] = (
            "firewall|network|route|reach|security group|egress|policy|proxy|host|allow",
            "timeout|retry|retries|monitor|alert|egress|firewall|probe|document"
        ),
        ["network.policy-blocked"] = ("policy|allow|egress|ingress", "policy|test|review|allow|flow|label|together"),
        ["network.tls-expired"] = ("renew|certificate|cert", "cert-manager|alert|renew|expir|automat|monitor"),
        ["network.tls-untrusted"] = ("CA|trust|certificate|bundle", "CA|bundle|trust|distribut|cert-manager"),
        ["network.ingress-class-missing"] = ("ingressClass|class", "class|default|controller|check|lint|review|chart"),
        ["network.ingress-backend-missing"] = (
            "service|backend",
            "together|chart|check|CI|test|same|lint|review|rename"
        ),
        ["network.ingress-tls-missing"] = (
            "secret|tls|certificate",
            "cert-manager|automat|alert|same|chart|together|monitor"
        ),
        ["network.misrouted"] = (
            "path|route|backend|rewrite|ingress",
            "test|smoke|probe|review|check|each route|after"
        ),
        ["network.gateway-route-unresolved"] = (
            "backendRef|route|parent|gateway|service|reference|listener|ReferenceGrant",
            "status|condition|alert|review|check|together|chart|test|same"
        ),
        ["network.load-balancer-pending"] = (
            "load balancer|MetalLB|cloud|controller|subnet|quota|NodePort|permission",
            "quota|alert|MetalLB|monitor|controller|shared|ingress|address"
        ),
        ["network.sandbox-failed"] = (
            "CNI|network|plugin|IP|calico|node|daemonset|subnet",
            "CNI|alert|monitor|IP|upgrade|address|range"
        ),
        ["system.node-not-ready"] = (
            "kubelet|node|drain|reboot|journalctl",
            "monitor|alert|problem detector|autoscal|repair|replace|spread|replica"
        ),
        ["system.container-runtime-failed"] = (
            "containerd|runtime|node|restart|cri",
            "monitor|alert|upgrade|problem detector|version|disk|limit"
        ),
        ["system.certificate-expired"] = ("renew|certificate|kubeadm|cert", "renew|rotat|alert|expir|automat"),
        ["system.api-overloaded"] = (
            "etcd|API|load|throttl|request|client|backoff",
            "watch|priority|fairness|monitor|alert|rate|limit|cache|latency"
        ),
        ["system.finalizer-stuck"] = (
            "finalizer|controller",
            "finalizer|controller|alert|order|uninstall|before|monitor"
        ),
        ["system.api-removed"] = (
            "apiVersion|version|convert|migrat|manifest|chart|upgrade",
            "deprecat|pluto|kubent|upgrade|CI|convert|before|warn"
        ),
        ["system.controller-down"] = (
            "scheduler|controller|kube-system|restart|leader|control plane",
            "alert|monitor|replica|leader|control plane"
        ),
    };

    public static bool Knows(string fault) => Table.ContainsKey(fault);

    public static bool IsCure(string fault, string text) => Matches(Table[fault].Fix, text);

    public static bool IsPrevention(string fault, string text) => Matches(Table[fault].Prevention, text);

    private static bool Matches(string words, string text) => Regex.IsMatch(text, words, RegexOptions.IgnoreCase);
}
