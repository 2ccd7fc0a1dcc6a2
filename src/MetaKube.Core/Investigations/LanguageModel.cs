using System.Security.Cryptography;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;

namespace MetaKube.Investigations;

/// <summary>
/// Asks a language model about one case (paper, Eq 4). Any failure of the model becomes an answer that states it, never
/// an exception.
/// </summary>
public sealed class LanguageModel(
    Func<CancellationToken, Task<ModelEndpoint>> open,
    ModelLimits limits,
    TimeProvider time
)
{
    // One for the life of this process: the prompt is the same up to the case, so that a server's prompt cache hits.
    // Nobody outside ever sees it.
    private readonly string fence = $"COPIED-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    /// <summary>Asks the model for the cause of a case.</summary>
    /// <param name="symptom">The symptom that is investigated.</param>
    /// <param name="reasoning">The case with its hypotheses, weighed by memory.</param>
    /// <param name="readMore">Reads evidence that the model requests; null if nothing more can be read.</param>
    /// <param name="recollection">The cases that memory returned.</param>
    /// <param name="steps">Receives each step.</param>
    /// <param name="cancellationToken">Cancels the exchange, and the server's generation with it.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<ModelAnswer> ReasonAsync(
        Symptom symptom,
        CausalReasoning reasoning,
        EvidenceReader? readMore,
        Recollection recollection,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        using var budget = new CancellationTokenSource(limits.Budget, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        var dialogue = new ModelDialogue(readMore, limits, fence, steps);
        try
        {
            await dialogue.RunAsync(await open(both.Token), symptom, reasoning, recollection, both.Token);
        }
#pragma warning disable CA1031 // The boundary of the model: findings, graph and memory have their answer without it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            dialogue.Failure = Describe(e, budget.IsCancellationRequested);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return dialogue.ToAnswer();
    }

    private string Describe(Exception error, bool isOutOfTime) =>
        error switch
        {
            OperationCanceledException when isOutOfTime => $"no answer within {limits.Budget.TotalSeconds:0.#} s",
            OperationCanceledException => "the connection to it broke",
            ModelUnavailableException => error.Message,
            _ => $"its answer could not be used ({error.GetType().Name})",
        };
}
