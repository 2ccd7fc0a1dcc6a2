using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>What a model made of a case.</summary>
/// <param name="Name">The model.</param>
/// <param name="Conclusion">Its decision, or null where there is none.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Found">What was found at its request.</param>
/// <param name="Requests">How often it asked to see more.</param>
/// <param name="PromptTokens">Tokens that it read, over all turns.</param>
/// <param name="CompletionTokens">Tokens that it wrote.</param>
public sealed record ModelAnswer(
    string Name,
    ModelTurn.Concludes? Conclusion,
    string? Failure,
    IReadOnlyList<Finding> Found,
    int Requests,
    long PromptTokens,
    long CompletionTokens
);
