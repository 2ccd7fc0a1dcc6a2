using System.Text.RegularExpressions;

namespace MetaKube.Faults;

/// <summary>The title, the first steps and the first link of a runbook's Markdown, as plain text.</summary>
/// <param name="Title">The first heading; empty where there is none.</param>
/// <param name="Steps">
/// The first numbered list; else the lines of the section that tells what to do; else the first lines.
/// </param>
/// <param name="Link">The first address with http or https, or null.</param>
internal sealed partial record RunbookBody(string Title, IReadOnlyList<RunbookStep> Steps, Uri? Link)
{
    private const int MostSteps = 8,
        MostCommands = 6,
        FewestNumbered = 2,
        LongestStep = 240,
        LongestCommand = 300,
        LongestTitle = 160;

    private enum LineKind
    {
        Text,
        Heading,
        Numbered,
        Command,
    }

    private sealed record Line(LineKind Kind, string Text);

    public static RunbookBody Of(IReadOnlyList<string> markdown)
    {
        var lines = Lines(markdown);
        var title = lines.Find(line => line.Kind == LineKind.Heading)?.Text ?? "";
        return new(
            Cut(title, LongestTitle),
            StepsOf(Chosen([.. lines.SkipWhile(line => line.Kind == LineKind.Heading)])),
            Address().Matches(string.Join('\n', markdown)).Select(match => WebAddress(match.Value)).FirstOrDefault()
        );
    }

    /// <summary>An address with http or https, or null.</summary>
    public static Uri? WebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private static List<Line> Lines(IReadOnlyList<string> markdown)
    {
        var lines = new List<Line>();
        var fence = "";
        foreach (var raw in markdown)
        {
            var line = raw.Trim();
            if (Fence().Match(line) is { Success: true } match && (fence.Length == 0 || line.StartsWith(fence)))
                fence = fence.Length == 0 ? match.Value : "";
            else if (fence.Length > 0)
                lines.Add(new(LineKind.Command, raw.Trim()));
            else
                lines.Add(Read(line));
        }
        return [.. lines.Where(line => line.Text.Length > 0)];
    }

    private static Line Read(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
            return new(LineKind.Heading, Plain(line[heading.Length..].TrimEnd('#')));
        if (Number().Match(line) is { Success: true } number)
            return new(LineKind.Numbered, Plain(line[number.Length..]));
        return new(LineKind.Text, Plain(Bullet().Replace(line, "")));
    }

    /// <summary>The lines that tell what to do.</summary>
    private static List<Line> Chosen(List<Line> lines)
    {
        if (lines.Count(line => line.Kind == LineKind.Numbered) >= FewestNumbered)
            return
            [
                .. lines
                    .SkipWhile(line => line.Kind != LineKind.Numbered)
                    .TakeWhile(line => line.Kind != LineKind.Heading)
                    .Where(line => line.Kind != LineKind.Text),
            ];
        var deed = lines.FindIndex(line => line.Kind == LineKind.Heading && Deed().IsMatch(line.Text));
        return deed < 0
            ? lines
            : [.. lines.Skip(deed + 1).TakeWhile(line => line.Kind != LineKind.Heading)];
    }

    private static IReadOnlyList<RunbookStep> StepsOf(List<Line> lines)
    {
        var steps = new List<RunbookStep>();
        foreach (var line in lines)
        {
            if (line.Kind != LineKind.Command)
            {
                if (steps.Count == MostSteps)
                    break;
                steps.Add(new(Cut(line.Text, LongestStep), []));
                continue;
            }
            if (steps.Count == 0)
                steps.Add(new("Run:", []));
            var last = steps[^1];
            if (last.Commands.Count < MostCommands)
                steps[^1] = last with { Commands = [.. last.Commands, Cut(line.Text, LongestCommand)] };
        }
        return steps;
    }

    /// <summary>The text without the signs of Markdown; of a link its words stay.</summary>
    private static string Plain(string markdown) =>
        Blanks.Collapse(Signs().Replace(LinkMark().Replace(markdown, "$1 ($2)"), "")).Trim();

    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : $"{text[..(longest - 1)]}…";

    [GeneratedRegex(@"^(?:```|~~~)")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#{1,6} +")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\d{1,3}[.)] +(?:\[[ xX]\] +)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?:>+ *)?(?:[-*+] +(?:\[[ xX]\] +)?)?")]
    private static partial Regex Bullet();

    [GeneratedRegex(@"!?\[([^\]\n]{0,300})\]\(([^)\s]{1,1000})[^)\n]{0,200}\)")]
    private static partial Regex LinkMark();

    [GeneratedRegex(@"\*{2,3}|__|`|<!--|-->|</?[a-zA-Z][^<>]{0,200}>")]
    private static partial Regex Signs();

    [GeneratedRegex(@"https?://[^\s<>()\[\]""'`]{1,1000}")]
    private static partial Regex Address();

    [GeneratedRegex(
        @"\b(?:steps?|fix(?:es)?|mitigat\w+|resol\w+|remed\w+|procedure|actions?|solution|recover\w*|what to do)\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Deed();
}
