namespace MetaKube.Faults;

/// <summary>The "causes" edges between faults (paper, section 4.3).</summary>
public static class CausalGraph
{
    // The first fault, at a dependency of the object, produces the second, although that names a cause of its own.
    private static readonly HashSet<(string Cause, string Effect)> Pairs =
    [
        (SystemFaults.NodeNotReady, SystemFaults.FinalizerStuck),
        // The finding at a pod that finds no node speaks of all nodes; the finding at the node speaks of itself.
        (SystemFaults.NodeNotReady, SystemFaults.NodeNotReady),
        (SystemFaults.CertificateExpired, SystemFaults.NodeNotReady),
        (SystemFaults.ContainerRuntimeFailed, SystemFaults.NodeNotReady),
        (SystemFaults.ContainerRuntimeFailed, SystemFaults.ContainerRuntimeFailed),
        (SystemFaults.EtcdFailed, SystemFaults.ApiOverloaded),
        (SystemFaults.EtcdFailed, SystemFaults.ControllerDown),
        (ResourceFaults.CpuThrottled, NetworkFaults.Delay),
        (ResourceFaults.NodeDiskPressure, ResourceFaults.EphemeralStorageExceeded),
        (ResourceFaults.NodeDiskPressure, SchedulingFaults.TaintNotTolerated),
        (ResourceFaults.NodeMemoryPressure, SchedulingFaults.TaintNotTolerated),
        (ResourceFaults.PidExhausted, SchedulingFaults.TaintNotTolerated),
        (SystemFaults.NodeNotReady, SchedulingFaults.TaintNotTolerated),
        (ResourceFaults.VolumeFull, ResourceFaults.VolumeFull),
        // A claim that a quota refused does not exist.
        (ResourceFaults.QuotaExceeded, ResourceFaults.ProvisioningFailed),
        (SchedulingFaults.PdbBlocks, SchedulingFaults.NodeCordoned),
        (ConfigurationFaults.AdmissionWebhookDown, ConfigurationFaults.AdmissionDenied),
        (ResourceFaults.OomKilled, ConfigurationFaults.LivenessProbeWrong),
        (ResourceFaults.OomKilled, ConfigurationFaults.StartupTooSlow),
    ];

    // These faults of a node or webhook appear at dependent objects under the same code and have no other effects.
    private static readonly HashSet<string> Spreading =
    [
        ResourceFaults.NodeOom,
        ResourceFaults.NodeMemoryPressure,
        ResourceFaults.NodeDiskPressure,
        ResourceFaults.PidExhausted,
        ConfigurationFaults.AdmissionWebhookDown,
        NetworkFaults.SandboxFailed,
    ];

    // Faults of a node that hurt every pod on it, whatever the pods themselves show.
    private static readonly HashSet<string> OfWholeNode =
    [
        SystemFaults.NodeNotReady,
        SystemFaults.ContainerRuntimeFailed,
        SystemFaults.KubeProxyFailed,
        NetworkFaults.Delay,
        NetworkFaults.PacketLoss,
    ];

    // Faults of the control plane that hurt every namespace.
    private static readonly HashSet<string> OfControlPlane = [SystemFaults.ControllerDown, SystemFaults.EtcdFailed];

    /// <summary>True if the fault, at a node, hurts every pod on it.</summary>
    public static bool HurtsWholeNode(string? fault) => fault is not null && OfWholeNode.Contains(fault);

    /// <summary>True if the fault, at a node, hurts every namespace.</summary>
    public static bool HurtsCluster(string? fault) => fault is not null && OfControlPlane.Contains(fault);

    /// <summary>
    /// True if <paramref name="cause"/> may explain <paramref name="effect"/>. On one object the more specific fault
    /// explains the vaguer one; a fault of a dependency explains any fault that can be a consequence.
    /// </summary>
    public static bool CanCause(Fault cause, Fault effect, bool sameObject)
    {
        if (Pairs.Contains((cause.Code, effect.Code)))
            return true;
        if (sameObject)
            return cause.Vagueness < effect.Vagueness;
        return Spreading.Contains(cause.Code)
            ? cause == effect || effect.Code == NetworkFaults.NoReadyEndpoints
            : cause != effect && effect.IsConsequence;
    }
}
