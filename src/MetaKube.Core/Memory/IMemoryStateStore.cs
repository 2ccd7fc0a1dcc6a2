namespace MetaKube.Memory;

/// <summary>Stores the calibration and the controller's state.</summary>
public interface IMemoryStateStore
{
    /// <summary>The last saved state, or <see cref="MemoryState.Initial"/>.</summary>
    Task<MemoryState> LoadAsync(CancellationToken cancellationToken);

    Task SaveAsync(MemoryState state, CancellationToken cancellationToken);
}
