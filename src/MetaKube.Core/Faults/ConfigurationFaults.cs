using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class ConfigurationFaults
{
    public const string MissingConfigMap = "config.missing-configmap";
    public const string MissingSecret = "config.missing-secret";
    public const string MissingKey = "config.missing-key";
    public const string MissingEnv = "config.missing-env";
    public const string BadValue = "config.bad-value";
    public const string BadCredentials = "config.bad-credentials";
    public const string BadCommand = "config.bad-command";
    public const string InvalidFile = "config.invalid-file";
    public const string LivenessProbeWrong = "config.liveness-probe-wrong";
    public const string ReadinessProbeWrong = "config.readiness-probe-wrong";
    public const string StartupTooSlow = "config.startup-too-slow";
    public const string RbacDenied = "config.rbac-denied";
    public const string ServiceAccountMissing = "config.service-account-missing";
    public const string SecurityContextDenied = "config.security-context-denied";
    public const string AdmissionDenied = "config.admission-denied";
    public const string AdmissionWebhookDown = "config.admission-webhook-down";
    public const string VolumeMountWrong = "config.volume-mount-wrong";
    public const string CronJobSuspended = "config.cronjob-suspended";
    public const string CronJobInvalid = "config.cronjob-invalid";
    public const string JobBackoffExhausted = "config.job-backoff-exhausted";
    public const string PortConflict = "config.port-conflict";
    public const string DatabaseReadOnly = "config.database-read-only";
    public const string RolloutHeld = "config.rollout-held";
    public const string JobHeldOpen = "config.job-held-open";
    public const string RivalAutoscalers = "config.rival-autoscalers";
    public const string ReadinessGateUnmet = "config.readiness-gate-unmet";

    private static Fault Config(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Configuration, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        Config(
            MissingConfigMap,
            "A referenced ConfigMap does not exist",
            [
                new(
                    Low,
                    "Create ConfigMap {configmap} in namespace {namespace}, or correct the name that {workload} "
                        + "refers to.",
                    "kubectl -n {namespace} get configmaps",
                    "kubectl -n {namespace} create configmap {configmap} --from-literal=KEY=VALUE"
                ),
            ],
            "Ship the ConfigMap in the same release as the workload that needs it."
        ),
        Config(
            MissingSecret,
            "A referenced Secret does not exist",
            [
                new(
                    Low,
                    "Create Secret {secret} in namespace {namespace}, or correct the name that {workload} refers to.",
                    "kubectl -n {namespace} get secrets",
                    "kubectl -n {namespace} create secret generic {secret} --from-literal=KEY=VALUE"
                ),
            ],
            "Create Secrets before workloads (External Secrets, Sealed Secrets), and alert when a sync fails."
        ),
        Config(
            MissingKey,
            "The referenced ConfigMap or Secret lacks the key",
            [
                new(
                    Low,
                    "Add key {key} to {object}, or correct the key that {workload} asks for.",
                    "kubectl -n {namespace} describe {object}"
                ),
            ],
            "Check keys in review: a rename in a ConfigMap is a breaking change for who reads it."
        ),
        Config(
            MissingEnv,
            "The program needs an environment variable that the spec does not set",
            [
                new(
                    Medium,
                    "Set {variable} on container {container}.",
                    "kubectl -n {namespace} set env {deployment} -c {container} {variable}=VALUE"
                ),
            ],
            "Let the program print all variables that it misses at start, and keep the list with the chart."
        ),
        Config(
            BadValue,
            "A setting has a wrong value",
            [
                new(
                    Medium,
                    "Let the program of {container} listen on 0.0.0.0 instead of {loopback}, by its host or bind "
                        + "setting.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Correct {variable} in ConfigMap {configmap}, then restart.",
                    "kubectl -n {namespace} edit configmap {configmap}",
                    "kubectl -n {namespace} rollout restart {deployment}"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Correct {variable} on container {container} (it is set in the spec, or in the ConfigMap "
                        + "that it comes from).",
                    "kubectl -n {namespace} set env {deployment} -c {container} {variable}=VALUE"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Correct the value that the log names, in the spec or in the ConfigMap that it comes from.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                )
                {
                    Otherwise = true,
                },
            ],
            "Validate configuration in the pipeline with the program itself (a --check flag)."
        ),
        Config(
            BadCredentials,
            "A dependency rejects the user or password",
            [
                new(
                    Medium,
                    "Restart {workload}: it read Secret {oldsecret} before that was changed.",
                    "kubectl -n {namespace} rollout restart {deployment}"
                ),
                new(
                    Medium,
                    "Compare the credentials that {workload} uses with those of the dependency, put the right "
                        + "ones in the Secret, then restart.",
                    "kubectl -n {namespace} rollout restart {deployment}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Rotate credentials in one place that both sides read."
        ),
        Config(
            BadCommand,
            "The command, its arguments or its path is wrong or not executable",
            [
                new(
                    Medium,
                    "Correct or remove {hook} of {container}: as long as it fails, the kubelet ends the container.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "The program of {container} does its work and {ends}: give it a command that keeps running, or run "
                        + "it as a Job.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
                new(
                    Medium,
                    "Correct spec.template.spec.containers[].command or args of {container}: the image has no "
                        + "such program at that path, or it is not executable.",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Prefer the image's own entrypoint; start the image once in the pipeline."
        ),
        Config(
            InvalidFile,
            "A mounted configuration file does not parse",
            [
                new(
                    Medium,
                    "Correct {file} in ConfigMap {configmap}, then restart.",
                    "kubectl -n {namespace} edit configmap {configmap}",
                    "kubectl -n {namespace} rollout restart {deployment}"
                ),
                new(
                    Medium,
                    "Correct the configuration file that the parser complains of, then restart.",
                    "kubectl -n {namespace} rollout restart {deployment}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Lint configuration files in the pipeline."
        ),
        Config(
            LivenessProbeWrong,
            "The liveness probe kills a healthy container",
            [
                new(
                    Medium,
                    "Give livenessProbe of container {container} more patience (now {patience}): a failureThreshold of "
                        + "3 and a timeoutSeconds above its slowest answer.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Point livenessProbe of container {container} at {right} (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Point livenessProbe of container {container} at what the program serves (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Test probes against the running image; keep liveness simpler than readiness."
        ),
        Config(
            ReadinessProbeWrong,
            "The readiness probe asks for what the program does not serve",
            [
                new(
                    Medium,
                    "Point readinessProbe of container {container} at {right} (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Point readinessProbe of container {container} at what the program serves (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Keep port and path of the probe beside the program's own route table."
        ),
        Config(
            StartupTooSlow,
            "The liveness probe kills the container before it has started",
            [
                new(
                    Medium,
                    "Raise failureThreshold of the startupProbe of container {container} (now {startup}) until it "
                        + "covers the time that a start takes.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Give container {container} a startupProbe (same target as liveness, failureThreshold × "
                        + "periodSeconds longer than its start takes), or a larger initialDelaySeconds.",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Give every slow starter a startupProbe."
        ),
        Config(
            RbacDenied,
            "The workload's ServiceAccount lacks a right",
            [
                new(
                    Medium,
                    "Grant ServiceAccount {serviceaccount} the right that the log names, no more.",
                    "kubectl auth can-i {verb} {object} --as=system:serviceaccount:{namespace}:{serviceaccount}",
                    "kubectl -n {namespace} create role {serviceaccount}-{verb}-{object} --verb={verb} "
                        + "--resource={object}",
                    "kubectl -n {namespace} create rolebinding {serviceaccount}-{verb}-{object} "
                        + "--role={serviceaccount}-{verb}-{object} --serviceaccount={namespace}:{serviceaccount}"
                ),
            ],
            "Ship Role and RoleBinding with the workload."
        ),
        Config(
            ServiceAccountMissing,
            "The named ServiceAccount does not exist",
            [
                new(
                    Low,
                    "Create ServiceAccount {serviceaccount}, or correct spec.template.spec.serviceAccountName.",
                    "kubectl -n {namespace} create serviceaccount {serviceaccount}"
                ),
            ],
            "Ship the ServiceAccount with the workload."
        ),
        Config(
            SecurityContextDenied,
            "Security settings forbid what the container needs",
            [
                new(
                    Medium,
                    "Let the container write to volume {volume} at {path}: set fsGroup (or runAsUser) in the pod's "
                        + "securityContext to the volume's owner, or change the owner of its files.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Make the image run within its securityContext: a numeric non-root user, an emptyDir where "
                        + "it writes ({path}).",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Make the image run within its securityContext (a numeric non-root USER, no privileged "
                        + "ports, an emptyDir where it writes), or relax the one field that the message names.",
                    "kubectl -n {namespace} edit {workload}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Run images under the restricted profile in the pipeline."
        ),
        Config(
            AdmissionDenied,
            "An admission policy rejects the object",
            [
                new(
                    Medium,
                    "Change what the policy's message names in {workload}.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Run the policies in the pipeline (kubectl apply --dry-run=server calls the webhooks)."
        ),
        Config(
            AdmissionWebhookDown,
            "An admission webhook's backend is gone",
            [
                new(
                    Medium,
                    "Bring back the Service behind webhook {webhook}.",
                    "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations"
                ),
                new(
                    High,
                    "Only if it cannot come back soon: remove its configuration. Nothing is checked by it from "
                        + "then on.",
                    "kubectl delete {webhookkind} {webhookconfig}"
                ),
            ],
            "Give webhooks replicas, failurePolicy Ignore where safety allows it, and a namespaceSelector that "
                + "spares their own namespace."
        ),
        Config(
            VolumeMountWrong,
            "A volume is mounted at the wrong place or hides what the program needs",
            [
                new(
                    Medium,
                    "Correct mountPath or subPath of container {container}.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Mount single files with subPath into folders that hold other files."
        ),
        Config(
            CronJobSuspended,
            "The CronJob is suspended",
            [
                new(
                    Low,
                    "Resume it.",
                    "kubectl -n {namespace} patch cronjob {name} -p '{\"spec\":{\"suspend\":false}}'"
                )
                {
                    Patch = """{"spec":{"suspend":false}}""",
                },
            ],
            "Alert on CronJobs that stay suspended longer than a maintenance lasts."
        ),
        Config(
            CronJobInvalid,
            "The CronJob's schedule is wrong, or too many starts were missed",
            [
                new(
                    Low,
                    "Correct spec.schedule, or set spec.startingDeadlineSeconds so that old misses no longer count.",
                    "kubectl -n {namespace} edit cronjob {name}"
                ),
            ],
            "Validate schedules in the pipeline."
        ),
        Config(
            JobBackoffExhausted,
            "The Job failed too often and its pods no longer tell why",
            [
                new(
                    Medium,
                    "Run it once more and keep its pod: read the log before it goes.",
                    "kubectl -n {namespace} get job {name} -o yaml",
                    "kubectl -n {namespace} logs job/{name} --all-containers"
                ),
            ],
            "Keep failed pods (restartPolicy Never, ttlSecondsAfterFinished of a day) and ship logs."
        ) with
        {
            Vagueness = 4,
        },
        Config(
            PortConflict,
            "Two programs of a pod bind the same port",
            [
                new(
                    Medium,
                    "Give one of the containers of {workload} another port: {port} is taken by container {other}.",
                    "kubectl -n {namespace} edit {workload}"
                ),
                new(
                    Medium,
                    "Give one of the programs of {workload} another port; the containers of a pod share all ports.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                )
                {
                    Otherwise = true,
                },
            ],
            "Keep the ports of sidecars in one list, apart from those of the programs."
        ),
        Config(
            RolloutHeld,
            "The workload's own settings hold its rollout back",
            [
                new(
                    Medium,
                    "Resume the rollout of {workload} if nobody holds it back on purpose (paused: {paused}).",
                    "kubectl -n {namespace} rollout resume {deployment}"
                ),
                new(
                    Medium,
                    "Lower the partition of {workload} (now {partition}) step by step to 0; a pod below it comes back "
                        + "with the old revision even if it is deleted.",
                    "kubectl -n {namespace} patch {deployment} "
                        + "-p '{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":0}}}}'"
                )
                {
                    Otherwise = true,
                },
                new(
                    Medium,
                    "Delete the pods of {workload} that still have the old revision, one after the other, or let the "
                        + "rollout replace them ({held}).",
                    "kubectl -n {namespace} patch {deployment} -p '{\"spec\":{\"updateStrategy\":null}}'"
                )
                {
                    Otherwise = true,
                },
            ],
            "Alert on workloads whose updated replicas stay below the wanted ones."
        ),
        Config(
            JobHeldOpen,
            "A container that does not end keeps a Job from completing",
            [
                new(
                    Medium,
                    "Make {sidecar} a native sidecar (an init container with restartPolicy Always), or let it end "
                        + "with the main container.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Set activeDeadlineSeconds on Jobs; run sidecars of Jobs as native sidecars."
        ),
        Config(
            RivalAutoscalers,
            "Several autoscalers scale one workload",
            [new(Medium, "Keep one of the autoscalers {rivals}.", "kubectl -n {namespace} get hpa")],
            "Let one chart own both a workload and its autoscaler."
        ),
        Config(
            ReadinessGateUnmet,
            "Nothing sets the condition that a readiness gate of the pod waits for",
            [
                new(
                    Medium,
                    "Bring back the controller that sets condition {gate}, or remove the gate from spec.readinessGates "
                        + "of {workload}.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Alert on pods whose containers are ready for minutes while the pods are not."
        ),
        Config(
            DatabaseReadOnly,
            "The database refuses writes",
            [
                new(
                    Medium,
                    "Find out why {workload} is read-only (a switch, a failover, a full disk), and make it writable "
                        + "again, or send writes to the primary.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
            ],
            "Alert on read-only primaries; let clients follow the primary after a failover."
        ),
    ];
}
