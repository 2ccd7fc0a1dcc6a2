namespace MetaKube.Chat;

/// <summary>
/// How a platform took our last call: it is not asked for its health beside that, since each call counts there.
/// </summary>
public sealed class CallHealth(TimeProvider time)
{
    /// <summary>A failure says nothing of now once it is this old and nothing was called since.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private volatile Failure? last;

    private sealed record Failure(string Why, DateTimeOffset At);

    /// <summary>What is wrong with the platform, or null where nothing is known to be.</summary>
    public string? Complaint => last is { } failure && time.GetUtcNow() - failure.At < Stale ? failure.Why : null;

    /// <summary>Makes a call, and notes how it went. A refusal is an answer.</summary>
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
