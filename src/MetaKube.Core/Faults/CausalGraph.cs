namespace MetaKube.Faults;

/// <summary>The "causes" edges between faults (paper, section 4.3).</summary>
public static class CausalGraph
{
    // The first fault, at a dependency of the object, produces the second, although that names a cause of its own.
    private static readonly HashSet<(string Cause, string Effect)> Pairs =
    [
        (FaultCodes.System.NodeNotReady, FaultCodes.System.FinalizerStuck),
        // The finding at a pod that finds no node speaks of all nodes; the finding at the node speaks of itself.
        (FaultCodes.System.NodeNotReady, FaultCodes.System.NodeNotReady),
        (FaultCodes.System.CertificateExpired, FaultCodes.System.NodeNotReady),
        (FaultCodes.Resource.NodeDiskPressure, FaultCodes.Resource.EphemeralStorageExceeded),
        (FaultCodes.Resource.NodeDiskPressure, FaultCodes.Scheduling.TaintNotTolerated),
        (FaultCodes.Resource.NodeMemoryPressure, FaultCodes.Scheduling.TaintNotTolerated),
        (FaultCodes.Resource.PidExhausted, FaultCodes.Scheduling.TaintNotTolerated),
        (FaultCodes.System.NodeNotReady, FaultCodes.Scheduling.TaintNotTolerated),
        (FaultCodes.Scheduling.NodeCordoned, FaultCodes.Scheduling.TaintNotTolerated),
        (FaultCodes.Resource.VolumeFull, FaultCodes.Resource.VolumeFull),
        (FaultCodes.Scheduling.PdbBlocks, FaultCodes.Scheduling.NodeCordoned),
        (FaultCodes.Config.AdmissionWebhookDown, FaultCodes.Config.AdmissionDenied),
        (FaultCodes.Resource.OomKilled, FaultCodes.Config.LivenessProbeWrong),
        (FaultCodes.Resource.OomKilled, FaultCodes.Config.StartupTooSlow),
    ];

    // These faults of a node or webhook appear at dependent objects under the same code and have no other effects.
    private static readonly HashSet<string> Spreading =
    [
        FaultCodes.Resource.NodeOom,
        FaultCodes.Resource.NodeMemoryPressure,
        FaultCodes.Resource.NodeDiskPressure,
        FaultCodes.Resource.PidExhausted,
        FaultCodes.Config.AdmissionWebhookDown,
        FaultCodes.Network.SandboxFailed,
    ];

    /// <summary>
    /// Whether <paramref name="cause"/> may explain <paramref name="effect"/>. On one object the more specific fault
    /// explains the vaguer one; a fault of a dependency explains any fault that can be a consequence.
    /// </summary>
    public static bool CanCause(Fault cause, Fault effect, bool sameObject)
    {
        if (Pairs.Contains((cause.Code, effect.Code)))
            return true;
        if (sameObject)
            return cause.Vagueness < effect.Vagueness;
        return Spreading.Contains(cause.Code)
            ? cause == effect || effect.Code == FaultCodes.Network.NoReadyEndpoints
            : cause != effect && effect.IsConsequence;
    }
}
