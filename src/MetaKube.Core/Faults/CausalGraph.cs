namespace MetaKube.Faults;

/// <summary>The type-level "causes" edges: which fault may bring about which other (paper, section 4.3).</summary>
public static class CausalGraph
{
    // A failure of the first kind, on something the object depends on, produces the second although that names a cause
    // of its own.
    private static readonly HashSet<(string Cause, string Effect)> Pairs =
    [
        ("system.node-not-ready", "system.finalizer-stuck"),
        // A pod that finds no node says so of the nodes in general; the node says it of itself.
        ("system.node-not-ready", "system.node-not-ready"),
        ("system.certificate-expired", "system.node-not-ready"),
        ("resource.node-disk-pressure", "resource.ephemeral-storage-exceeded"),
        ("resource.node-disk-pressure", "scheduling.taint-not-tolerated"),
        ("resource.node-memory-pressure", "scheduling.taint-not-tolerated"),
        ("resource.pid-exhausted", "scheduling.taint-not-tolerated"),
        ("system.node-not-ready", "scheduling.taint-not-tolerated"),
        ("scheduling.node-cordoned", "scheduling.taint-not-tolerated"),
        ("resource.volume-full", "resource.volume-full"),
        ("scheduling.pdb-blocks", "scheduling.node-cordoned"),
        ("config.admission-webhook-down", "config.admission-denied"),
        ("resource.oom-killed", "config.liveness-probe-wrong"),
        ("resource.oom-killed", "config.startup-too-slow"),
    ];

    // What is wrong with a node or a webhook shows on what depends on it under the same code; other consequences it
    // does not have.
    private static readonly HashSet<string> Spreading =
    [
        "resource.node-oom",
        "resource.node-memory-pressure",
        "resource.node-disk-pressure",
        "resource.pid-exhausted",
        "config.admission-webhook-down",
        "network.sandbox-failed",
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
            ? cause == effect || effect.Code == "network.no-ready-endpoints"
            : cause != effect && effect.IsConsequence;
    }
}
