using MetaKube.Investigations;

namespace MetaKube.Chat;

public sealed record ReportedModel(
    string Name,
    long PromptTokens,
    long CompletionTokens,
    string Verdict,
    string? Fault,
    ReportedResource? Resource,
    string? Failure,
    int Requests
)
{
    public static ReportedModel? Of(ModelPart? part) =>
        part is null
            ? null
            : new(
                part.Name,
                part.PromptTokens,
                part.CompletionTokens,
                part.Verdict.ToString().ToLowerInvariant(),
                part.Fault,
                ReportedResource.Of(part.Resource),
                part.Failure,
                part.Requests
            );
}
