namespace MetaKube.Memory;

/// <summary>Grants leases that all processes of one memory respect.</summary>
public interface ILeaseStore
{
    /// <summary>Acquires a lease without waiting.</summary>
    /// <param name="name">What the lease protects.</param>
    /// <param name="duration">The lease expires after this time if its holder dies.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The lease, which is released by disposing it; null while another holder has it.</returns>
    Task<IAsyncDisposable?> TryAcquireAsync(string name, TimeSpan duration, CancellationToken cancellationToken);
}
