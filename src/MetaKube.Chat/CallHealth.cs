namespace MetaKube.Chat;

/// <summary>
/// The outcome of the last call of a platform. There is no separate health call, since each call counts against the
/// platform's rate limit.
/// </summary>
public sealed class CallHealth(TimeProvider time)
{
    /// <summary>An older failure is ignored: it says nothing about the present.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private volatile Failure? last;

    private sealed record Failure(string Why, DateTimeOffset At);

    /// <summary>The last failure in one sentence, or null.</summary>
    public string? Complaint => last is { } failure && time.GetUtcNow() - failure.At < Stale ? failure.Why : null;

    /// <summary>Makes a call and records its outcome. A refusal counts as an answer.</summary>
    public async Task<T> WatchAsync<T>(Func<Task<T>> call)
    {
        try
        {
            var answer = await call();
            last = null;
            return answer;
        }
        catch (Exception e) when (e is ChatUnavailableException or ChatDoubtException)
        {
            last = new(e.Message, time.GetUtcNow());
            throw;
        }
        catch (ChatRefusedException)
        {
            last = null;
            throw;
        }
    }
}
