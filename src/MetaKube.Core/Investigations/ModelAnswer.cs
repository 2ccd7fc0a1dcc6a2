using MetaKube.Model;

namespace MetaKube.Investigations;

/// <summary>A model's answer to a case.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Conclusion">The decision, or null.</param>
/// <param name="Failure">The reason if there is no decision, else null.</param>
/// <param name="Found">Findings of its requests.</param>
/// <param name="Requests">The number of requests for more evidence.</param>
/// <param name="PromptTokens">Input tokens of all turns.</param>
/// <param name="CompletionTokens">Output tokens of all turns.</param>
public sealed record ModelAnswer(
    string Name,
    ModelTurn.Concludes? Conclusion,
    string? Failure,
    IReadOnlyList<Finding> Found,
    int Requests,
    long PromptTokens,
    long CompletionTokens
);
