using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

internal static class ConfigurationFaults
{
    private static Fault Config(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Configuration, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        Config(
            FaultCodes.Config.MissingConfigMap,
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
            FaultCodes.Config.MissingSecret,
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
            FaultCodes.Config.MissingKey,
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
            FaultCodes.Config.MissingEnv,
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
            FaultCodes.Config.BadValue,
            "A setting has a wrong value",
            [
                new(
                    Medium,
                    "Correct {variable} in ConfigMap {configmap}, then restart.",
                    "kubectl -n {namespace} edit configmap {configmap}",
                    "kubectl -n {namespace} rollout restart {deployment}"
                ),
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
            FaultCodes.Config.BadCredentials,
            "A dependency rejects the user or password",
            [
                new(
                    Medium,
                    "Compare the credentials that {workload} uses with those of the dependency, put the right "
                        + "ones in the Secret, then restart.",
                    "kubectl -n {namespace} rollout restart {deployment}"
                ),
            ],
            "Rotate credentials in one place that both sides read."
        ),
        Config(
            FaultCodes.Config.BadCommand,
            "The command, its arguments or its path is wrong or not executable",
            [
                new(
                    Medium,
                    "Correct spec.template.spec.containers[].command or args of {container}: the image has no "
                        + "such program at that path, or it is not executable.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Prefer the image's own entrypoint; start the image once in the pipeline."
        ),
        Config(
            FaultCodes.Config.InvalidFile,
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
            FaultCodes.Config.LivenessProbeWrong,
            "The liveness probe kills a healthy container",
            [
                new(
                    Medium,
                    "Point livenessProbe of container {container} at what the program serves (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Test probes against the running image; keep liveness simpler than readiness."
        ),
        Config(
            FaultCodes.Config.ReadinessProbeWrong,
            "The readiness probe asks for what the program does not serve",
            [
                new(
                    Medium,
                    "Point readinessProbe of container {container} at what the program serves (now {probe}).",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Keep port and path of the probe beside the program's own route table."
        ),
        Config(
            FaultCodes.Config.StartupTooSlow,
            "The liveness probe kills the container before it has started",
            [
                new(
                    Medium,
                    "Give container {container} a startupProbe (same target as liveness, failureThreshold × "
                        + "periodSeconds longer than its start takes), or a larger initialDelaySeconds.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Give every slow starter a startupProbe."
        ),
        Config(
            FaultCodes.Config.RbacDenied,
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
            FaultCodes.Config.ServiceAccountMissing,
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
            FaultCodes.Config.SecurityContextDenied,
            "Security settings forbid what the container needs",
            [
                new(
                    Medium,
                    "Make the image run within its securityContext: a numeric non-root user, an emptyDir where "
                        + "it writes ({path}).",
                    "kubectl -n {namespace} edit {workload}"
                ),
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
            FaultCodes.Config.AdmissionDenied,
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
            FaultCodes.Config.AdmissionWebhookDown,
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
            FaultCodes.Config.VolumeMountWrong,
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
            FaultCodes.Config.CronJobSuspended,
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
            FaultCodes.Config.CronJobInvalid,
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
            FaultCodes.Config.JobBackoffExhausted,
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
    ];
}
