namespace MetaKube.Fakes.Chat;

/// <summary>Waits for a condition that another thread fulfils.</summary>
internal sealed class ConditionSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a condition holds; it is evaluated at each noted change.</summary>
    public async Task UntilAsync(
        Func<bool> holds,
        TimeSpan? timeout = null,
        string what = "the condition",
        Func<string>? more = null
    )
    {
        using var end = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            Task next;
            lock (gate)
                next = changed.Task;
            if (holds())
                return;
            try
            {
                await next.WaitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                if (holds())
                    return;
                throw new TimeoutException($"{what} did not come about\n{more?.Invoke()}");
            }
        }
    }

    public void Note()
    {
        lock (gate)
        {
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
