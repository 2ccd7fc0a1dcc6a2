using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>The form of a block of pasted text.</summary>
internal enum PasteForm
{
    Log,
    Table,
    Describe,
    Json,
    Yaml,
}

/// <summary>
/// A block of pasted text of one form, with the kubectl command above it if that was pasted too.
/// </summary>
internal sealed partial record PastedBlock(PasteForm Form, string Text, string? Command)
{
    public IReadOnlyList<string> Lines { get; } = Text.Split('\n');

    /// <summary>Splits a text where a command, a table's header, a description or a document begins.</summary>
    public static IReadOnlyList<PastedBlock> Split(string text)
    {
        text = text.ReplaceLineEndings("\n");
        if (text.TrimStart() is ['{' or '[', ..] && !LooksLikeLog(text))
            return [new(PasteForm.Json, text, null)];

        var blocks = new List<PastedBlock>();
        var lines = new List<string>();
        var form = PasteForm.Log;
        string? command = null;
        void Close()
        {
            if (lines.Any(line => line.Trim().Length > 0))
                blocks.Add(new(form, string.Join('\n', lines), command));
            lines.Clear();
        }
        foreach (var raw in text.Split('\n'))
        {
            var line = Fence().IsMatch(raw) ? "" : raw.TrimEnd();
            if (TypedCommand().Match(line) is { Success: true } typed)
            {
                Close();
                (command, form) = (typed.Groups[1].Value, PasteForm.Log);
                continue;
            }
            // A table ends with an empty line; what follows is something else.
            var next = form == PasteForm.Table && line.Length == 0 ? PasteForm.Log : Starts(line, form);
            if (next is not null)
            {
                Close();
                form = next.Value;
            }
            lines.Add(line);
        }
        Close();
        return blocks;
    }

    private static PasteForm? Starts(string line, PasteForm now)
    {
        if (now == PasteForm.Yaml)
            return line == "---" ? PasteForm.Yaml : null;
        if (TableHeader().IsMatch(line))
            return PasteForm.Table;
        if (DescribeStart().IsMatch(line))
            return PasteForm.Describe;
        return YamlStart().IsMatch(line) ? PasteForm.Yaml : null;
    }

    /// <summary>
    /// A log of JSON lines begins with a brace too, but has no Kubernetes object.
    /// </summary>
    private static bool LooksLikeLog(string text) =>
        !text.Contains("\"kind\"", StringComparison.Ordinal) && !text.Contains("\"items\"", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*(?:[\w@.~:/-]*[$#>%]\s*)?(kubectl\s+.+)$")]
    private static partial Regex TypedCommand();

    [GeneratedRegex(@"^(NAME|NAMESPACE|LAST SEEN)(\s{2,}[A-Z][A-Z()\- ]*)+$")]
    private static partial Regex TableHeader();

    [GeneratedRegex(@"^Name:\s+\S+$")]
    private static partial Regex DescribeStart();

    [GeneratedRegex(@"^(apiVersion:|---$)")]
    private static partial Regex YamlStart();

    [GeneratedRegex(@"^\s*```\w*\s*$")]
    private static partial Regex Fence();
}
