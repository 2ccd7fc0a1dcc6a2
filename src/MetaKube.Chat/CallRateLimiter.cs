using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace MetaKube.Chat;

/// <summary>Who waits for turns.</summary>
public static class CallRateLimiter
{
    private static readonly AsyncLocal<bool> Patient = new();

    /// <summary>What is done here lets others go first.</summary>
    public static bool IsPatient
    {
        get => Patient.Value;
        // It ends with the asynchronous method that sets it.
        set => Patient.Value = value;
    }
}

/// <summary>
/// Turns for calls of a platform: one queue for each key, at the pace that the platform allows, and none before the
/// time that it named.
/// </summary>
public sealed class CallRateLimiter<TKey>(string platform, Func<TKey, TimeSpan> every, int burst, TimeProvider time)
    : IDisposable
    where TKey : notnull
{
    /// <summary>A longer pause than this is not waited for here: the work is put aside.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TKey, DateTimeOffset> pauses = new();

    private readonly PartitionedRateLimiter<TKey> turns = PartitionedRateLimiter.Create<TKey, TKey>(key =>
        RateLimitPartition.GetTokenBucketLimiter(
            key,
            one => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = every(one),
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        )
    );

    /// <summary>Waits for the turn of a call.</summary>
    /// <param name="key">What the platform counts by.</param>
    /// <param name="hasTurn">Its turn was taken before, by <see cref="TryBegin"/>; only a pause is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">The platform takes no more for longer than is waited for.</exception>
    public async Task WaitAsync(TKey key, bool hasTurn, CancellationToken cancellationToken)
    {
        if (!hasTurn && CallRateLimiter.IsPatient)
        {
            // No turn is free as long as anybody waits in the queue: who waits beside it comes last.
            while (!TryBegin(key))
                await Task.Delay(LookAgain, time, cancellationToken);
        }
        else if (!hasTurn)
            (await turns.AcquireAsync(key, 1, cancellationToken)).Dispose();
        while (pauses.TryGetValue(key, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            if (left > LongestPause)
                throw new ChatUnavailableException(
                    $"{platform} takes no more {key} for {left.TotalSeconds:0} s.",
                    left
                );
            await Task.Delay(left, time, cancellationToken);
        }
    }

    /// <summary>
    /// Takes the turn for a call now, where one is free: what only shows progress is left out where it would have to
    /// wait, and what it begins it must be able to end.
    /// </summary>
    public bool TryBegin(TKey key)
    {
        using var turn = turns.AttemptAcquire(key);
        return turn.IsAcquired;
    }

    public void Pause(TKey key, TimeSpan pause) => pauses[key] = time.GetUtcNow() + pause;

    public void Dispose() => turns.Dispose();
}
