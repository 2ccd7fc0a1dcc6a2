using System.Security.Cryptography;
using System.Text;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;
using Microsoft.Extensions.AI;

namespace MetaKube.Investigations;

/// <summary>
/// The talk with a language model about one case (paper, Eq 4): it weighs what was found, may ask to see more, and
/// decides within the closed world of the case. Whatever goes wrong with it is an opinion that says so, never an
/// exception.
/// </summary>
public sealed class LanguageModel(
    Func<CancellationToken, Task<ModelEndpoint>> open,
    ModelLimits limits,
    TimeProvider time
)
{
    private const int MostFindings = 40,
        FewestFindings = 4;

    /// <summary>
    /// So often an answer that is not in the format, or that broke off, is asked for again in one investigation.
    /// </summary>
    private const int MostRepeats = 2;

    /// <summary>
    /// No answer that keeps to the schema is longer; a server that never ends would fill this process.
    /// </summary>
    private const int LongestText = 64 * 1024;

    private const int ShortestAnswerToRequest = 200,
        LongestAnswerToRequest = 4000;

    // One for the life of this process: the prompt stays the same up to the case, so that a server's cache holds it,
    // and nobody outside ever sees it.
    private readonly string fence = $"COPIED-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    /// <summary>What the model makes of a case.</summary>
    /// <param name="symptom">What was asked.</param>
    /// <param name="reasoning">The case with its hypotheses, weighed by memory.</param>
    /// <param name="readMore">Reads what the model requests; null where nothing more can be read.</param>
    /// <param name="recollection">What memory returned.</param>
    /// <param name="steps">Hears what is being done.</param>
    /// <param name="cancellationToken">Ends it, and the model's work for it.</param>
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
        var talk = new Talk();
        try
        {
            var endpoint = await open(both.Token);
            talk.Name = endpoint.Name;
            talk.Conclusion = await TalkAsync(endpoint, symptom, reasoning, readMore, recollection, talk, steps, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            talk.Failure = budget.IsCancellationRequested
                ? $"no answer within {limits.Budget.TotalSeconds:0.#} s"
                : "it broke off";
        }
        catch (ModelUnavailableException e)
        {
            talk.Failure = e.Message;
        }
#pragma warning disable CA1031 // The boundary of the model: findings, graph and memory have their answer without it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            talk.Failure = $"its answer could not be used ({e.GetType().Name})";
        }
        cancellationToken.ThrowIfCancellationRequested();
        return new(
            talk.Name ?? "the model",
            talk.Conclusion,
            talk.Failure,
            talk.Found,
            talk.Requests,
            talk.PromptTokens,
            talk.CompletionTokens
        );
    }

    private async Task<ModelTurn.Concludes?> TalkAsync(
        ModelEndpoint endpoint,
        Symptom symptom,
        CausalReasoning reasoning,
        EvidenceReader? readMore,
        Recollection recollection,
        Talk talk,
        IProgress<InvestigationStep> steps,
        CancellationToken cancellationToken
    )
    {
        var (file, messages, tokens) = await FitAsync(endpoint, symptom, reasoning, recollection, cancellationToken);
        var charactersPerToken = (double)messages.Sum(message => message.Text.Length) / tokens;
        var asked = new HashSet<EvidenceRequest>();
        var repeats = 0;
        for (var turn = 1; ; turn++)
        {
            var room = endpoint.ContextTokens - tokens - 2 * DiagnosisPrompt.LongestAnswer;
            var longest = (int)Math.Clamp(room * charactersPerToken, 0, LongestAnswerToRequest);
            var mayAsk =
                readMore is not null
                && talk.Requests < limits.MostRequests
                && longest >= ShortestAnswerToRequest;
            steps.Report(new InvestigationStep.Reasoning(endpoint.Name, turn));
            var said = await SayAsync(endpoint.Chat, messages, file, mayAsk, talk, repeats, cancellationToken);
            if (said is null)
            {
                repeats++;
                continue;
            }
            string reply;
            switch (DiagnosisReader.Read(said, file))
            {
                case ModelTurn.Concludes conclusion:
                    return conclusion;
                case ModelTurn.Asks { Request: var request } when mayAsk:
                    talk.Requests++;
                    if (asked.Add(request with { Grep = request.Grep?.ToUpperInvariant() }))
                    {
                        var answer = await readMore!(request, cancellationToken);
                        file.Add(answer.Findings);
                        talk.Found.AddRange(answer.Findings);
                        steps.Report(new InvestigationStep.Asked(request, answer.Findings.Count));
                        reply = DiagnosisPrompt.Answer(
                            request,
                            answer,
                            file,
                            fence,
                            longest,
                            talk.Requests == limits.MostRequests
                        );
                    }
                    else
                        reply = "Refused: you have seen that. Decide, or ask for something else.";
                    break;
                case var turnSaid:
                    if (++repeats > MostRepeats)
                    {
                        talk.Failure =
                            $"it answered with {(turnSaid as ModelTurn.Unreadable)?.Why ?? "another request where it had to decide"}";
                        return null;
                    }
                    // Said again with other luck, not argued about: what is not in the format teaches nothing.
                    continue;
            }
            messages = [.. messages, new(ChatRole.Assistant, DiagnosisPrompt.Defused(said)), new(ChatRole.User, reply)];
            tokens += (int)((said.Length + reply.Length) / charactersPerToken) + 1;
        }
    }

    /// <summary>The first messages, with as many findings as the context has room for.</summary>
    private async Task<(CaseFile File, IReadOnlyList<ChatMessage> Messages, int Tokens)> FitAsync(
        ModelEndpoint endpoint,
        Symptom symptom,
        CausalReasoning reasoning,
        Recollection recollection,
        CancellationToken cancellationToken
    )
    {
        var room = endpoint.ContextTokens - DiagnosisPrompt.LongestAnswer;
        for (var most = MostFindings; ; most /= 2)
        {
            var file = new CaseFile(reasoning, recollection, most);
            var (system, text) = (
                DiagnosisPrompt.System(fence),
                DiagnosisPrompt.Case(symptom, reasoning.Evidence, file, recollection, fence)
            );
            var tokens = await endpoint.CountTokensAsync($"{system}\n{text}", cancellationToken);
            if (tokens <= room)
                return (file, [new(ChatRole.System, system), new(ChatRole.User, text)], Math.Max(1, tokens));
            if (most <= FewestFindings)
                throw new ModelUnavailableException(
                    $"the case is {tokens} tokens, and its context of {endpoint.ContextTokens} leaves room for {Math.Max(0, room)}; start it with a larger one"
                );
        }
    }

    /// <summary>One turn of the model, or null where it broke off and may be asked again.</summary>
    private static async Task<string?> SayAsync(
        IChatClient chat,
        IReadOnlyList<ChatMessage> messages,
        CaseFile file,
        bool mayAsk,
        Talk talk,
        int repeats,
        CancellationToken cancellationToken
    )
    {
        var options = new ChatOptions
        {
            ResponseFormat = DiagnosisPrompt.Format(file, mayAsk),
            MaxOutputTokens = DiagnosisPrompt.LongestAnswer,
            // The same case gets the same answer; one that could not be used is not asked for a second time unchanged.
            Temperature = repeats > 0 ? 0.7f : 0,
        };
        var text = new StringBuilder();
        try
        {
            await foreach (var update in chat.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                text.Append(update.Text);
                if (text.Length > LongestText)
                    throw new ModelUnavailableException("its answer does not end");
                foreach (var usage in update.Contents.OfType<UsageContent>())
                {
                    talk.PromptTokens += usage.Details.InputTokenCount ?? 0;
                    talk.CompletionTokens += usage.Details.OutputTokenCount ?? 0;
                }
            }
        }
        catch (ModelUnavailableException) when (repeats < MostRepeats && text.Length is > 0 and <= LongestText)
        {
            return null;
        }
        return text.ToString();
    }

    /// <summary>What is known of a talk so far: kept where it breaks off.</summary>
    private sealed class Talk
    {
        public string? Name { get; set; }
        public ModelTurn.Concludes? Conclusion { get; set; }
        public string? Failure { get; set; }
        public List<Finding> Found { get; } = [];
        public int Requests { get; set; }
        public long PromptTokens { get; set; }
        public long CompletionTokens { get; set; }
    }
}
