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
    private const int LongestFileName = 100,
        MostFiles = 10;

    private const string CannotSee = "I cannot read pictures: paste the text.";

    /// <summary>The pasted text, or the cluster where nothing was pasted, as far as the asker may see it.</summary>
    public PermittedEvidence Of(IReadOnlyList<PastedEvidence.Paste> pastes, Permission permission) =>
        new(pastes.Count > 0 ? new PastedEvidence(pastes, time) : cluster, permission);

    /// <summary>
    /// Reads the code blocks of more than one line, output of kubectl that stands without one, and the attached files.
    /// </summary>
    /// <exception cref="EvidenceUnavailableException">Of what the message brings nothing can be read.</exception>
    public static async Task<BroughtEvidence> ReadAsync(
        WorkItem.Mention mention,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        List<PastedEvidence.Paste> pastes =
        [
            .. CodeBlock()
                .Matches(mention.Text)
                .Select(block => block.Groups[1].Value.Trim('\n'))
                .Append(Unfenced(CodeBlock().Replace(mention.Text, " ")).Output)
                .Where(text => text.Trim().Contains('\n', StringComparison.Ordinal))
                .Select((text, i) => new PastedEvidence.Paste($"pasted text {i + 1}", text)),
        ];
        var unread = new List<string>();
        foreach (var file in mention.Files.Take(MostFiles))
            await AddAsync(file, pastes, unread, chat, cancellationToken);
        if (mention.Files.Count > MostFiles)
            unread.Add($"Of {mention.Files.Count} files I read the first {MostFiles}.");
        return pastes.Count > 0 || unread.Count == 0
            ? new(pastes, [.. unread.Distinct()])
            : throw new EvidenceUnavailableException(string.Join(' ', unread.Distinct()));
    }

    private static async Task AddAsync(
        SharedFile file,
        List<PastedEvidence.Paste> pastes,
        List<string> unread,
        ChatThread chat,
        CancellationToken cancellationToken
    )
    {
        var name = new Redactor().Sentence(file.Name, LongestFileName);
        if (AttachedFile.IsPicture(file.Name))
            unread.Add(CannotSee);
        else if (file.Bytes > AttachedFile.Largest)
            unread.Add($"{name} is larger than {AttachedFile.Largest / 1024 / 1024} MB, and I did not read it.");
        else
            try
            {
                var read = AttachedFile.Read(name, await chat.ReadAsync(file, cancellationToken));
                pastes.AddRange(read.Texts);
                unread.AddRange(read.Unread);
            }
            catch (ChatRefusedException e)
            {
                unread.Add($"{name}: {e.Message}");
            }
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

    /// <summary>The text without its code blocks and without output of kubectl.</summary>
    public static string WithoutPastes(string text) => Unfenced(CodeBlock().Replace(text, " ")).Words.Trim();

    /// <summary>Splits a message at the first line that only a program writes.</summary>
    private static (string Words, string Output) Unfenced(string text)
    {
        var start = OutputLine().Match(text);
        if (!start.Success)
            return (text, "");
        var output = text[start.Groups["line"].Index..];
        return output.Trim().Contains('\n', StringComparison.Ordinal)
            ? (text[..start.Groups["line"].Index], output)
            : (text, "");
    }

    [GeneratedRegex(@"```(?:[a-z]*\n)?([\s\S]*?)```")]
    private static partial Regex CodeBlock();

    /// <summary>
    /// The head of a table of kubectl, the first field of a description or a manifest, or a log line with its time.
    /// </summary>
    [GeneratedRegex(
        """
            (?: ^ | \n ) (?<line>
              (?: NAMESPACE | NAME | LAST\ SEEN | REVISION ) [ \t]+ [A-Z][A-Z0-9()%-]*
              | Name: [ \t]+ [a-z0-9]
              | apiVersion: [ \t]+ [a-z]
              | \$ [ \t]* kubectl [ \t]
              | \[? [0-9]{4}-[0-9]{2}-[0-9]{2} [T\ ] [0-9]{2}:[0-9]{2}:[0-9]{2}
            )
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking
    )]
    private static partial Regex OutputLine();
}
