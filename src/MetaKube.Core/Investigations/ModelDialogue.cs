using System.Text;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Reasoning;
using Microsoft.Extensions.AI;

namespace MetaKube.Investigations;

/// <summary>
/// The exchange with a language model about one case: the model weighs the findings, may request more evidence, and
/// decides within the closed world of the case. The state survives a failure, so that the tokens used are reported.
/// </summary>
/// <param name="readMore">Reads evidence that the model requests; null if nothing more can be read.</param>
/// <param name="limits">The limits of one investigation.</param>
/// <param name="fence">The marker around text that was copied from the cluster.</param>
/// <param name="steps">Receives each step.</param>
internal sealed class ModelDialogue(
    EvidenceReader? readMore,
    ModelLimits limits,
    string fence,
    IProgress<InvestigationStep> steps
)
{
    private const int MostFindings = 40,
        FewestFindings = 4;

    /// <summary>The number of repeats for broken or unreadable answers in one investigation.</summary>
    private const int MostRepeats = 2;

    /// <summary>
    /// The longest answer in characters. No answer that keeps to the schema is longer; an endless one would fill the
    /// memory of this process.
    /// </summary>
    private const int LongestText = 64 * 1024;

    private const int ShortestAnswerToRequest = 200,
        LongestAnswerToRequest = 4000;

    private readonly HashSet<EvidenceRequest> asked = [];

    private readonly List<Finding> found = [];

    private IReadOnlyList<ChatMessage> messages = [];

    private string? name;

    private ModelTurn.Concludes? conclusion;

    private int tokens,
        repeats,
        requests;

    private long promptTokens,
        completionTokens;

    /// <summary>Why there is no conclusion, or null.</summary>
    public string? Failure { get; set; }

    public ModelAnswer ToAnswer() =>
        new(name ?? "the model", conclusion, Failure, found, requests, promptTokens, completionTokens);

    /// <summary>Runs the exchange until the model decides, or answers out of format too often.</summary>
    /// <exception cref="ModelUnavailableException">The server fails, or the case does not fit its context.</exception>
    public async Task RunAsync(
        ModelEndpoint endpoint,
        Symptom symptom,
        CausalReasoning reasoning,
        Recollection recollection,
        CancellationToken cancellationToken
    )
    {
        name = endpoint.Name;
        var file = await FitAsync(endpoint, symptom, reasoning, recollection, cancellationToken);
        var charactersPerToken = (double)messages.Sum(message => message.Text.Length) / tokens;
        for (var turn = 1; conclusion is null && Failure is null; turn++)
        {
            var room = endpoint.ContextTokens - tokens - 2 * DiagnosisPrompt.LongestAnswer;
            var longest = (int)Math.Clamp(room * charactersPerToken, 0, LongestAnswerToRequest);
            var mayAsk = readMore is not null && requests < limits.MostRequests && longest >= ShortestAnswerToRequest;
            steps.Report(new InvestigationStep.Reasoning(endpoint.Name, turn));
            var text = await CompleteAsync(endpoint.Chat, file, mayAsk, cancellationToken);
            var reply = text is null
                ? Repeat("it broke off")
                : await ReplyAsync(DiagnosisReader.Read(text, file), file, mayAsk, longest, cancellationToken);
            if (text is null || reply is null)
                continue;
            messages = [.. messages, new(ChatRole.Assistant, DiagnosisPrompt.Defused(text)), new(ChatRole.User, reply)];
            tokens += (int)((text.Length + reply.Length) / charactersPerToken) + 1;
        }
    }

    /// <summary>The reply to a turn; null if the turn concludes, fails, or is requested again unchanged.</summary>
    private async Task<string?> ReplyAsync(
        ModelTurn turn,
        CaseFile file,
        bool mayAsk,
        int longest,
        CancellationToken cancellationToken
    )
    {
        switch (turn)
        {
            case ModelTurn.Concludes concludes:
                conclusion = concludes;
                return null;
            case ModelTurn.Asks { Request: var request } when mayAsk:
                requests++;
                return asked.Add(request with { Grep = request.Grep?.ToUpperInvariant() })
                    ? await ReadAsync(request, file, longest, cancellationToken)
                    : "Refused: you have seen that. Decide, or ask for something else.";
            case ModelTurn.Unreadable unreadable:
                return Repeat($"it answered with {unreadable.Why}");
            default:
                return Repeat("it answered with another request where it had to decide");
        }
    }

    private async Task<string> ReadAsync(
        EvidenceRequest request,
        CaseFile file,
        int longest,
        CancellationToken cancellationToken
    )
    {
        var answer = await readMore!(request, cancellationToken);
        file.Add(answer.Findings);
        found.AddRange(answer.Findings);
        steps.Report(new InvestigationStep.Asked(request, answer.Findings.Count));
        return DiagnosisPrompt.Answer(request, answer, file, fence, longest, requests == limits.MostRequests);
    }

    /// <summary>
    /// Has the turn generated again with another seed: an argument about the format teaches a model nothing. Too many
    /// repeats are a failure.
    /// </summary>
    private string? Repeat(string why)
    {
        if (++repeats > MostRepeats)
            Failure = why;
        return null;
    }

    /// <summary>Composes the first messages, with as many findings as the context has room for.</summary>
    private async Task<CaseFile> FitAsync(
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
            var system = DiagnosisPrompt.System(fence);
            var text = DiagnosisPrompt.Case(symptom, reasoning.Evidence, file, recollection, fence);
            var needed = await endpoint.CountTokensAsync($"{system}\n{text}", cancellationToken);
            if (needed <= room)
            {
                messages = [new(ChatRole.System, system), new(ChatRole.User, text)];
                tokens = Math.Max(1, needed);
                return file;
            }
            if (most <= FewestFindings)
                throw new ModelUnavailableException(
                    $"the case is {needed} tokens, and its context of {endpoint.ContextTokens} leaves room for "
                        + $"{Math.Max(0, room)}; start it with a larger one"
                );
        }
    }

    /// <summary>The text of one turn, or null if it broke off and may be requested again.</summary>
    private async Task<string?> CompleteAsync(
        IChatClient chat,
        CaseFile file,
        bool mayAsk,
        CancellationToken cancellationToken
    )
    {
        var options = new ChatOptions
        {
            ResponseFormat = DiagnosisPrompt.Format(file, mayAsk),
            MaxOutputTokens = DiagnosisPrompt.LongestAnswer,
            // The same case gets the same answer. After an unusable answer a repeat at temperature 0 would be the same.
            Temperature = repeats > 0 ? 0.7f : 0,
        };
        var text = new StringBuilder();
        try
        {
            await foreach (var update in chat.GetStreamingResponseAsync(messages, options, cancellationToken))
                Append(text, update);
        }
        catch (ModelUnavailableException) when (repeats < MostRepeats && text.Length is > 0 and <= LongestText)
        {
            return null;
        }
        return text.ToString();
    }

    private void Append(StringBuilder text, ChatResponseUpdate update)
    {
        text.Append(update.Text);
        if (text.Length > LongestText)
            throw new ModelUnavailableException("its answer does not end");
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            promptTokens += usage.Details.InputTokenCount ?? 0;
            completionTokens += usage.Details.OutputTokenCount ?? 0;
        }
    }
}
