using System;
using MetaKube.Chat;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>Renders an answer for a person: with colours in a terminal, plain and unwrapped in a pipe.</summary>
internal static class AnswerText
{
    private enum Style
    {
        Plain,
        Title,
        Heading,
        Quote,
        Command,
        Faint,
    }

    private sealed record Line(Style Style, int Indent, string Text);

    public static void Print(IAnsiConsole console, AnswerView view, bool remembered)
    {
        foreach (var line in Lines(view, remembered))
        {
            // Commands are never wrapped: a line break in the middle would be copied along.
            if (!console.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
                Console.Out.WriteLine(Plain(line));
            else if (line.Style == Style.Command)
                Console.Out.WriteLine($"{new string(' ', line.Indent)}\e[36m{line.Text}\e[0m");
            else if (line.Text.Length == 0)
                console.WriteLine();
            else
                console.Write(new Padder(Render(line, view.Kind), new Padding(line.Indent, 0, 0, 0)));
        }
    }

    /// <summary>The lines of an answer without colours.</summary>
    /// <param name="view">The answer.</param>
    /// <param name="remembered">True if memory keeps the answer, so that it can be given feedback.</param>
    public static IEnumerable<string> Plain(AnswerView view, bool remembered) => Lines(view, remembered).Select(Plain);

    private static string Plain(Line line) => new string(' ', line.Indent) + line.Text;

    private static Markup Render(Line line, AnswerKind kind)
    {
        var text = Markup.Escape(line.Text);
        return new(
            line.Style switch
            {
                Style.Title => $"[bold {ColourOf(kind)}]{text}[/]",
                Style.Heading => $"[bold]{text}[/]",
                Style.Quote => $"[italic grey]{text}[/]",
                Style.Command => $"[cyan]{text}[/]",
                Style.Faint => $"[grey]{text}[/]",
                _ => text,
            }
        );
    }

    private static string ColourOf(AnswerKind kind) =>
        kind switch
        {
            AnswerKind.Healthy => "green",
            AnswerKind.Undetermined => "yellow",
            _ => "red",
        };

    private static IEnumerable<Line> Lines(AnswerView view, bool remembered)
    {
        if (view.Remark is { } remark)
            yield return new(Style.Plain, 0, remark);
        yield return new(Style.Title, 0, view.Verdict);
        if (view.Cause is { } cause)
            yield return new(Style.Plain, 0, cause);
        yield return new(Style.Faint, 0, view.Context);
        foreach (var section in view.Sections)
        {
            yield return new(Style.Plain, 0, "");
            yield return new(Style.Heading, 0, section.Title);
            foreach (var line in section.Lines.SelectMany((line, n) => Lines(section.Style, line, n)))
                yield return line;
        }

        yield return new(Style.Plain, 0, "");
        yield return new(Style.Faint, 0, view.Reference);
        if (remembered)
            yield return new(
                Style.Faint,
                0,
                $"Did it help? metakube feedback {view.Investigation} --fixed, or --wrong"
            );
    }

    private static IEnumerable<Line> Lines(AnswerSectionStyle style, AnswerLine line, int number)
    {
        var text = line.Incident is null ? line.Text : $"{line.Incident}, {line.Text}";
        if (style == AnswerSectionStyle.Chain && number > 0)
            text = $"{new string(' ', 3 * number - 3)}└▶ {text}";
        yield return new(style == AnswerSectionStyle.Note ? Style.Faint : Style.Plain, 2, text);
        foreach (var verbatim in line.Verbatim)
            yield return style == AnswerSectionStyle.Steps
                ? new(Style.Command, 5, verbatim)
                : new(Style.Quote, 4, $"\"{verbatim}\"");
    }
}
