using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace MetaKube.Chat;

/// <summary>The priority of calls in rate limiters.</summary>
public static class CallRateLimiter
{
    private static readonly AsyncLocal<bool> LowPriority = new();

    /// <summary>
    /// True where calls wait until no other call waits. The value flows with the asynchronous method that sets it, and
    /// ends with it.
    /// </summary>
    public static bool IsLowPriority
    {
        get => LowPriority.Value;
        set => LowPriority.Value = value;
    }
}

/// <summary>
/// A rate limiter for the calls of a platform, with a token bucket and a queue for each key. It also waits out the
/// pause that the platform asks for (Retry-After).
/// </summary>
/// <param name="platform">The platform's name in errors.</param>
/// <param name="every">The time for one token, by key.</param>
/// <param name="burst">The size of the bucket.</param>
/// <param name="time">The clock.</param>
public sealed class CallRateLimiter<TKey>(string platform, Func<TKey, TimeSpan> every, int burst, TimeProvider time)
    : IDisposable
    where TKey : notnull
{
    /// <summary>A call with a longer pause fails at once, so that the queue can do other work meanwhile.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TKey, DateTimeOffset> pauses = new();

    private readonly PartitionedRateLimiter<TKey> limiter = PartitionedRateLimiter.Create<TKey, TKey>(key =>
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

    /// <summary>Waits until a call is allowed.</summary>
    /// <param name="key">The key by which the platform rate-limits.</param>
    /// <param name="hasTurn">True when <see cref="TryBegin"/> has already taken a token: only a pause is waited
    /// for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatUnavailableException">The platform's pause is longer than ten seconds.</exception>
    public async Task WaitAsync(TKey key, bool hasTurn, CancellationToken cancellationToken)
    {
        if (!hasTurn && CallRateLimiter.IsLowPriority)
        {
            // No token is free while a call waits in the queue, so that polling outside it comes last.
            while (!TryBegin(key))
                await Task.Delay(PollInterval, time, cancellationToken);
        }
        else if (!hasTurn)
            (await limiter.AcquireAsync(key, 1, cancellationToken)).Dispose();
        while (pauses.TryGetValue(key, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            if (left > LongestPause)
                throw new ChatUnavailableException($"{platform} rate-limits {key} for {left.TotalSeconds:0} s.", left);
            await Task.Delay(left, time, cancellationToken);
        }
    }

    /// <summary>
    /// Takes a token if one is free. Progress messages use it: they are skipped where they would have to wait.
    /// </summary>
    public bool TryBegin(TKey key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    /// <summary>Delays further calls with a key by the pause that the platform asked for.</summary>
    public void Pause(TKey key, TimeSpan pause) => pauses[key] = time.GetUtcNow() + pause;

    public void Dispose() => limiter.Dispose();
}
