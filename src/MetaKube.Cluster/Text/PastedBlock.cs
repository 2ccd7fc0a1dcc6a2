using System.Text.RegularExpressions;

namespace MetaKube.Cluster.Text;

/// <summary>
/// A block of pasted text of one form, with the command above it if that was pasted too.
/// </summary>
internal sealed partial record PastedBlock(PasteForm Form, IReadOnlyList<string> Lines, PastedCommand? Command)
{
    public string Text => string.Join('\n', Lines);

    /// <summary>
    /// Splits a text by content: where a command, a table, a description or a document begins or ends.
    /// </summary>
    public static IReadOnlyList<PastedBlock> Split(string text) => new Splitter(text.Split('\n')).Run();

    /// <summary>Reads line after line. Looks ahead a few lines at most.</summary>
    private sealed class Splitter(string[] lines)
    {
        private const int Ahead = 6;

        private readonly List<PastedBlock> blocks = [];
        private readonly List<string> open = [];
        private PasteForm form = PasteForm.Log;
        private PastedCommand? command;
        private int depth;
        private bool hasEvents,
            hasData;
        private PastedColumns? columns;

        private PastedColumns Columns => columns ??= PastedColumns.Read(open[0]);

        public IReadOnlyList<PastedBlock> Run()
        {
            for (var i = 0; i < lines.Length; i++)
                Read(i);
            Close();
            return blocks;
        }

        private void Read(int i)
        {
            var line = lines[i].TrimEnd();
            if (IsFence(line))
            {
                // A command may stand above the fence of its output.
                if (Close())
                    command = null;
                return;
            }
            if (form != PasteForm.Json && IsCommand(line, out var typed))
            {
                Close();
                command = typed;
                return;
            }
            if (Starts(i, line) is { } next)
            {
                Close();
                form = next;
            }
            else if (Ends(i, line))
                Close();
            open.Add(line);
            if (form == PasteForm.Json && (depth += Depth(line)) <= 0)
                Close();
            hasEvents |= form == PasteForm.Describe && line.StartsWith("Events:", StringComparison.Ordinal);
            // The data of a ConfigMap may look like anything.
            hasData |=
                form == PasteForm.Describe && line is "Data" && lines[Math.Min(i + 1, lines.Length - 1)] is "====";
        }

        private bool Close()
        {
            var any = open.Any(line => line.Trim().Length > 0);
            if (any)
                blocks.Add(new(form, [.. open], command));
            open.Clear();
            (form, depth, hasEvents, hasData, columns) = (PasteForm.Log, 0, false, false, null);
            return any;
        }

        private bool IsCommand(string line, out PastedCommand? typed)
        {
            typed = null;
            if (PastedCommand.IsBarePrompt(line))
                return true;
            typed = PastedCommand.Parse(line);
            // A comment in a manifest may hold a command.
            return typed is not null
                && !(
                    form == PasteForm.Yaml
                    && line.TrimStart().StartsWith('#')
                    && typed.Verb is not ("get" or "describe" or "logs")
                );
        }

        /// <summary>The form that begins with this line; null where the block goes on.</summary>
        private PasteForm? Starts(int i, string line)
        {
            if (line.Length == 0 || form == PasteForm.Json)
                return null;
            if (form == PasteForm.Yaml && (line[0] is ' ' or '-' or '#' || YamlKey().IsMatch(line)))
                return line.StartsWith("apiVersion:", StringComparison.Ordinal) && open.Exists(IsApiVersion)
                    ? PasteForm.Yaml
                    : null;
            if (PastedColumns.IsHeader(line))
                return PasteForm.Table;
            if (IsDescription(i, line))
                return PasteForm.Describe;
            // A log may print manifests, tables and events.
            if (form == PasteForm.Describe || command?.IsLogs == true)
                return null;
            if (IsYaml(i, line))
                return PasteForm.Yaml;
            if (IsJson(i, line))
                return PasteForm.Json;
            if (form is PasteForm.Table or PasteForm.Rows or PasteForm.Events)
                return null;
            if (
                command is { Verb: "describe", IsKubectl: true }
                && !line.StartsWith("Error", StringComparison.Ordinal)
                && open.Count == 0
            )
                return PasteForm.Describe;
            if (PastedEventLine.IsEvent(line))
                return PasteForm.Events;
            if (IsFragment(i))
                return PasteForm.Describe;
            return PastedRow.IsRow(line, command) ? PasteForm.Rows : null;
        }

        /// <summary>True if this line no longer belongs to the block.</summary>
        private bool Ends(int i, string line) =>
            form switch
            {
                PasteForm.Table => line.Length == 0
                    ? !GoesOn(i, next => Columns.IsRow(next))
                    : !Columns.IsRow(line) && !IsContinuation(line),
                PasteForm.Rows => !PastedRow.IsRow(line, command),
                PasteForm.Events => line.Length == 0 && !GoesOn(i, PastedEventLine.IsEvent),
                PasteForm.Describe => EndsDescription(line),
                PasteForm.Yaml => line.Length > 0
                    && line[0] is not (' ' or '-' or '#' or '.' or '\t' or '}' or ']')
                    && !YamlKey().IsMatch(line),
                _ => false,
            };

        /// <summary>A message of an event goes on in the next line; in other tables a long row is wrapped.</summary>
        private bool IsContinuation(string line) => Columns.HasEvents || char.IsWhiteSpace(line[0]);

        private bool GoesOn(int i, Func<string, bool> belongs)
        {
            for (var next = i + 1; next < Math.Min(lines.Length, i + 3); next++)
                if (lines[next].Trim().Length > 0)
                    return belongs(lines[next].TrimEnd());
            return false;
        }

        /// <summary>After the events, which come last, or after an empty line, something else may begin.</summary>
        private bool EndsDescription(string line)
        {
            if (line.Length == 0 || char.IsWhiteSpace(line[0]) || open.Count == 0 || open[^1].Length > 0)
                return false;
            if (DescribedField.IsTopLevel(line) && !hasEvents)
                return false;
            return !hasData && !PastedEventLine.IsEvent(line);
        }

        private bool IsDescription(int i, string line)
        {
            if (!NameLine().IsMatch(line))
                return false;
            // The name of a volume's ConfigMap looks the same where the indentation was lost.
            for (var next = i + 1; next < Math.Min(lines.Length, i + 3); next++)
                if (lines[next].Trim() is { Length: > 0 } after)
                    return FieldLine().IsMatch(after) && !after.StartsWith("Optional:", StringComparison.Ordinal);
            return command?.Verb == "describe";
        }

        /// <summary>A description whose beginning was not pasted: at a container, at conditions or at events.</summary>
        private bool IsFragment(int i)
        {
            var line = lines[i].Trim();
            var next = i + 1 < lines.Length ? lines[i + 1].Trim() : "";
            if (line.StartsWith("Events:", StringComparison.Ordinal))
                return line.EndsWith("<none>", StringComparison.Ordinal)
                    || next.StartsWith("Type ", StringComparison.Ordinal)
                    || next.StartsWith("FirstSeen", StringComparison.Ordinal)
                    || PastedEventLine.IsEvent(next);
            if (line is "Conditions:" && next.StartsWith("Type", StringComparison.Ordinal))
                return true;
            if (!DescribedField.IsTypical(line) && !ContainerLine().IsMatch(line))
                return false;
            var typical = 0;
            for (var at = i; at < Math.Min(lines.Length, i + Ahead); at++)
                if (DescribedField.IsTypical(lines[at].Trim()))
                    typical++;
            return typical >= 2;
        }

        private bool IsYaml(int i, string line)
        {
            if (IsApiVersion(line) || line is "---")
                return line is not "---" || GoesOn(i, next => YamlKey().IsMatch(next) || next.StartsWith('#'));
            // A manifest that begins below its kind.
            if (line is "metadata:" or "spec:" or "webhooks:")
                return GoesOn(i, next => IndentedKey().IsMatch(next));
            return line.StartsWith("kind:", StringComparison.Ordinal)
                    && GoesOn(
                        i,
                        next =>
                            next.StartsWith("apiVersion:", StringComparison.Ordinal)
                            || next.StartsWith("metadata:", StringComparison.Ordinal)
                    )
                || command?.Output is "yaml" && open.Count == 0 && YamlKey().IsMatch(line);
        }

        private static bool IsApiVersion(string line) => ApiVersion().IsMatch(line);

        /// <summary>A Kubernetes object; a log of JSON lines begins with a brace too.</summary>
        private bool IsJson(int i, string line)
        {
            if (line.TrimStart() is not ['{' or '[', ..])
                return false;
            for (var next = i; next < Math.Min(lines.Length, i + Ahead); next++)
                if (ObjectKey().IsMatch(lines[next].Length > 400 ? lines[next][..400] : lines[next]))
                    return true;
            return false;
        }

        private static int Depth(string line)
        {
            var (depth, quoted) = (0, false);
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '\\')
                    i++;
                else if (line[i] == '"')
                    quoted = !quoted;
                else if (!quoted && line[i] is '{' or '[' && !quoted)
                    depth++;
                else if (!quoted && line[i] is '}' or ']' && !quoted)
                    depth--;
            }
            return depth;
        }

        private static bool IsFence(string line) => Fence().IsMatch(line);
    }

    [GeneratedRegex(@"^\s*(?:```|~~~)[\w-]*\s*$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^Name:\s+\S+\s*$")]
    private static partial Regex NameLine();

    [GeneratedRegex(@"^[A-Z][\w /-]{1,40}:(?:\s|$)")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"^[a-z0-9][\w.-]{0,62}:$")]
    private static partial Regex ContainerLine();

    [GeneratedRegex(@"^\s*(?:- )?apiVersion:\s*\S")]
    private static partial Regex ApiVersion();

    [GeneratedRegex(@"^[\w""'./-]+:(?:\s|$)")]
    private static partial Regex YamlKey();

    [GeneratedRegex(@"^(?: {1,8}|\s*- )[\w""'./-]+:(?:\s|$)")]
    private static partial Regex IndentedKey();

    [GeneratedRegex(@"""(?:apiVersion|kind|items)""\s*:")]
    private static partial Regex ObjectKey();
}
