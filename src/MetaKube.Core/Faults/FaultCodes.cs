namespace MetaKube.Faults;

/// <summary>The codes of the fault catalogue. A code never changes once it is published.</summary>
public static class FaultCodes
{
    public static class Image
    {
        public const string NotFound = "image.not-found";
        public const string RegistryAuth = "image.registry-auth";
        public const string RegistryUnreachable = "image.registry-unreachable";
        public const string RateLimited = "image.rate-limited";
        public const string InvalidName = "image.invalid-name";
        public const string NeverPullAbsent = "image.never-pull-absent";
        public const string WrongArchitecture = "image.wrong-architecture";
    }

    public static class Config
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
    }

    public static class Resource
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
        public const string ProvisioningFailed = "resource.provisioning-failed";
        public const string PvcLost = "resource.pvc-lost";
        public const string VolumeAttachFailed = "resource.volume-attach-failed";
        public const string VolumeMountFailed = "resource.volume-mount-failed";
        public const string PvNodeAffinity = "resource.pv-node-affinity";
        public const string HpaAtMax = "resource.hpa-at-max";
        public const string HpaNoMetrics = "resource.hpa-no-metrics";
    }

    public static class Scheduling
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
    }

    public static class Network
    {
        public const string ServiceSelectorMismatch = "network.service-selector-mismatch";
        public const string ServicePortMismatch = "network.service-port-mismatch";
        public const string NoReadyEndpoints = "network.no-ready-endpoints";
        public const string DependencyMissing = "network.dependency-missing";
        public const string DnsFailure = "network.dns-failure";
        public const string DependencyDown = "network.dependency-down";
        public const string ConnectionTimeout = "network.connection-timeout";
        public const string PolicyBlocked = "network.policy-blocked";
        public const string TlsExpired = "network.tls-expired";
        public const string TlsUntrusted = "network.tls-untrusted";
        public const string IngressClassMissing = "network.ingress-class-missing";
        public const string IngressBackendMissing = "network.ingress-backend-missing";
        public const string IngressTlsMissing = "network.ingress-tls-missing";
        public const string GatewayRouteUnresolved = "network.gateway-route-unresolved";
        public const string LoadBalancerPending = "network.load-balancer-pending";
        public const string SandboxFailed = "network.sandbox-failed";
    }

    public static class System
    {
        public const string NodeNotReady = "system.node-not-ready";
        public const string ContainerRuntimeFailed = "system.container-runtime-failed";
        public const string CertificateExpired = "system.certificate-expired";
        public const string ApiOverloaded = "system.api-overloaded";
        public const string FinalizerStuck = "system.finalizer-stuck";
        public const string ApiRemoved = "system.api-removed";
        public const string ControllerDown = "system.controller-down";
    }

    public static class Application
    {
        public const string Crash = "application.crash";
        public const string ErrorRate = "application.error-rate";
        public const string Hang = "application.hang";
        public const string OutOfMemoryInternal = "application.out-of-memory-internal";
    }
}
