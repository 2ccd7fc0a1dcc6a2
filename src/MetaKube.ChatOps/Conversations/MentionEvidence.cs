using System.Text;
using System.Text.RegularExpressions;
using MetaKube.Chat;
using MetaKube.Cluster;
using MetaKube.Cluster.Redaction;
using MetaKube.Model;

namespace MetaKube.ChatOps.Conversations;

/// <summary>The evidence of a mention: text that it brings along, else the cluster.</summary>
internal sealed partial class MentionEvidence(IEvidenceSource cluster, TimeProvider time)
{
    private const int LongestFileName = 100;

    /// <summary>The pasted text, or the cluster where nothing was pasted, as far as the asker may see it.</summary>
    public PermittedEvidence Of(IReadOnlyList<PastedEvidence.Paste> pastes, Permission permission) =>
        new(pastes.Count > 0 ? new PastedEvidence(pastes, time) : cluster, permission);

    /// <summary>Reads the code blocks of more than one line, and the attached files.</summary>
    /// <exception cref="EvidenceUnavailableException">A file cannot be read.</exception>
    public static async Task<IReadOnlyList<PastedEvidence.Paste>> PastesAsync(
        WorkItem.Mention mention,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        var pastes = CodeBlock()
            .Matches(mention.Text)
            .Select((block, i) => new PastedEvidence.Paste($"pasted text {i + 1}", block.Groups[1].Value.Trim('\n')))
            .Where(paste => paste.Text.Trim().Contains('\n', StringComparison.Ordinal))
            .ToList();
        foreach (var file in mention.Files)
        {
            var name = new Redactor().Sentence(file.Name, LongestFileName);
            try
            {
                pastes.Add(new(name, await chat.ReadAsync(file, cancellationToken)));
            }
            catch (ChatRefusedException e)
            {
                throw new EvidenceUnavailableException($"{name}: {e.Message}", e);
            }
        }
        return pastes;
    }

    /// <summary>
    /// The text with what stands around its code blocks redacted. A code block is parsed first: redaction could hide
    /// what the diagnosis needs, and it takes place when the answer leaves.
    /// </summary>
    public static string RedactedAround(string text)
    {
        var redactor = new Redactor();
        var redacted = new StringBuilder(text.Length);
        var from = 0;
        foreach (Match block in CodeBlock().Matches(text))
        {
            redacted.Append(redactor.Clean(text[from..block.Index])).Append(block.Value);
            from = block.Index + block.Length;
        }
        return redacted.Append(redactor.Clean(text[from..])).ToString();
    }

    /// <summary>The text without its code blocks.</summary>
    public static string WithoutPastes(string text) => CodeBlock().Replace(text, " ").Trim();

    [GeneratedRegex(@"```(?:[a-z]*\n)?([\s\S]*?)```")]
    private static partial Regex CodeBlock();
}
