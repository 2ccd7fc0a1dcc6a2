using System;
using MetaKube.Chat;
using MetaKube.Investigations;
using MetaKube.Model;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>The answer for a person: set with colours in a terminal, plain and unwrapped in a pipe.</summary>
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

    public static void Print(IAnsiConsole console, Investigation investigation, bool remembered)
    {
        var card = DiagnosisCard.Of(investigation);
        foreach (var line in Lines(card, remembered))
        {
            // Commands are never wrapped: a line break in the middle would be copied along.
            if (!console.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
                Console.Out.WriteLine(new string(' ', line.Indent) + line.Text);
            else if (line.Style == Style.Command)
                Console.Out.WriteLine($"{new string(' ', line.Indent)}\e[36m{line.Text}\e[0m");
            else if (line.Text.Length == 0)
                console.WriteLine();
            else
                console.Write(new Padder(Render(line, card), new Padding(line.Indent, 0, 0, 0)));
        }
    }

    private static Markup Render(Line line, DiagnosisCard card)
    {
        var text = Markup.Escape(line.Text);
        return new(
            line.Style switch
            {
                Style.Title =>
                    $"[bold {(card.Fault switch { Diagnosis.None => "green", Diagnosis.Unknown => "yellow", _ => "red" })}]{text}[/]",
                Style.Heading => $"[bold]{text}[/]",
                Style.Quote => $"[italic grey]{text}[/]",
                Style.Command => $"[cyan]{text}[/]",
                Style.Faint => $"[grey]{text}[/]",
                _ => text,
            }
        );
    }

    private static IEnumerable<Line> Lines(DiagnosisCard card, bool remembered)
    {
        yield return new(Style.Title, 0, card.Title);
        yield return new(Style.Plain, 0, card.RootCause);
        yield return new(Style.Faint, 0, $"{card.Certainty}, cluster {card.Cluster}");

        foreach (var (heading, lines) in Sections(card).Where(section => section.Lines.Any()))
        {
            yield return new(Style.Plain, 0, "");
            yield return new(Style.Heading, 0, heading);
            foreach (var line in lines)
                yield return line;
        }

        yield return new(Style.Plain, 0, "");
        yield return new(Style.Faint, 0, card.Way);
        if (remembered)
            yield return new(
                Style.Faint,
                0,
                $"Did it help? metakube feedback {card.Investigation} --fixed, or --wrong"
            );
    }

    private static IEnumerable<(string Heading, IEnumerable<Line> Lines)> Sections(DiagnosisCard card)
    {
        yield return (
            "How it came about",
            card.Chain.Select((link, n) => Plain($"{(n == 0 ? "" : new string(' ', 3 * n - 3) + "└▶ ")}{link}"))
        );
        yield return (
            "Evidence",
            card.Evidence.SelectMany(quote => (Line[])[Plain(quote.Where), new(Style.Quote, 4, $"\"{quote.Quote}\"")])
        );
        yield return ("Fix", card.Fixes.SelectMany(Fix));
        yield return ("Prevent", card.Prevention.Select(Plain));
        yield return ("It might also be", card.Alternatives.Select(Plain));
        yield return ("Other problems", card.Others.Select(Plain));
        yield return ("Tried before without success", card.TriedBefore.Select(Plain));
        yield return ("Similar incidents", card.Similar.Select(incident => Plain($"{incident.Id}, {incident.Says}")));
        yield return ("Could not be read", card.Gaps.Select(gap => new Line(Style.Faint, 2, gap)));
    }

    private static Line Plain(string text) => new(Style.Plain, 2, text);

    private static IEnumerable<Line> Fix(CardFix fix, int n)
    {
        yield return new(Style.Plain, 2, $"{n + 1}. {fix.Summary} (risk: {fix.Risk})");
        foreach (var command in fix.Commands)
            yield return new(Style.Command, 5, command);
    }
}
