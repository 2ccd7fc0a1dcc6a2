namespace MetaKube.Memory;

/// <summary>The stores of one memory.</summary>
/// <param name="Episodes">Documents: episodes, patterns and aliases.</param>
/// <param name="Vectors">The index of their vectors.</param>
/// <param name="State">Calibration and controller state.</param>
/// <param name="Leases">Mutual exclusion between processes.</param>
public sealed record MemoryStorage(
    IEpisodeStore Episodes,
    IVectorIndex Vectors,
    IMemoryStateStore State,
    ILeaseStore Leases
)
{
    /// <summary>Stores that end with this process: for <c>--no-memory</c> and for evaluations.</summary>
    public static MemoryStorage InProcess() =>
        new(
            new InProcessEpisodeStore(),
            new InProcessVectorIndex(),
            new InProcessMemoryStateStore(),
            new InProcessLeaseStore()
        );
}
