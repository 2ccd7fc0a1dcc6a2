using MetaKube.Cluster;

namespace MetaKube.ChatOps.Conversations;

/// <summary>The evidence that a message brings along.</summary>
/// <param name="Pastes">The texts that can be read.</param>
/// <param name="Unread">Sentences about what was not read, which the answer says first.</param>
internal sealed record BroughtEvidence(
    IReadOnlyList<PastedEvidence.Paste> Pastes,
    IReadOnlyList<string> Unread
)
{
    public static readonly BroughtEvidence None = new([], []);
}
