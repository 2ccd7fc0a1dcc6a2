using System.Collections.Concurrent;

namespace MetaKube.Memory;

/// <summary>Leases within this process; they end with it, so they never expire before.</summary>
public sealed class InProcessLeaseStore : ILeaseStore
{
    private readonly ConcurrentDictionary<string, bool> held = new();

    public Task<IAsyncDisposable?> TryAcquireAsync(
        string name,
        TimeSpan duration,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IAsyncDisposable?>(
            held.TryAdd(name, true) ? new Lease(() => held.TryRemove(name, out _)) : null
        );

    private sealed class Lease(Action release) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            release();
            return ValueTask.CompletedTask;
        }
    }
}
