using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Health;

/// <summary>Runs the checks of all parts, one after the other.</summary>
internal sealed class Doctor(IEnumerable<IPartCheck> checks)
{
    /// <summary>The longest time that a check may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The results, each as soon as it is known.</summary>
    public async IAsyncEnumerable<CheckResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var check in checks)
            foreach (var result in await RunAsync(check, cancellationToken))
                yield return result;
    }

    private static async Task<IReadOnlyList<CheckResult>> RunAsync(
        IPartCheck check,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await check.RunAsync(timeout.Token);
        }
        catch (OptionsValidationException)
        {
            // The check of the configuration has named the setting.
            return [];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return
            [
                new(
                    check.Part,
                    CheckStatus.Failed,
                    $"No answer within {Timeout.TotalSeconds:0} s.",
                    "Check whether a firewall or a proxy blocks the connection."
                ),
            ];
        }
    }
}
