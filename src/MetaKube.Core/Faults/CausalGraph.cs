namespace MetaKube.Faults;

/// <summary>The type-level "causes" edges: which fault may bring about which other (paper, section 4.3).</summary>
public static class CausalGraph
{
    // A failure of the first kind, on something the object depends on, produces the second although that names a cause
    // of its own.
    private static readonly HashSet<(string Cause, string Effect)> Pairs =
    [
        (FaultCodes.System.NodeNotReady, FaultCodes.System.FinalizerStuck),
        // A pod that finds no node says so of the nodes in general; the node says it of itself.
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

    // What is wrong with a node or a webhook shows on what depends on it under the same code; other consequences it
    // does not have.
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
    /// Whether <paramref name="cause"/> may explain <paramref name="effect"/>: on one object by being sharper,
    /// from a dependency by the effect being a consequence at all.
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
