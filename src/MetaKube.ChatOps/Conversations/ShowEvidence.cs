using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.ChatOps.Posting;
using MetaKube.Cluster.Redaction;
using MetaKube.Investigations;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>
/// Replies with logs, events or the like of the thread's object, or of another that the message names.
/// </summary>
internal sealed partial class ShowEvidence(MentionEvidence sources, Delivery delivery)
{
    private const int LongestText = 2500,
        LongestName = 100;

    /// <exception cref="NotPermittedException">The object may not be asked about.</exception>
    /// <exception cref="EvidenceUnavailableException">Nothing at all can be read.</exception>
    public async Task ReplyAsync(
        string work,
        Intent.Show show,
        ThreadRecord thread,
        ChatThread chat,
        Permission permission,
        CancellationToken cancellationToken
    )
    {
        var named = show.Of.Length > 0 && !Pronoun().IsMatch(show.Of) ? MentionSymptom.Clean(show.Of) : null;
        var opened = await sources
            .Of([], permission)
            .ResolveAsync(new(named ?? thread.Question, thread.Namespace), SilentProgress.Instance, cancellationToken);
        var resource = opened.Target.Object ?? (named is null ? thread.Target : null);
        if (resource is null)
        {
            var unclear = new OutgoingMessage.Reply(Unclear(show.Tool, named));
            await delivery.ReplyAsync(work, unclear, chat, cancellationToken);
            return;
        }
        await opened.CollectAsync(SilentProgress.Instance, cancellationToken);
        var answer = await opened.ReadAsync(new(show.Tool, resource), cancellationToken);
        var text = answer.Text.Length <= LongestText ? answer.Text : $"…{answer.Text[^LongestText..]}";
        var reply = new OutgoingMessage.Reply($"{show.Tool} of {resource}:", text);
        await delivery.ReplyAsync(work, reply, chat, cancellationToken);
    }

    private static string Unclear(EvidenceTool tool, string? named)
    {
        var by = named is null ? "" : $" by \"{new Redactor().Sentence(named, LongestName)}\"";
        return $"I do not know which object you mean{by}; "
            + $"name it, as in: {tool.ToString().ToLowerInvariant()} of pod shop/checkout-7d9";
    }

    [GeneratedRegex(@"^(?:it|this|that|them|the (?:pod|container|app))$", RegexOptions.IgnoreCase)]
    private static partial Regex Pronoun();
}
