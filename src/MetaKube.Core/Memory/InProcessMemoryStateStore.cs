namespace MetaKube.Memory;

/// <summary>State in the memory of this process.</summary>
public sealed class InProcessMemoryStateStore : IMemoryStateStore
{
    private volatile MemoryState state = MemoryState.Initial;

    public Task<MemoryState> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(state);

    public Task SaveAsync(MemoryState state, CancellationToken cancellationToken)
    {
        this.state = state;
        return Task.CompletedTask;
    }
}
