using Microsoft.Extensions.AI;

namespace MetaKube.Model;

/// <summary>A language model that is ready to be asked.</summary>
/// <param name="Name">What answers call it.</param>
/// <param name="Chat">The way to it; throws <see cref="ModelUnavailableException"/> where its server fails.</param>
/// <param name="ContextTokens">What one conversation may hold, prompt and answers together, in tokens.</param>
/// <param name="CountTokensAsync">How many tokens a text is, exactly or a little over.</param>
public sealed record ModelEndpoint(
    string Name,
    IChatClient Chat,
    int ContextTokens,
    Func<string, CancellationToken, Task<int>> CountTokensAsync
);

/// <summary>The model's server cannot be used; the message says why in words for a person.</summary>
public sealed class ModelUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How much a model may do in one investigation.</summary>
/// <param name="Budget">Wall time for all of its turns.</param>
/// <param name="MostRequests">How often it may ask to see more.</param>
public sealed record ModelLimits(TimeSpan Budget, int MostRequests)
{
    public static readonly ModelLimits Default = new(TimeSpan.FromSeconds(60), 4);
}
