using Microsoft.Extensions.AI;

namespace MetaKube.Model;

/// <summary>A language model that is ready for requests.</summary>
/// <param name="Name">The name shown in answers.</param>
/// <param name="Chat">The client; it throws <see cref="ModelUnavailableException"/> if the server fails.</param>
/// <param name="ContextTokens">The context window in tokens: prompt and answers together.</param>
/// <param name="CountTokensAsync">Counts the tokens of a text, exactly or slightly too high.</param>
public sealed record ModelEndpoint(
    string Name,
    IChatClient Chat,
    int ContextTokens,
    Func<string, CancellationToken, Task<int>> CountTokensAsync
);

/// <summary>The model's server cannot be used. The message is a reason for people.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Limits of a model in one investigation.</summary>
/// <param name="Budget">Wall time for all of its turns.</param>
/// <param name="MostRequests">The number of requests for more evidence.</param>
public sealed record ModelLimits(TimeSpan Budget, int MostRequests)
{
    public static readonly ModelLimits Default = new(TimeSpan.FromSeconds(60), 4);
}
