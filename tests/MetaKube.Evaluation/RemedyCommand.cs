using System;
using System.Text;

namespace MetaKube.Evaluation;

/// <summary>
/// A command of a remedy, parsed as a shell does, and the checks of it that do not run it.
/// </summary>
internal static class RemedyCommand
{
    // Verbs that change something and support a dry run.
    private static readonly string[] Tried =
    [
        "create",
        "delete",
        "patch",
        "scale",
        "set",
        "uncordon",
        "drain",
        "annotate",
        "label",
    ];

    /// <summary>The words; null where a shell would do something else than call one program with them.</summary>
    public static IReadOnlyList<string>? Parse(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, any) = ('\0', false);
        foreach (var c in command)
        {
            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(c);
            }
            else if (c is '\'' or '"')
                (quote, any) = (c, true);
            else if (c is '<' or '>' or ';' or '&' or '|' or '`' or '$' or '(' or ')' or '*' or '?' or '\n')
                return null;
            else if (c == ' ')
            {
                if (any || word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
                any = false;
            }
            else
                word.Append(c);
        }
        if (quote != '\0')
            return null;
        if (any || word.Length > 0)
            words.Add(word.ToString());
        return words is ["kubectl", _, ..] ? words : null;
    }

    /// <summary>
    /// The arguments of a dry run on the API server; null for commands that only read, or that have no dry run.
    /// </summary>
    public static IReadOnlyList<string>? DryRun(IReadOnlyList<string> words)
    {
        var arguments = words.Skip(1).ToList();
        var verb = arguments is ["-n", _, var first, ..] ? first : arguments[0];
        var isUndo = verb == "rollout" && arguments.Contains("undo");
        // These commands read local files.
        if (arguments.Any(argument => argument.StartsWith("--cert=", StringComparison.Ordinal)))
            return null;
        return isUndo || Tried.Contains(verb) ? [.. arguments, "--dry-run=server"] : null;
    }

    /// <summary>Objects that the command takes for existing, as KIND/NAME.</summary>
    public static IEnumerable<string> ObjectsNamed(IReadOnlyList<string> words)
    {
        var arguments = words.Skip(1).ToList();
        var ns = arguments is ["-n", var given, ..] ? given : null;
        if (ns is not null)
        {
            arguments.RemoveRange(0, 2);
            yield return $"namespace/{ns}";
        }
        if (arguments[0] is "create" || arguments.Contains("--raw"))
            yield break;
        if (arguments.IndexOf("-L") is >= 0 and var columns)
            arguments.RemoveRange(columns, 2);
        foreach (
            var argument in arguments.Where(argument =>
                argument[0] != '-'
                && argument.Split('/') is [_, _]
                && !argument.Contains('=', StringComparison.Ordinal)
                && !argument.Contains(':', StringComparison.Ordinal)
            )
        )
            yield return argument;
        if (PlainObject(arguments) is { } plain)
            yield return plain;
    }

    /// <summary>The object that is named without a slash, or null.</summary>
    private static string? PlainObject(IReadOnlyList<string> arguments)
    {
        var plain = arguments
            .TakeWhile(argument => argument is not ("-o" or "-p" or "-l" or "-L" or "--field-selector"))
            .Where(argument => argument[0] != '-' && argument != "-c")
            .ToList();
        return plain switch
        {
            ["describe" or "get" or "edit" or "patch" or "delete", var kind, var name, ..]
                when !kind.Contains('/', StringComparison.Ordinal) => $"{kind}/{name}",
            ["logs" or "exec", var pod, ..] when !pod.Contains('/', StringComparison.Ordinal) => $"pod/{pod}",
            ["set", "selector", var kind, var name, ..] => $"{kind}/{name}",
            ["uncordon" or "drain" or "cordon", var node, ..] => $"node/{node}",
            _ => null,
        };
    }
}
