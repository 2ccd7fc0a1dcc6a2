#!/usr/bin/env python3
"""Writes the composed scenarios (composed-*): failures that a cluster of one node cannot reproduce, as the API shows them.

All other scenarios are recorded from a real cluster by
`dotnet run --project tests/MetaKube.Evaluation -- record KUBECONFIG`.
"""
import datetime, json, os, shutil

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = datetime.datetime(2026, 11, 24, 11, 0, 0)
NAMESPACED = ("pods events services endpoints configmaps secrets persistentvolumeclaims resourcequotas limitranges serviceaccounts deployments "
              "replicasets statefulsets daemonsets jobs cronjobs horizontalpodautoscalers poddisruptionbudgets ingresses networkpolicies").split()
CLUSTER = "namespaces nodes persistentvolumes ingressclasses storageclasses validatingwebhookconfigurations mutatingwebhookconfigurations".split()
KINDS = {"pods": "Pod", "events": "Event", "services": "Service", "endpoints": "Endpoints", "configmaps": "ConfigMap", "secrets": "Secret",
         "persistentvolumeclaims": "PersistentVolumeClaim", "resourcequotas": "ResourceQuota", "limitranges": "LimitRange", "serviceaccounts": "ServiceAccount",
         "deployments": "Deployment", "replicasets": "ReplicaSet", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job", "cronjobs": "CronJob",
         "horizontalpodautoscalers": "HorizontalPodAutoscaler", "poddisruptionbudgets": "PodDisruptionBudget", "ingresses": "Ingress", "networkpolicies": "NetworkPolicy",
         "namespaces": "Namespace", "nodes": "Node", "persistentvolumes": "PersistentVolume", "ingressclasses": "IngressClass", "storageclasses": "StorageClass",
         "validatingwebhookconfigurations": "ValidatingWebhookConfiguration", "mutatingwebhookconfigurations": "MutatingWebhookConfiguration"}


def ago(minutes):
    return (NOW - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Scenario:
    def __init__(self, name, ns, question, fault, kind=None, resource=None, hard=False, cluster_scoped=False):
        self.name, self.ns = "composed-" + name, ns
        self.meta = {"namespace": ns, "question": question, "fault": fault}
        if kind:
            self.meta["resource"] = {"kind": kind, "name": resource} if cluster_scoped else {"kind": kind, "namespace": ns, "name": resource}
        if hard:
            self.meta["hard"] = True
        self.items, self.logs, self.custom, self.count = {}, {}, [], 0
        self.add("namespaces", {"metadata": self.m(ns, None, 9000)})
        self.node("worker-1")

    def m(self, name, ns, minutes=60, **more):
        meta = {"name": name, "creationTimestamp": ago(minutes), **more}
        if ns:
            meta["namespace"] = ns
        return meta

    def add(self, plural, item):
        self.items.setdefault(plural, []).append(item)
        return item

    def node(self, name, conditions=(), unschedulable=False, taints=None, cpu="4", memory="16Gi", pods="110"):
        self.items["nodes"] = [n for n in self.items.get("nodes", []) if n["metadata"]["name"] != name]
        base = {"Ready": ("True", "KubeletReady", "kubelet is posting ready status"), "MemoryPressure": ("False", "KubeletHasSufficientMemory", ""),
                "DiskPressure": ("False", "KubeletHasNoDiskPressure", ""), "PIDPressure": ("False", "KubeletHasSufficientPID", "")}
        base.update(dict(conditions))
        spec = {"unschedulable": True} if unschedulable else {}
        if taints:
            spec["taints"] = taints
        return self.add("nodes", {"metadata": self.m(name, None, 90000, labels={"kubernetes.io/hostname": name}), "spec": spec, "status": {
            "allocatable": {"cpu": cpu, "memory": memory, "pods": pods},
            "conditions": [{"type": t, "status": s, "reason": r, "message": g, "lastTransitionTime": ago(12), "lastHeartbeatTime": ago(1)} for t, (s, r, g) in base.items()]}})

    def deploy(self, name, replicas=1, available=0, ns=None, minutes=60, kind="deployments", **container):
        ns = ns or self.ns
        spec = {"containers": [{"name": "app", "image": "registry.example/%s:4.2" % name, **container}]}
        template = {"metadata": {"labels": {"app": name}}, "spec": spec}
        status = {"replicas": replicas, "updatedReplicas": replicas, "unavailableReplicas": replicas - available}
        if available:
            status["availableReplicas"] = status["readyReplicas"] = available
        item = {"metadata": self.m(name, ns, minutes, annotations={"deployment.kubernetes.io/revision": "1"}), "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}, "status": status}
        self.add(kind, item)
        if kind == "deployments":
            self.add("replicasets", {"metadata": self.m(name + "-6d5f8c9b7", ns, minutes, labels={"app": name, "pod-template-hash": "6d5f8c9b7"}, annotations={"deployment.kubernetes.io/revision": "1"},
                                     ownerReferences=[owner("Deployment", name)]),
                                     "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}, "status": {"replicas": replicas}})
        return item

    def pod(self, workload, suffix="x7k2p", phase="Running", state=None, last=None, restarts=0, ready=False, node="worker-1", ns=None, minutes=60, reason=None, message=None, owner_=None, conditions=None, **container):
        ns = ns or self.ns
        name = "%s-6d5f8c9b7-%s" % (workload, suffix) if owner_ is None else "%s-%s" % (workload, suffix)
        status = {"phase": phase}
        if node:
            status["conditions"] = [{"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(minutes)},
                                    {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": ago(minutes - 1)}]
        if conditions:
            status["conditions"] = conditions
        if reason:
            status.update(reason=reason, message=message)
        if state or ready:
            status["containerStatuses"] = [{"name": "app", "ready": ready, "restartCount": restarts, "image": "x", "imageID": "",
                                            "state": state or {"running": {"startedAt": ago(minutes)}}, **({"lastState": last} if last else {})}]
        spec = {"containers": [{"name": "app", "image": "registry.example/%s:4.2" % workload, **container}], "restartPolicy": "Always"}
        if node:
            spec["nodeName"] = node
        self.add("pods", {"metadata": self.m(name, ns, minutes, labels={"app": workload, "pod-template-hash": "6d5f8c9b7"}, generateName=workload + "-6d5f8c9b7-",
                          ownerReferences=[owner_ or owner("ReplicaSet", workload + "-6d5f8c9b7")]), "spec": spec, "status": status})
        return name

    def event(self, kind, name, reason, message, type_="Warning", minutes=2, first=None, ns=None):
        self.count += 1
        self.add("events", {"metadata": self.m("%s.%x" % (name, self.count), ns or self.ns, minutes), "type": type_, "reason": reason, "message": message, "count": 5,
                            "involvedObject": {"kind": kind, "namespace": None if kind == "Node" else (ns or self.ns), "name": name},
                            "firstTimestamp": ago(first or minutes), "lastTimestamp": ago(minutes)})

    def service(self, name, selector=None, port=80, target=8080, ip="10.0.0.77", ns=None, **spec):
        self.add("endpoints", {"metadata": self.m(name, ns or self.ns, 90), "subsets": None})
        self.add("services", {"metadata": self.m(name, ns or self.ns, 90), "spec": {"clusterIP": ip, "selector": selector or {"app": name}, "ports": [{"port": port, "targetPort": target, "protocol": "TCP"}], **spec}})

    def log(self, pod, lines, previous=False):
        self.logs["%s/app%s.log" % (pod, ".previous" if previous else "")] = "\n".join(lines) + "\n"

    def crash(self, workload, lines, code=1, minutes=60, suffix="x7k2p", **container):
        """Adds a pod in CrashLoopBackOff, with the log of its last run."""
        pod = self.pod(workload, suffix=suffix, state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}, restarts=7, minutes=minutes,
                       last={"terminated": {"exitCode": code, "reason": "Error", "startedAt": ago(4), "finishedAt": ago(3)}}, **container)
        self.event("Pod", pod, "BackOff", "Back-off restarting failed container", first=minutes - 1)
        self.log(pod, lines)
        return pod

    def write(self):
        folder = os.path.join(HERE, self.name)
        shutil.rmtree(folder, ignore_errors=True)
        dump = os.path.join(folder, "dump")
        for plural in CLUSTER + NAMESPACED:
            by_ns = {}
            for item in self.items.get(plural, []):
                by_ns.setdefault(item["metadata"].get("namespace"), []).append(item)
            where = [None] if plural in CLUSTER else sorted({n["metadata"]["name"] for n in self.items["namespaces"]})
            for ns in where:
                path = os.path.join(dump, *([ns] if ns else []), plural + ".json")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as f:
                    json.dump({"kind": KINDS[plural] + "List", "apiVersion": "v1", "items": [{"kind": KINDS[plural], **i} for i in by_ns.get(ns, [])]}, f, indent=1)
        for path, text in self.logs.items():
            path = os.path.join(dump, self.ns, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").write(text)
        if self.custom:
            open(os.path.join(dump, "custom.yaml"), "w").write("---\n".join(json.dumps(c, indent=1) + "\n" for c in self.custom))
        open(os.path.join(dump, "metakube-dump.txt"), "w").write("Written by metakube dump at 2026-11-24T11:00:00.0000000+00:00; composed.\n")
        json.dump(self.meta, open(os.path.join(folder, "scenario.json"), "w"), indent=2)


def owner(kind, name):
    return {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "0", "controller": True}


ALL = []


def scenario(*a, **k):
    s = Scenario(*a, **k)
    ALL.append(s)
    return s


# --- configuration
s = scenario("admission-denied", "c-01", "why does cart not start", "config.admission-denied", "Deployment", "cart")
s.deploy("cart"); s.event("ReplicaSet", "cart-6d5f8c9b7", "FailedCreate", 'Error creating: admission webhook "policy.example.com" denied the request: images must come from registry.example.com')
s.items["replicasets"][0]["status"] = {"replicas": 0, "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": 'admission webhook "policy.example.com" denied the request: images must come from registry.example.com'}]}
s = scenario("admission-policy", "c-02", "deployment ledger has no pods", "config.admission-denied", "Deployment", "ledger", hard=True)
s.deploy("ledger"); s.event("ReplicaSet", "ledger-6d5f8c9b7", "FailedCreate", "Error creating: pods \"ledger-6d5f8c9b7-\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest' denied request: tag latest is not allowed")
s.items["replicasets"][0]["status"] = {"replicas": 0}
s = scenario("cronjob-invalid", "c-03", "cronjob nightly does not run", "config.cronjob-invalid", "CronJob", "nightly")
s.add("cronjobs", {"metadata": s.m("nightly", "c-03", 9000), "spec": {"schedule": "*/1 * * * *", "startingDeadlineSeconds": 5, "jobTemplate": {}}, "status": {}})
s.event("CronJob", "nightly", "FailedNeedsStart", "Cannot determine if job needs to be started: too many missed start times (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew")
s = scenario("cronjob-unparseable", "c-04", "why does report-mail never start", "config.cronjob-invalid", "CronJob", "report-mail")
s.add("cronjobs", {"metadata": s.m("report-mail", "c-04", 9000), "spec": {"schedule": "61 * * * *", "jobTemplate": {}}, "status": {}})
s.event("CronJob", "report-mail", "UnparseableSchedule", "unparseable schedule: \"61 * * * *\" : end of range (61) above maximum (59): 61")
s = scenario("job-exhausted", "c-05", "job import failed", "config.job-backoff-exhausted", "Job", "import")
s.add("jobs", {"metadata": s.m("import", "c-05"), "spec": {"backoffLimit": 2, "template": {"spec": {"containers": [{"name": "app"}]}}}, "status": {"failed": 3, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit", "lastTransitionTime": ago(20)}]}})
s.event("Job", "import", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
s = scenario("job-exhausted-deadline-passed", "c-06", "why did job sync give up", "config.job-backoff-exhausted", "Job", "sync", hard=True)
s.add("jobs", {"metadata": s.m("sync", "c-06"), "spec": {"backoffLimit": 0, "template": {"spec": {"containers": [{"name": "app"}]}}}, "status": {"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit", "lastTransitionTime": ago(700)}]}})
s.pod("web", ready=True); s.deploy("web", 1, 1)

# --- resource
s = scenario("node-oom", "c-07", "why was indexer killed", "resource.node-oom", "Deployment", "indexer")
s.deploy("indexer"); p = s.pod("indexer", restarts=3, state={"waiting": {"reason": "CrashLoopBackOff"}}, last={"terminated": {"exitCode": 137, "reason": "OOMKilled", "startedAt": ago(9), "finishedAt": ago(4)}})
s = scenario("node-oom-below-limit", "c-08", "node worker-1 has trouble", "resource.node-oom", "Node", "worker-1", cluster_scoped=True)
s.event("Node", "worker-1", "SystemOOM", "System OOM encountered, victim process: java, pid: 4242", ns="c-08"); s.deploy("web", 1, 1); s.pod("web", ready=True)
for n, (name, hard) in enumerate([("cpu-throttled", False), ("cpu-throttled-killed", True)]):
    s = scenario(name, "c-%02d" % (9 + n), "why is quotes slow", "resource.cpu-throttled", "Deployment", "quotes", hard=hard)
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "timeoutSeconds": 1, "periodSeconds": 5}
    c = {"resources": {"limits": {"cpu": "50m", "memory": "512Mi"}}, "ports": [{"containerPort": 8080}], ("livenessProbe" if hard else "readinessProbe"): probe}
    s.deploy("quotes", **c)
    p = s.pod("quotes", restarts=4 if hard else 0, state={"running": {"startedAt": ago(2)}}, last={"terminated": {"exitCode": 137, "reason": "Error", "startedAt": ago(9), "finishedAt": ago(3)}} if hard else None, **c)
    s.event("Pod", p, "Unhealthy", "%s probe failed: Get \"http://10.1.2.3:8080/healthz\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)" % ("Liveness" if hard else "Readiness"))
    if hard:
        s.event("Pod", p, "Killing", "Container app failed liveness probe, will be restarted", "Normal")
    s.log(p, ["INFO quotes listening on :8080", "INFO request served in 2900 ms"])
for n, (name, message, fault, condition) in enumerate([
        ("ephemeral-storage", "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.", "resource.ephemeral-storage-exceeded", None),
        ("emptydir-limit", "Usage of EmptyDir volume \"cache\" exceeds the limit \"100Mi\".", "resource.ephemeral-storage-exceeded", None),
        ("evicted-memory", "The node was low on resource: memory. Container app was using 3Gi, which exceeds its request of 0.", "resource.node-memory-pressure", None),
        ("evicted-disk", "The node was low on resource: nodefs. Threshold quantity: 10%, available: 6%.", "resource.node-disk-pressure", None),
        ("evicted-pids", "The node was low on resource: pids. Threshold quantity: 100, available: 12.", "resource.pid-exhausted", None)]):
    s = scenario(name, "c-%d" % (11 + n), "why was renderer evicted", fault, "Deployment", "renderer")
    s.deploy("renderer"); p = s.pod("renderer", phase="Failed", reason="Evicted", message=message, minutes=30); s.event("Pod", p, "Evicted", message)
for n, (name, condition, reason, fault) in enumerate([("node-memory", "MemoryPressure", "KubeletHasInsufficientMemory", "resource.node-memory-pressure"), ("node-disk", "DiskPressure", "KubeletHasDiskPressure", "resource.node-disk-pressure"), ("node-pids", "PIDPressure", "KubeletHasInsufficientPID", "resource.pid-exhausted")]):
    s = scenario(name, "c-%d" % (16 + n), "why is dashboards pending", fault, "Node", "worker-1", hard=True, cluster_scoped=True)
    taint = {"MemoryPressure": "memory", "DiskPressure": "disk", "PIDPressure": "pid"}[condition]
    s.node("worker-1", {condition: ("True", reason, "kubelet has trouble")}.items(), taints=[{"key": "node.kubernetes.io/%s-pressure" % taint, "effect": "NoSchedule"}])
    s.deploy("dashboards"); p = s.pod("dashboards", phase="Pending", node=None, conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/%s-pressure: }." % taint}])
    s.event("Pod", p, "FailedScheduling", "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/%s-pressure: }." % taint)
for n, (name, message, hard) in enumerate([("multi-attach", 'Multi-Attach error for volume "pvc-0b1c" Volume is already exclusively attached to one node and can\'t be attached to another', True), ("attach-failed", 'AttachVolume.Attach failed for volume "pvc-0b1c" : rpc error: code = Internal desc = could not attach volume: attachment limit exceeded', False)]):
    s = scenario(name, "c-%d" % (19 + n), "orders-db stays in ContainerCreating", "resource.volume-attach-failed", "Deployment", "orders-db", hard=hard)
    v = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    s.deploy("orders-db", **v); p = s.pod("orders-db", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}}, **v)
    s.event("Pod", p, "FailedAttachVolume", message); s.event("Pod", p, "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition", minutes=1)
for n, (name, question) in enumerate([("hpa-at-max", "autoscaler checkout does not scale"), ("hpa-at-max-target", "hpa checkout is stuck, why")]):
    s = scenario(name, "c-%d" % (21 + n), question, "resource.hpa-at-max", "HorizontalPodAutoscaler", "checkout")
    s.deploy("checkout", 5, 5); [s.pod("checkout", suffix="abcd%d" % i, ready=True) for i in range(5)]
    s.add("horizontalpodautoscalers", {"metadata": s.m("checkout", s.ns), "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "checkout"}, "minReplicas": 1, "maxReplicas": 5}, "status": {"currentReplicas": 5, "desiredReplicas": 5, "conditions": [
        {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale", "message": "ready", "lastTransitionTime": ago(50)}, {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message": "found", "lastTransitionTime": ago(50)},
        {"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas", "message": "the desired replica count is more than the maximum replica count", "lastTransitionTime": ago(20)}]}})

# --- scheduling
for n, (name, message) in enumerate([("too-many-pods", "0/1 nodes are available: 1 Too many pods."), ("too-many-pods-mixed", "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Too many pods. preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.")]):
    s = scenario(name, "c-%d" % (23 + n), "why is notifier pending", "scheduling.insufficient-pods", "Deployment", "notifier", hard=n == 1)
    s.deploy("notifier"); p = s.pod("notifier", phase="Pending", node=None, conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]); s.event("Pod", p, "FailedScheduling", message)
s = scenario("preempted", "c-25", "why was batch-scorer killed", "scheduling.preempted", "Deployment", "batch-scorer", hard=True)
message = "0/1 nodes are available: 1 Insufficient cpu."
s.deploy("batch-scorer"); p = s.pod("batch-scorer", suffix="newer", phase="Pending", node=None, minutes=3, conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}], resources={"requests": {"cpu": "2"}})
s.event("Pod", p, "FailedScheduling", message); s.event("Pod", "batch-scorer-6d5f8c9b7-older", "Preempted", "Preempted by pod 1c2d on node worker-1", minutes=3)
s = scenario("preempted-waiting", "c-26", "report-builder disappeared", "scheduling.preempted", "Deployment", "report-builder")
s.deploy("report-builder"); p = s.pod("report-builder", suffix="newer", phase="Pending", node=None, minutes=2, conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available: 1 Insufficient memory."}])
s.event("Pod", "report-builder-6d5f8c9b7-older", "Preempted", "Preempted by kube-system/important on node worker-1", minutes=3)
for n, gate in enumerate(["example.com/quota-check", "kueue.x-k8s.io/admission"]):
    s = scenario("gated-%d" % (n + 1), "c-%d" % (27 + n), "trainer is not scheduled", "scheduling.gated", "Deployment", "trainer")
    s.deploy("trainer"); s.pod("trainer", phase="Pending", node=None, conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates"}])
    s.items["pods"][0]["spec"]["schedulingGates"] = [{"name": gate}]
for n, question in enumerate(["pdb search blocks the drain", "why can node worker-1 not be drained, pdb search"]):
    s = scenario("pdb-blocks-%d" % (n + 1), "c-%d" % (29 + n), question, "scheduling.pdb-blocks", "PodDisruptionBudget", "search")
    s.node("worker-1", unschedulable=True); s.deploy("search", 1, 1); s.pod("search", ready=True)
    s.add("poddisruptionbudgets", {"metadata": s.m("search", s.ns), "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "search"}}}, "status": {"disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1}})

# --- network
for n, question in enumerate(["service feed has no endpoints", "requests to service feed fail"]):
    s = scenario("no-ready-endpoints-%d" % (n + 1), "c-%d" % (31 + n), question, "network.no-ready-endpoints", "Service", "feed")
    s.deploy("feed"); s.service("feed"); s.pod("feed", state={"running": {"startedAt": ago(9)}}, ports=[{"containerPort": 8080}])
    s.items["pods"][0]["spec"]["readinessGates"] = [{"conditionType": "target-health.elbv2.k8s.aws/feed"}]
s = scenario("dependency-down", "c-33", "why does gateway crash", "network.dependency-down", "Deployment", "gateway")
s.deploy("gateway"); s.deploy("auth", 1, 1); s.pod("auth", ready=True); s.service("auth", port=9000, target=9000)
s.crash("gateway", ["INFO starting", "FATAL dial tcp 10.0.0.77:9000: connect: connection refused"])
s = scenario("dependency-down-external", "c-34", "billing keeps restarting", "network.dependency-down", "Deployment", "billing")
s.deploy("billing"); s.crash("billing", ["INFO starting", "ERROR connect ECONNREFUSED 192.0.2.9:5432", "exiting"])
s = scenario("connection-timeout", "c-35", "why does pricing crash", "network.connection-timeout", "Deployment", "pricing")
s.deploy("pricing"); s.crash("pricing", ["INFO starting", "FATAL dial tcp 192.0.2.44:443: i/o timeout"])
s = scenario("connection-timeout-service", "c-36", "tax-service crashes", "network.connection-timeout", "Deployment", "tax-service", hard=True)
s.deploy("tax-service"); s.deploy("rates", 1, 1); s.pod("rates", ready=True); s.service("rates", ip="10.0.0.78", port=8443, target=8443)
s.crash("tax-service", ["INFO starting", "FATAL: dial tcp 10.0.0.78:8443: i/o timeout"])
for n, line in enumerate(["FATAL: Get \"https://vault.example:8200/v1/sys/health\": x509: certificate signed by unknown authority", "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target"]):
    s = scenario("tls-untrusted-%d" % (n + 1), "c-%d" % (37 + n), "why does secrets-agent crash", "network.tls-untrusted", "Deployment", "secrets-agent", hard=n == 1)
    s.deploy("secrets-agent"); s.crash("secrets-agent", ["INFO starting", line])
for n, (reason, message) in enumerate([("BackendNotFound", "service \"blog-web\" not found"), ("RefNotPermitted", "backend ref to namespace c-99 not permitted by any ReferenceGrant")]):
    s = scenario("route-unresolved-%d" % (n + 1), "c-%d" % (39 + n), "httproute blog does not work", "network.gateway-route-unresolved", "HTTPRoute", "blog")
    s.custom.append({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": s.m("blog", s.ns), "spec": {"parentRefs": [{"name": "public"}]}, "status": {"parents": [{"parentRef": {"name": "public"}, "controllerName": "example.com/gateway", "conditions": [
        {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "ok", "lastTransitionTime": ago(9)}, {"type": "ResolvedRefs", "status": "False", "reason": reason, "message": message, "lastTransitionTime": ago(9)}]}]}})
for n, message in enumerate(['Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ab12": plugin type="calico" failed (add): no IP addresses available in range', 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container network for pod "x": networkPlugin cni failed to set up pod: connection is unauthorized']):
    s = scenario("sandbox-network-%d" % (n + 1), "c-%d" % (41 + n), "collector hangs in ContainerCreating", "network.sandbox-failed", "Deployment", "collector")
    s.deploy("collector"); p = s.pod("collector", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}}); s.event("Pod", p, "FailedCreatePodSandBox", message)

# --- system
for n, message in enumerate(["Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded", 'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused"']):
    s = scenario("runtime-failed-%d" % (n + 1), "c-%d" % (43 + n), "mailer hangs in ContainerCreating", "system.container-runtime-failed", "Deployment", "mailer", hard=n == 1)
    s.deploy("mailer"); p = s.pod("mailer", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}}); s.event("Pod", p, "FailedCreatePodSandBox", message)
s = scenario("certificate-expired-node", "c-45", "node worker-1 is not ready", "system.certificate-expired", "Node", "worker-1", hard=True, cluster_scoped=True)
s.node("worker-1", {"Ready": ("False", "KubeletNotReady", "failed to renew lease: Post \"https://10.0.0.1:6443/apis/coordination.k8s.io/v1\": x509: certificate has expired or is not yet valid")}.items())
s = scenario("certificate-expired-api", "c-46", "operator crashes", "system.certificate-expired", "Deployment", "operator", hard=True)
s.deploy("operator"); s.crash("operator", ["INFO starting manager", "ERROR Get \"https://10.96.0.1:443/api?timeout=32s\": x509: certificate has expired or is not yet valid: current time is after 2026-11-23T00:00:00Z"])
s = scenario("api-overloaded", "c-47", "why does syncer crash", "system.api-overloaded", "Deployment", "syncer")
s.deploy("syncer"); s.crash("syncer", ["INFO starting", "FATAL leader election lost: etcdserver: request timed out"])
s = scenario("api-overloaded-create", "c-48", "deployment exporter has no pods", "system.api-overloaded", "Deployment", "exporter")
s.deploy("exporter"); s.event("ReplicaSet", "exporter-6d5f8c9b7", "FailedCreate", "Error creating: etcdserver: request timed out"); s.items["replicasets"][0]["status"] = {"replicas": 0}
for n, kind in enumerate([("PodSecurityPolicy", "policy/v1beta1"), ("Ingress", "extensions/v1beta1")]):
    s = scenario("api-removed-%d" % (n + 1), "c-%d" % (49 + n), "helm-installer fails", "system.api-removed", "Deployment", "helm-installer", hard=n == 1)
    s.deploy("helm-installer"); s.crash("helm-installer", ["INFO installing chart", "Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: \"x\" namespace: \"\" from \"\": no matches for kind \"%s\" in version \"%s\"" % kind])
for n in range(2):
    s = scenario("controller-down-%d" % (n + 1), "c-%d" % (51 + n), "why is gallery pending", "system.controller-down", "Deployment", "gallery", hard=True)
    s.deploy("gallery", minutes=30); s.pod("gallery", phase="Pending", node=None, minutes=15 + n)

# --- application
for n, lines in enumerate([["ERROR checkout failed: NullReferenceException in PriceCalculator"] * 12, ['{"level":"error","msg":"cannot parse upstream answer","path":"/quote"}'] * 12]):
    s = scenario("error-rate-%d" % (n + 1), "c-%d" % (53 + n), "shop-api returns errors", "application.error-rate", "Deployment", "shop-api", hard=n == 1)
    s.deploy("shop-api", 1, 1); p = s.pod("shop-api", ready=True); s.log(p, ["INFO started"] + lines)
for n, probe in enumerate(["livenessProbe", "readinessProbe"]):
    s = scenario("hang-%d" % (n + 1), "c-%d" % (55 + n), "why does scheduler-api not answer", "application.hang", "Deployment", "scheduler-api", hard=n == 1)
    c = {"ports": [{"containerPort": 8080}], probe: {"httpGet": {"path": "/healthz", "port": 8080}, "timeoutSeconds": 3, "periodSeconds": 5}}
    s.deploy("scheduler-api", **c)
    p = s.pod("scheduler-api", restarts=4 if n == 0 else 0, state={"running": {"startedAt": ago(2)}}, last={"terminated": {"exitCode": 137, "reason": "Error", "startedAt": ago(99), "finishedAt": ago(3)}} if n == 0 else None, **c)
    s.event("Pod", p, "Unhealthy", "%s probe failed: Get \"http://10.1.2.3:8080/healthz\": context deadline exceeded" % ("Liveness" if n == 0 else "Readiness"))
    if n == 0:
        s.event("Pod", p, "Killing", "Container app failed liveness probe, will be restarted", "Normal")
    s.log(p, ["INFO listening on :8080"])


# --- second scenarios of each fault: in most of them the obvious answer is wrong

OLD = "0/1 nodes are available: "


def pending(s, workload, message, **container):
    s.deploy(workload, **container)
    p = s.pod(workload, phase="Pending", node=None, conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}], **container)
    s.event("Pod", p, "FailedScheduling", message)
    return p


def waiting(s, workload, reason, message, event=None, **container):
    s.deploy(workload, **container)
    p = s.pod(workload, phase="Pending", state={"waiting": {"reason": reason, "message": message}}, **container)
    s.event("Pod", p, "Failed", event or message)
    return p


# image: the pull error decides, not the present state (ImagePullBackOff)
BACKOFF = 'Back-off pulling image "registry.example/%s:4.2"'
for n, (name, fault, text) in enumerate([
        ("pull-denied-404", "image.not-found", 'Failed to pull image "registry.example/%s:4.2": rpc error: code = NotFound desc = failed to pull and unpack image: registry.example/%s:4.2: not found'),
        ("pull-secret-absent", "image.registry-auth", 'Failed to pull image "registry.example/%s:4.2": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example/token: 401 Unauthorized (%s)'),
        ("registry-tls", "image.registry-unreachable", 'Failed to pull image "registry.example/%s:4.2": failed to do request: Head "https://registry.example/v2/%s/manifests/4.2": tls: failed to verify certificate: x509: certificate signed by unknown authority'),
        ("rate-limit-429", "image.rate-limited", 'Failed to pull image "registry.example/%s:4.2": failed to copy: httpReadSeeker: unexpected status code https://registry.example/v2/%s/manifests/4.2: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit')]):
    s = scenario(name, "d-%02d" % (1 + n), "why does poller not start", fault, "Deployment", "poller", hard=True)
    p = waiting(s, "poller", "ImagePullBackOff", BACKOFF % "poller", text % ("poller", "poller"))
    s.event("Pod", p, "BackOff", BACKOFF % "poller", "Normal", minutes=1)
s = scenario("invalid-name-tag", "d-05", "uploader stuck in InvalidImageName", "image.invalid-name", "Deployment", "uploader")
waiting(s, "uploader", "InvalidImageName", 'Failed to apply default image tag "Registry.example/uploader:4:2": couldn\'t parse image name "Registry.example/uploader:4:2": invalid reference format: repository name must be lowercase', image="Registry.example/uploader:4:2")
s = scenario("never-pull-second", "d-06", "local-tool does not come up", "image.never-pull-absent", "Deployment", "local-tool")
waiting(s, "local-tool", "ErrImageNeverPull", 'Container image "registry.example/local-tool:4.2" is not present with pull policy of Never', imagePullPolicy="Never")
s = scenario("wrong-architecture-start", "d-07", "agent keeps crashing", "image.wrong-architecture", "Deployment", "agent", hard=True)
s.deploy("agent"); s.crash("agent", ["exec /usr/local/bin/agent: exec format error"], code=255)

# configuration
s = scenario("missing-key-mounted", "d-08", "why is mapper in ContainerCreating", "config.missing-key", "Deployment", "mapper", hard=True)
v = {"volumeMounts": [{"name": "rules", "mountPath": "/etc/rules"}]}
s.deploy("mapper", **v); p = s.pod("mapper", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}}, **v)
s.items["pods"][0]["spec"]["volumes"] = [{"name": "rules", "configMap": {"name": "mapper-rules", "items": [{"key": "rules.json", "path": "rules.json"}]}}]
s.add("configmaps", {"metadata": s.m("mapper-rules", "d-08"), "data": {"rules.yaml": "a: 1"}})
s.event("Pod", p, "FailedMount", 'MountVolume.SetUp failed for volume "rules" : references non-existent config key: rules.json')
s = scenario("bad-value-set", "d-09", "router crashes", "config.bad-value", "Deployment", "router", hard=True)
env = {"env": [{"name": "LISTEN_PORT", "value": "80a80"}]}
s.deploy("router", **env); s.crash("router", ["INFO reading configuration", "FATAL LISTEN_PORT is required to be a number, got \"80a80\": invalid syntax"], **env)
s = scenario("bad-credentials-401", "d-10", "exporter crashes", "config.bad-credentials", "Deployment", "exporter", hard=True)
s.deploy("exporter"); s.deploy("mongo", 1, 1); s.pod("mongo", ready=True); s.service("mongo", port=27017, target=27017)
s.crash("exporter", ["INFO connecting to mongo:27017", "ERROR dial retry 1", "MongoServerError: Authentication failed."])
s = scenario("invalid-file-json", "d-11", "gateway-proxy crashes", "config.invalid-file", "Deployment", "gateway-proxy")
s.deploy("gateway-proxy"); s.crash("gateway-proxy", ["loading /etc/proxy/routes.json", "Error: invalid character '}' looking for beginning of object key string in /etc/proxy/routes.json line 14"])
s = scenario("readiness-path-404", "d-12", "landing is never ready", "config.readiness-probe-wrong", "Deployment", "landing", hard=True)
c = {"ports": [{"containerPort": 8080}], "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}}}
s.deploy("landing", **c); p = s.pod("landing", state={"running": {"startedAt": ago(9)}}, **c); s.event("Pod", p, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404"); s.log(p, ["INFO listening on :8080", "GET /readyz 404"])
s = scenario("startup-slow-java", "d-13", "legacy-erp restarts all the time", "config.startup-too-slow", "Deployment", "legacy-erp", hard=True)
c = {"ports": [{"containerPort": 8080}], "resources": {"limits": {"memory": "2Gi"}}, "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 5, "periodSeconds": 5, "failureThreshold": 3}}
s.deploy("legacy-erp", **c); p = s.pod("legacy-erp", restarts=9, state={"running": {"startedAt": ago(0)}}, last={"terminated": {"exitCode": 137, "reason": "Error", "startedAt": ago(2), "finishedAt": ago(1)}}, **c)
s.event("Pod", p, "Unhealthy", 'Liveness probe failed: Get "http://10.1.2.3:8080/health": dial tcp 10.1.2.3:8080: connect: connection refused'); s.event("Pod", p, "Killing", "Container app failed liveness probe, will be restarted", "Normal", minutes=1)
s.log(p, ["INFO Initializing Spring context", "INFO HikariPool starting"], previous=True)
s = scenario("rbac-denied-list", "d-14", "autoscaler-bot crashes", "config.rbac-denied", "Deployment", "autoscaler-bot", hard=True)
s.deploy("autoscaler-bot"); s.crash("autoscaler-bot", ["I1124 starting", 'E1124 reflector.go:166] Failed to watch *v1.Node: failed to list *v1.Node: nodes is forbidden: User "system:serviceaccount:d-14:default" cannot list resource "nodes" in API group "" at the cluster scope', "panic: timed out waiting for caches to sync"], code=2)
s = scenario("service-account-condition", "d-15", "deployment runner has no pods", "config.service-account-missing", "Deployment", "runner", hard=True)
s.deploy("runner"); s.items["replicasets"][0]["status"] = {"replicas": 0, "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": 'pods "runner-6d5f8c9b7-" is forbidden: error looking up service account d-15/runner: serviceaccount "runner" not found'}]}
s = scenario("webhook-no-endpoints", "d-16", "why does deployment vault-agent have no pods", "config.admission-webhook-down", "ValidatingWebhookConfiguration", "injector", hard=True, cluster_scoped=True)
s.deploy("vault-agent"); s.items["replicasets"][0]["status"] = {"replicas": 0}
s.add("validatingwebhookconfigurations", {"metadata": s.m("injector", None, 9000), "webhooks": [{"name": "injector.example.com", "failurePolicy": "Fail", "clientConfig": {"service": {"namespace": "d-16", "name": "injector"}}}]})
s.event("ReplicaSet", "vault-agent-6d5f8c9b7", "FailedCreate", 'Error creating: Internal error occurred: failed calling webhook "injector.example.com": failed to call webhook: Post "https://injector.d-16.svc:443/mutate": service "injector" not found')
s = scenario("mount-over-program", "d-17", "frontend-ssr crashes", "config.volume-mount-wrong", "Deployment", "frontend-ssr", hard=True)
c = {"volumeMounts": [{"name": "cache", "mountPath": "/app"}]}
s.deploy("frontend-ssr", **c); s.crash("frontend-ssr", ["node:internal/modules/cjs/loader:1228", "Error: Cannot find module '/app/server.js'"], **c); s.items["pods"][0]["spec"]["volumes"] = [{"name": "cache", "emptyDir": {}}]
s = scenario("cronjob-suspended-with-history", "d-18", "cronjob cleanup has not run since yesterday", "config.cronjob-suspended", "CronJob", "cleanup", hard=True)
s.add("cronjobs", {"metadata": s.m("cleanup", "d-18", 9000), "spec": {"schedule": "0 * * * *", "suspend": True, "jobTemplate": {}}, "status": {"lastScheduleTime": ago(1500)}})
s.add("jobs", {"metadata": s.m("cleanup-29", "d-18", 1500, ownerReferences=[owner("CronJob", "cleanup")]), "spec": {"template": {}}, "status": {"succeeded": 1, "completionTime": ago(1490), "conditions": [{"type": "Complete", "status": "True"}]}})

# resource
s = scenario("quota-condition", "d-19", "why is encoder short of replicas", "resource.quota-exceeded", "Deployment", "encoder", hard=True)
s.deploy("encoder", 3, 1); s.pod("encoder", ready=True)
s.items["replicasets"][0]["status"] = {"replicas": 1, "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": 'pods "encoder-6d5f8c9b7-" is forbidden: exceeded quota: team-compute, requested: limits.memory=2Gi, used: limits.memory=7Gi, limited: limits.memory=8Gi'}]}
s.add("resourcequotas", {"metadata": s.m("team-compute", "d-19", 9000), "spec": {"hard": {"limits.memory": "8Gi"}}})
s = scenario("limit-range-min", "d-20", "deployment probe-runner makes no pods", "resource.limit-range-violated", "Deployment", "probe-runner", hard=True)
s.deploy("probe-runner"); s.items["replicasets"][0]["status"] = {"replicas": 0}; s.event("ReplicaSet", "probe-runner-6d5f8c9b7", "FailedCreate", 'Error creating: pods "probe-runner-6d5f8c9b7-" is forbidden: minimum memory usage per Container is 128Mi, but request is 16Mi')
s = scenario("volume-full-database", "d-21", "postgres crashes", "resource.volume-full", "Deployment", "postgres", hard=True)
s.deploy("postgres"); s.crash("postgres", ["LOG: starting PostgreSQL 16", "LOG: database system was interrupted", "PANIC: could not write to file \"pg_wal/xlogtemp.31\": No space left on device"]); s.items["pods"][0]["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "postgres-data"}}]
s.add("persistentvolumeclaims", {"metadata": s.m("postgres-data", "d-21", 9000), "spec": {"storageClassName": "fast", "volumeName": "pv-1", "resources": {"requests": {"storage": "10Gi"}}}, "status": {"phase": "Bound"}}); s.add("storageclasses", {"metadata": s.m("fast", None, 9000), "provisioner": "csi.example.com", "allowVolumeExpansion": True})
s.add("persistentvolumes", {"metadata": s.m("pv-1", None, 9000), "spec": {}})


def claim(s, name, status="Pending", **spec):
    s.add("persistentvolumeclaims", {"metadata": s.m(name, s.ns, 50), "spec": {"resources": {"requests": {"storage": "1Gi"}}, **spec}, "status": {"phase": status}})


for n, (name, fault, spec, reason, message) in enumerate([
        ("no-default-class", "resource.no-storage-class", {}, "FailedBinding", "no persistent volumes available for this claim and no storage class is set"),
        ("provisioner-error", "resource.provisioning-failed", {"storageClassName": "fast"}, "ProvisioningFailed", 'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = quota of 20 volumes exceeded')]):
    s = scenario(name, "d-%d" % (22 + n), "why is library pending", fault, "PersistentVolumeClaim", "library-data", hard=True)
    if spec:
        s.add("storageclasses", {"metadata": s.m("fast", None, 9000), "provisioner": "csi.example.com"})
    pending(s, "library", OLD + "pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")
    s.items["pods"][0]["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "library-data"}}]
    claim(s, "library-data", **spec); s.event("PersistentVolumeClaim", "library-data", reason, message)
for n, (name, modes, size, says) in enumerate([("static-access-mode", ["ReadOnlyMany"], "20Gi", "why is gallery pending although its volume is free"), ("static-capacity", ["ReadWriteOnce"], "1Gi", "gallery does not start")]):
    s = scenario(name, "d-%d" % (220 + n), says, "resource.no-matching-volume", "PersistentVolumeClaim", "gallery-data", hard=n == 0)
    pending(s, "gallery", OLD + "pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")
    s.items["pods"][0]["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "gallery-data"}}]
    claim(s, "gallery-data", storageClassName="", accessModes=["ReadWriteOnce"], resources={"requests": {"storage": "5Gi"}})
    s.add("persistentvolumes", {"metadata": s.m("gallery-disk", None, 9000), "spec": {"storageClassName": "", "accessModes": modes, "capacity": {"storage": size}, "hostPath": {"path": "/srv/gallery"}}, "status": {"phase": "Available"}})
    s.event("PersistentVolumeClaim", "gallery-data", "FailedBinding", "no persistent volumes available for this claim and no storage class is set", type_="Normal")
s = scenario("pvc-lost-pod", "d-24", "archive does not start", "resource.pvc-lost", "PersistentVolumeClaim", "archive-data", hard=True)
pending(s, "archive", OLD + "1 node(s) had volume node affinity conflict."); s.items["pods"].clear(); pending_pod = s.pod("archive", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}})
s.items["events"].clear(); s.items["pods"][0]["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "archive-data"}}]; claim(s, "archive-data", "Lost", volumeName="pv-gone")
s.event("PersistentVolumeClaim", "archive-data", "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
s = scenario("nfs-away", "d-25", "media hangs in ContainerCreating", "resource.volume-mount-failed", "Deployment", "media", hard=True)
s.deploy("media"); p = s.pod("media", phase="Pending", state={"waiting": {"reason": "ContainerCreating"}})
s.event("Pod", p, "FailedMount", 'MountVolume.SetUp failed for volume "films" : mount failed: exit status 32 Output: mount.nfs: Connection timed out'); s.event("Pod", p, "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[films]: timed out waiting for the condition", minutes=1)
s = scenario("pv-affinity-mixed", "d-26", "why is metrics-store pending", "resource.pv-node-affinity", "Deployment", "metrics-store", hard=True)
pending(s, "metrics-store", "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) had volume node affinity conflict.")
s = scenario("hpa-no-requests", "d-27", "hpa thumbs does not scale", "resource.hpa-no-metrics", "HorizontalPodAutoscaler", "thumbs", hard=True)
s.deploy("thumbs", 1, 1); s.pod("thumbs", ready=True)
s.add("horizontalpodautoscalers", {"metadata": s.m("thumbs", "d-27"), "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "thumbs"}, "maxReplicas": 5}, "status": {"conditions": [{"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app", "lastTransitionTime": ago(30)}]}})

# scheduling: a message has several reasons; the cause is the one whose removal makes the most nodes fit
for n, (name, fault, message, container) in enumerate([
        ("cpu-mixed", "scheduling.insufficient-cpu", "0/6 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 2 Insufficient memory, 3 Insufficient cpu.", {"resources": {"requests": {"cpu": "8"}}}),
        ("memory-mixed", "scheduling.insufficient-memory", "0/6 nodes are available: 1 Insufficient cpu, 5 Insufficient memory. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.", {"resources": {"requests": {"memory": "64Gi"}}}),
        ("gpu-mixed", "scheduling.insufficient-extended-resource", "0/6 nodes are available: 1 node(s) were unschedulable, 5 Insufficient nvidia.com/gpu.", {}),
        ("selector-mixed", "scheduling.node-selector-mismatch", "0/6 nodes are available: 2 Insufficient cpu, 4 node(s) didn't match Pod's node affinity/selector.", {}),
        ("taint-mixed", "scheduling.taint-not-tolerated", "0/6 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector, 3 node(s) had untolerated taint {dedicated: gpu}.", {}),
        ("anti-affinity-mixed", "scheduling.pod-affinity-unsatisfiable", "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match pod anti-affinity rules.", {}),
        ("spread-mixed", "scheduling.topology-spread", "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't match pod topology spread constraints.", {}),
        ("host-port-mixed", "scheduling.host-port-conflict", "0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't have free ports for the requested pod ports.", {"ports": [{"containerPort": 80, "hostPort": 80}]}),
        ("cordoned-mixed", "scheduling.node-cordoned", "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) were unschedulable.", {})]):
    s = scenario(name, "d-%d" % (30 + n), "why is solver pending", fault, "Deployment", "solver", hard=True)
    pending(s, "solver", message, **container)
    if fault == "scheduling.node-cordoned":
        s.node("worker-1", unschedulable=True)
s = scenario("scaled-to-zero-called", "d-40", "service invoices has no endpoints", "scheduling.scaled-to-zero", "Deployment", "invoices", hard=True)
s.deploy("invoices", 0, 0); s.service("invoices"); s.items["replicasets"][0]["status"] = {"replicas": 0}

# network
s = scenario("selector-typo", "d-41", "service basket-api does not answer", "network.service-selector-mismatch", "Service", "basket-api", hard=True)
s.deploy("basket-api", 1, 1); s.pod("basket-api", ready=True); s.service("basket-api", selector={"app": "basket-apl"})
s = scenario("dependency-missing-namespace", "d-42", "why does recommender crash", "network.dependency-missing", "Deployment", "recommender", hard=True)
s.deploy("recommender"); s.crash("recommender", ["INFO starting", "redis.exceptions.ConnectionError: Error -2 connecting to feature-cache:6379. Name or service not known.", "Traceback (most recent call last):", "getaddrinfo ENOTFOUND feature-cache"])
s = scenario("dns-down", "d-43", "why does crawler crash", "network.dns-failure", "Deployment", "crawler", hard=True)
s.deploy("crawler"); s.deploy("queue", 1, 1); s.pod("queue", ready=True); s.service("queue", port=5672, target=5672)
s.crash("crawler", ["INFO starting", "dial tcp: lookup queue on 10.96.0.10:53: read udp 10.1.2.3:41234->10.96.0.10:53: i/o timeout"])
s.add("namespaces", {"metadata": s.m("kube-system", None, 90000)})
s = scenario("policy-egress", "d-44", "why does payments crash", "network.policy-blocked", "NetworkPolicy", "no-egress", hard=True)
s.deploy("payments"); s.deploy("fraud", 1, 1); s.pod("fraud", ready=True); s.service("fraud", port=7000, target=7000)
s.crash("payments", ["INFO starting", "FATAL dial tcp 10.0.0.77:7000: i/o timeout"])
s.add("networkpolicies", {"metadata": s.m("no-egress", "d-44", 30), "spec": {"podSelector": {"matchLabels": {"app": "payments"}}, "policyTypes": ["Egress"], "egress": []}})
s = scenario("tls-expired-dependency", "d-45", "why does oauth-proxy crash", "network.tls-expired", "Deployment", "oauth-proxy", hard=True)
s.deploy("oauth-proxy"); s.crash("oauth-proxy", ["INFO starting", "ERROR login failed", 'Get "https://idp.example/.well-known/openid-configuration": tls: failed to verify certificate: x509: certificate has expired or is not yet valid'])


def ingress(s, name, service="app", tls=None, cls="nginx"):
    spec = {"ingressClassName": cls, "rules": [{"host": "x.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}]}}]}
    if tls:
        spec["tls"] = [{"hosts": ["x.example"], "secretName": tls}]
    s.add("ingresses", {"metadata": s.m(name, s.ns, 40), "spec": spec})


for n, (name, fault, args) in enumerate([("ingress-class-typo", "network.ingress-class-missing", {"cls": "ngnix"}), ("ingress-backend-renamed", "network.ingress-backend-missing", {"service": "app-v1"}), ("ingress-tls-renamed", "network.ingress-tls-missing", {"tls": "wildcard-tls"})]):
    s = scenario(name, "d-%d" % (46 + n), "ingress portal answers with an error", fault, "Ingress", "portal", hard=True)
    s.add("ingressclasses", {"metadata": s.m("nginx", None, 9000), "spec": {"controller": "k8s.io/ingress-nginx"}})
    s.deploy("app", 1, 1); s.pod("app", ready=True); s.service("app"); ingress(s, "portal", **args)
s = scenario("load-balancer-quota", "d-49", "service edge has no external ip", "network.load-balancer-pending", "Service", "edge", hard=True)
s.deploy("edge", 1, 1); s.pod("edge", ready=True); s.service("edge", type="LoadBalancer"); s.event("Service", "edge", "SyncLoadBalancerFailed", "Error syncing load balancer: failed to ensure load balancer: quota of 10 load balancers exceeded")

# system and application
s = scenario("node-not-ready-taint", "d-50", "why is telemetry pending", "system.node-not-ready", "Node", "worker-1", hard=True, cluster_scoped=True)
s.node("worker-1", {"Ready": ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")}.items(), taints=[{"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}])
pending(s, "telemetry", "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.")
s = scenario("finalizer-pod", "d-51", "pod worker-pool does not go away", "system.finalizer-stuck", "Deployment", "worker-pool", hard=True)
s.deploy("worker-pool"); s.pod("worker-pool", ready=True); s.items["pods"][0]["metadata"].update(deletionTimestamp=ago(20), finalizers=["example.com/drain"])
s = scenario("heap-node", "d-52", "renderer-js crashes", "application.out-of-memory-internal", "Deployment", "renderer-js", hard=True)
c = {"resources": {"limits": {"memory": "4Gi"}}}
s.deploy("renderer-js", **c); s.crash("renderer-js", ["<--- Last few GCs --->", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"], code=134, **c)

# --- logs: the line that ended the run decides, not old, routine or frequent lines
s = scenario("log-stack-trace", "e-01", "why does order-service crash", "network.dependency-missing", "Deployment", "order-service", hard=True)
s.deploy("order-service"); s.crash("order-service", ["2026-11-24T10:56:58Z INFO starting", "Exception in thread \"main\" org.springframework.beans.factory.BeanCreationException: Error creating bean dataSource", "\tat org.springframework.beans.factory.support.AbstractBeanFactory.doGetBean(AbstractBeanFactory.java:333)",
    "\tat com.example.OrderService.main(OrderService.java:17)", "Caused by: java.net.UnknownHostException: orders-db", "\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1430)", "\t... 12 more"])
s = scenario("log-old-error", "e-02", "why does shipment crash", "config.bad-value", "Deployment", "shipment", hard=True)
s.deploy("shipment"); s.crash("shipment", ["2026-11-24T09:01:00Z ERROR password authentication failed for user \"ship\"", "2026-11-24T09:01:05Z INFO connected"] + ["2026-11-24T09:%02d:00Z INFO shipped" % i for i in range(2, 40)] + ["2026-11-24T10:56:59Z FATAL BATCH_SIZE must be an integer"], env=[{"name": "BATCH_SIZE", "value": "lots"}])
s = scenario("log-routine-noise", "e-03", "why does bookings crash", "config.missing-env", "Deployment", "bookings", hard=True)
s.deploy("bookings"); s.crash("bookings", [line for i in range(20) for line in ("WARN dial tcp 192.0.2.9:9100: connect: connection refused, metrics dropped (%d)" % i, "INFO room %d booked" % i)] + ["INFO reloading", "ERROR required environment variable PAYMENT_URL is not set", "bye", "flushing", "closing", "closed", "stopped"])
s = scenario("log-json", "e-04", "why does ledger-api crash", "config.bad-credentials", "Deployment", "ledger-api", hard=True)
s.deploy("ledger-api"); s.crash("ledger-api", ['{"ts":"2026-11-24T10:56:58Z","level":"info","msg":"starting"}', '{"ts":"2026-11-24T10:56:59Z","level":"fatal","msg":"migration failed","error":"pq: password authentication failed for user \\"ledger\\""}'])

# --- ports and databases, told by the log
for n, line in [("till", "FATAL listen tcp 0.0.0.0:8080: bind: address already in use"), ("kiosk", "Error: listen EADDRINUSE: address already in use :::8080")]:
    s = scenario("port-conflict-" + n, "e-2%d" % len(n), "why does %s crash" % n, "config.port-conflict", "Deployment", n)
    s.deploy(n); s.crash(n, ["INFO starting", line])
for n, line in [("ledger-sync", "ERROR: cannot execute INSERT in a read-only transaction"), ("points", "ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement")]:
    s = scenario("database-read-only-" + n, "e-3%d" % len(n), "why does %s crash" % n, "config.database-read-only", "Deployment", n)
    s.deploy(n); s.crash(n, ["INFO connected to the database", line])
for n, line in [("bonus", "FATAL: sorry, too many clients already"), ("vouchers", "Error 1040 (HY000): Too many connections")]:
    s = scenario("connections-exhausted-" + n, "e-4%d" % len(n), "why does %s crash" % n, "resource.connections-exhausted", "Deployment", n)
    s.deploy(n); s.crash(n, ["INFO connecting to the database", line])

# --- changes shortly before the failure


def rollout(s, workload, minutes, **changed):
    """Adds a second revision, rolled out some minutes ago, whose template has the given differences."""
    s.deploy(workload)
    new = json.loads(json.dumps(s.items["replicasets"][-1]))
    new["metadata"].update(name=workload + "-7f7f7f7f7", creationTimestamp=ago(minutes))
    new["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "2"
    new["spec"]["template"]["spec"]["containers"][0].update(changed)
    s.items["replicasets"][-1]["spec"]["replicas"] = 0
    s.add("replicasets", new)
    s.items["deployments"][-1]["spec"]["template"] = new["spec"]["template"]
    return owner("ReplicaSet", workload + "-7f7f7f7f7")


s = scenario("change-image", "e-05", "why is catalog down", "image.not-found", "Deployment", "catalog")
o = rollout(s, "catalog", 6, image="registry.example/catalog:4.3")
p = s.pod("catalog", suffix="7f7f7f7f7-q2w3e", owner_=o, phase="Pending", minutes=6, state={"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}, image="registry.example/catalog:4.3")
s.event("Pod", p, "Failed", 'Failed to pull image "registry.example/catalog:4.3": manifest unknown', first=5)
s = scenario("change-setting", "e-06", "why does wallet crash", "application.crash", "Deployment", "wallet", hard=True)
o = rollout(s, "wallet", 9, env=[{"name": "FEATURE_SPLIT_LEDGER", "value": "on"}])
p = s.crash("wallet", ["INFO starting", "panic: runtime error: invalid memory address or nil pointer dereference", "goroutine 1 [running]:", "main.split(0x0) /src/split.go:41 +0x1d"], code=2, suffix="7f7f7f7f7-q2w3e", owner_=o, minutes=9)

s = scenario("change-configmap", "e-08", "why does fx-rates crash", "config.bad-value", "Deployment", "fx-rates", hard=True)
c = {"envFrom": [{"configMapRef": {"name": "rates"}}]}
s.add("configmaps", {"metadata": s.m("rates", "e-08", 9000, managedFields=[{"manager": "kubectl-edit", "operation": "Update", "time": ago(9)}]), "data": {"RATE": "five"}})
s.deploy("fx-rates", **c); s.crash("fx-rates", ["INFO starting", "FATAL: setting RATE is not a number"], minutes=7, **c)
s = scenario("change-rolled-back", "e-09", "why does quoter crash", "config.bad-value", "Deployment", "quoter", hard=True)
o = rollout(s, "quoter", 9, image="registry.example/quoter:4.3")
old, new = s.items["replicasets"]
old["metadata"]["annotations"]["deployment.kubernetes.io/revision"], old["spec"]["replicas"], new["spec"]["replicas"] = "3", 1, 0
c = {"env": [{"name": "SPREAD", "value": "wide"}]}
s.crash("quoter", ["INFO starting", "FATAL: SPREAD must be a percentage"], minutes=5, **c)

# --- settings that hold a change back, and rivals


def beside(s, pod, name, state):
    """Adds a second container, in the given state, to a pod."""
    item = next(p for p in s.items["pods"] if p["metadata"]["name"] == pod)
    item["spec"]["containers"].append({"name": name, "image": "registry.example/%s:1.9" % name})
    item["status"]["containerStatuses"].append({"name": name, "ready": "running" in state, "restartCount": 0, "image": "x", "imageID": "", "state": state})
    return item


def job(s, name, minutes, **more):
    s.add("jobs", {"metadata": s.m(name, s.ns, minutes, **more), "spec": {"backoffLimit": 3, "template": {"spec": {"containers": [{"name": "app"}]}}}, "status": {"active": 1, "startTime": ago(minutes)}})
    return {"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": "0", "controller": True}


ENDED = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": ago(88), "finishedAt": ago(61)}}

# a paused rollout; and a partition, where the pods were killed for memory last week and another workload crashes
s = scenario("rollout-paused", "f-01", "the new version of invoices does not go out", "config.rollout-held", "Deployment", "invoices")
rollout(s, "invoices", 45, image="registry.example/invoices:4.3"); s.pod("invoices", ready=True)
old, new = s.items["replicasets"]
old["spec"]["replicas"], new["spec"]["replicas"], new["status"] = 1, 0, {"replicas": 0}
d = s.items["deployments"][0]
d["spec"]["paused"], d["status"] = True, {"replicas": 1, "updatedReplicas": 0, "availableReplicas": 1, "readyReplicas": 1, "conditions": [{"type": "Progressing", "status": "Unknown", "reason": "DeploymentPaused", "message": "Deployment is paused", "lastTransitionTime": ago(44)}]}
s = scenario("rollout-partition", "f-02", "why does statefulset ledger-db still run the old image", "config.rollout-held", "StatefulSet", "ledger-db", hard=True)
d = s.deploy("ledger-db", 3, 3, kind="statefulsets", image="registry.example/ledger-db:4.3")
d["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
d["status"] = {"replicas": 3, "readyReplicas": 3, "availableReplicas": 3, "currentReplicas": 2, "updatedReplicas": 1, "currentRevision": "ledger-db-5c9f", "updateRevision": "ledger-db-7d4b"}
for n in range(3):
    s.pod("ledger-db", suffix=str(n), owner_=owner("StatefulSet", "ledger-db"), ready=True, minutes=30 if n == 2 else 14000, restarts=0 if n == 2 else 2, image="registry.example/ledger-db:%s" % ("4.3" if n == 2 else "4.2"),
          last=None if n == 2 else {"terminated": {"exitCode": 137, "reason": "OOMKilled", "startedAt": ago(13000), "finishedAt": ago(11000)}})
s.deploy("metrics-relay"); s.crash("metrics-relay", ["INFO starting", "panic: assignment to entry in nil map", "main.main() /src/main.go:17 +0x1d"], code=2)

# a sidecar outlives its Job; and the CronJob behind the Job stands still, while the sidecar complains
s = scenario("job-sidecar", "f-03", "why does job settlement not complete", "config.job-held-open", "Job", "settlement")
p = s.pod("settlement", suffix="q8r2t", owner_=job(s, "settlement", 90), state=ENDED, minutes=90)
beside(s, p, "istio-proxy", {"running": {"startedAt": ago(89)}}); s.log(p, ["INFO settled 4811 payments", "INFO done"])
s = scenario("job-sidecar-cronjob", "f-04", "cronjob price-feed has not started for an hour", "config.job-held-open", "CronJob", "price-feed", hard=True)
s.add("cronjobs", {"metadata": s.m("price-feed", "f-04", 9000), "spec": {"schedule": "*/10 * * * *", "concurrencyPolicy": "Forbid", "jobTemplate": {}}, "status": {"lastScheduleTime": ago(90), "active": [{"kind": "Job", "namespace": "f-04", "name": "price-feed-29399"}]}})
p = s.pod("price-feed-29399", suffix="w4z6k", owner_=job(s, "price-feed-29399", 90, ownerReferences=[owner("CronJob", "price-feed")]), state=ENDED, minutes=90)
beside(s, p, "log-shipper", {"running": {"startedAt": ago(89)}}); s.log(p, ["INFO 512 prices written", "INFO done"])
s.logs["%s/log-shipper.log" % p] = "INFO tailing /var/log/app\nERROR flush failed, will retry: dial tcp 10.0.9.9:3100: i/o timeout\n"
s.event("CronJob", "price-feed", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid", "Normal", first=80)


def scaler(s, name, target, most, now, *conditions, **metadata):
    s.add("horizontalpodautoscalers", {"metadata": s.m(name, s.ns, 900, **metadata), "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}, "minReplicas": 1, "maxReplicas": most}, "status": {"currentReplicas": now, "desiredReplicas": now, "conditions": [
        {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale", "message": "recommended size matches current size", "lastTransitionTime": ago(3)},
        {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message": "the HPA was able to successfully calculate a replica count", "lastTransitionTime": ago(800)}, *conditions]}})


# two autoscalers of one workload; and one of them says that it is at its maximum, which is the other one's work
s = scenario("rival-autoscalers", "f-05", "why do the replicas of basket go up and down", "config.rival-autoscalers", "HorizontalPodAutoscaler", "basket-cpu")
s.deploy("basket", 2, 2); s.pod("basket", ready=True); s.pod("basket", suffix="m3n4b", ready=True, minutes=2)
scaler(s, "basket", "basket", 10, 2); scaler(s, "basket-cpu", "basket", 6, 2)
for n, size in ((6, 5), (4, 2), (2, 5)):
    s.event("HorizontalPodAutoscaler", "basket", "SuccessfulRescale", "New size: %d; reason: cpu resource utilization (percentage of request) above target" % size, "Normal", minutes=n)
s = scenario("rival-autoscalers-at-max", "f-06", "the replicas that autoscaler keda-hpa-tickets adds go away again", "config.rival-autoscalers", "HorizontalPodAutoscaler", "keda-hpa-tickets", hard=True)
s.deploy("tickets", 3, 3)
for n in ("a1b2c", "d3e4f", "g5h6j"):
    s.pod("tickets", suffix=n, ready=True, minutes=3)
scaler(s, "keda-hpa-tickets", "tickets", 12, 3, labels={"app.kubernetes.io/managed-by": "keda-operator"})
scaler(s, "tickets", "tickets", 3, 3, {"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas", "message": "the desired replica count is more than the maximum replica count", "lastTransitionTime": ago(40)})
s.event("HorizontalPodAutoscaler", "keda-hpa-tickets", "SuccessfulRescale", "New size: 9; reason: external metric s0-rabbitmq-tickets above target", "Normal", minutes=4)
s.event("HorizontalPodAutoscaler", "tickets", "SuccessfulRescale", "New size: 3; reason: All metrics below target", "Normal", minutes=3)
s.deploy("mail-relay"); s.crash("mail-relay", ["INFO starting", "panic: runtime error: index out of range [3] with length 3", "main.main() /src/main.go:21 +0x1d"], code=2)


def gated(s, workload, gate, *conditions, minutes=25, **container):
    """Adds a pod whose containers are ready, behind a gate that the given conditions do not meet."""
    says = 'the status of pod readiness gate "%s" is not "True", but False' if conditions else 'corresponding condition of pod readiness gate "%s" does not exist.'
    s.deploy(workload, **container)
    p = s.pod(workload, state={"running": {"startedAt": ago(minutes)}}, minutes=minutes, conditions=[
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(minutes)}, {"type": "ContainersReady", "status": "True", "lastTransitionTime": ago(minutes - 1)},
        {"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady", "message": says % gate, "lastTransitionTime": ago(minutes)}, *conditions], **container)
    s.items["pods"][-1]["spec"]["readinessGates"] = [{"conditionType": gate}]
    s.items["pods"][-1]["status"]["containerStatuses"][0]["ready"] = True
    return p


# the load balancer has not set the condition; and a readiness probe failed at the start, which has long been good
GATE = "target-health.elbv2.k8s.aws/k8s-f07-storefront-a1b2c3"
s = scenario("readiness-gate", "f-07", "storefront runs and is not ready", "config.readiness-gate-unmet", "Deployment", "storefront")
p = gated(s, "storefront", GATE, {"type": GATE, "status": "False", "reason": "Elb.RegistrationInProgress", "message": "Target registration is in progress", "lastTransitionTime": ago(20)})
s.log(p, ["INFO listening on :8080"])
s = scenario("readiness-gate-old-probe", "f-08", "why does service bookings have no endpoints", "config.readiness-gate-unmet", "Deployment", "bookings", hard=True)
c = {"ports": [{"containerPort": 8080}], "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}}}
p = gated(s, "bookings", "networking.example.com/mesh-registered", **c); s.service("bookings")
s.event("Pod", p, "Unhealthy", 'Readiness probe failed: Get "http://10.1.2.3:8080/readyz": dial tcp 10.1.2.3:8080: connect: connection refused', minutes=24)
s.log(p, ["INFO listening on :8080", "GET /readyz 200", "GET /readyz 200"])


def routes(s, name, **paths):
    """Adds the services cart and catalog, which are well, and an Ingress with the given routes."""
    for n in ("cart", "catalog"):
        s.deploy(n, 1, 1); s.pod(n, ready=True); s.service(n)
    s.items["endpoints"] = [{"metadata": s.m(n, s.ns, 90), "subsets": [{"addresses": [{"ip": "10.1.2.%d" % (3 + i)}], "ports": [{"port": 8080}]}]} for i, n in enumerate(("cart", "catalog"))]
    s.add("ingressclasses", {"metadata": s.m("nginx", None, 9000), "spec": {"controller": "k8s.io/ingress-nginx"}})
    s.add("ingresses", {"metadata": s.m(name, s.ns, 40), "spec": {"ingressClassName": "nginx", "rules": [{"host": "shop.example", "http": {"paths": [
        {"path": "/api/" + path, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}} for path, service in paths.items()]}}]}})


# a path that leads to another service; and that service answers what it does not know, as if it were at fault
s = scenario("misrouted", "f-09", "ingress front sends cart requests to the wrong place", "network.misrouted", "Ingress", "front")
routes(s, "front", catalog="catalog", cart="catalog")
s = scenario("misrouted-404", "f-10", "why does catalog log errors", "network.misrouted", "Ingress", "shop", hard=True)
routes(s, "shop", catalog="catalog", cart="catalog")
s.log(s.items["pods"][1]["metadata"]["name"], ["INFO listening on :8080"] + ["ERROR no route for POST /api/cart/items: 404"] * 12)
s.deploy("recommender"); s.crash("recommender", ["INFO starting", "panic: runtime error: invalid memory address or nil pointer dereference", "main.rank(0x0) /src/rank.go:8 +0x1d"], code=2)


# --- several problems at once: the worst comes first and includes its consequences
s = scenario("many-problems", "e-07", "what is wrong in namespace e-07", "resource.oom-killed", "Deployment", "store-db", hard=True)
c = {"resources": {"limits": {"memory": "64Mi"}}}
s.deploy("store-db", **c); s.pod("store-db", restarts=6, state={"waiting": {"reason": "CrashLoopBackOff"}}, last={"terminated": {"exitCode": 137, "reason": "OOMKilled", "startedAt": ago(9), "finishedAt": ago(4)}}, **c); s.service("store-db", port=5432, target=5432)
for n in ("cart-web", "order-web"):
    s.deploy(n); s.crash(n, ["INFO starting", "FATAL dial tcp 10.0.0.77:5432: connect: connection refused"])
waiting(s, "stray", "ErrImagePull", 'Failed to pull image "registry.example/stray:4.2": manifest unknown')


for s in ALL:
    s.write()
print(len(ALL), "scenarios")
