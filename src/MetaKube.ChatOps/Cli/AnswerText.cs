using System.Globalization;
using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Pathways;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>The answer for a person: set with colours in a terminal, plain and unwrapped in a pipe.</summary>
internal static class AnswerText
{
    private enum Style { Plain, Title, Heading, Quote, Command, Faint }

    private sealed record Line(Style Style, int Indent, string Text);

    public static void Print(IAnsiConsole console, Investigation investigation, bool remembered)
    {
        foreach (var line in Lines(investigation, remembered))
        {
            // Commands are never wrapped: a line break in the middle would be copied along.
            if (!console.Profile.Capabilities.Ansi || Console.IsOutputRedirected) Console.Out.WriteLine(new string(' ', line.Indent) + line.Text);
            else if (line.Style == Style.Command) Console.Out.WriteLine($"{new string(' ', line.Indent)}\e[36m{line.Text}\e[0m");
            else if (line.Text.Length == 0) console.WriteLine();
            else console.Write(new Padder(Render(line, investigation.Diagnosis), new Padding(line.Indent, 0, 0, 0)));
        }
    }

    private static Markup Render(Line line, Diagnosis diagnosis)
    {
        var text = Markup.Escape(line.Text);
        return new(line.Style switch
        {
            Style.Title => $"[bold {(diagnosis.Fault switch { Diagnosis.None => "green", Diagnosis.Unknown => "yellow", _ => "red" })}]{text}[/]",
            Style.Heading => $"[bold]{text}[/]",
            Style.Quote => $"[italic grey]{text}[/]",
            Style.Command => $"[cyan]{text}[/]",
            Style.Faint => $"[grey]{text}[/]",
            _ => text,
        });
    }

    private static IEnumerable<Line> Lines(Investigation i, bool remembered)
    {
        var d = i.Diagnosis;
        var where = d.Resource ?? i.Target;
        yield return new(Style.Title, 0, d.Fault switch
        {
            Diagnosis.None => $"Nothing wrong: {where?.ToString() ?? i.Cluster}",
            Diagnosis.Unknown => $"Not decided{(where is null ? "" : $": {where}")}",
            _ => $"{d.Fault}: {where}",
        });
        yield return new(Style.Plain, 0, d.RootCause);
        yield return new(Style.Faint, 0, $"{Sure(d)}, cluster {i.Cluster}");

        foreach (var (heading, lines) in Sections(i).Where(section => section.Lines.Any()))
        {
            yield return new(Style.Plain, 0, "");
            yield return new(Style.Heading, 0, heading);
            foreach (var line in lines) yield return line;
        }

        yield return new(Style.Plain, 0, "");
        yield return new(Style.Faint, 0, Way(i));
        if (remembered) yield return new(Style.Faint, 0, $"Did it help? metakube feedback {i.Id} --fixed, or --wrong");
    }

    private static IEnumerable<(string Heading, IEnumerable<Line> Lines)> Sections(Investigation i)
    {
        var d = i.Diagnosis;
        yield return ("How it came about", d.Chain.Count > 1 ? d.Chain.Select(Link) : []);
        yield return ("Evidence", d.Findings.SelectMany(Evidence));
        yield return ("Fix", d.Remedies.SelectMany(Fix));
        yield return ("Prevent", d.Prevention.Select(text => new Line(Style.Plain, 2, text)));
        yield return ("It might also be", d.Alternatives.Select(a => new Line(Style.Plain, 2, $"{a.Fault}: {a.Resource} ({Percent(a.Confidence)})")));
        yield return ("Other problems", i.Others.Select(Other));
        yield return ("Tried before without success", i.Recollection.Contraindicated.Select(fault => new Line(Style.Plain, 2, fault)));
        yield return ("Similar incidents", i.Recollection.Patterns.Where(p => p.Similarity > 0.5).Take(1).Select(Pattern)
            .Concat(i.Recollection.Episodes.Where(e => e.Similarity > 0.5).Take(3).Select(Incident)));
        yield return ("Could not be read", Gaps(i.Gaps));
    }

    private static Line Link(ChainLink link, int n) =>
        new(Style.Plain, 2, $"{(n == 0 ? "" : new string(' ', 3 * n - 3) + "└▶ ")}{link.Resource}: {link.Says}");

    private static Line Other(OtherProblem other) =>
        new(Style.Plain, 2, $"{(other.Fault == Diagnosis.Unknown ? "not decided" : other.Fault)}: {other.Resource}. {other.RootCause}");

    private static IEnumerable<Line> Gaps(IReadOnlyList<Gap> gaps)
    {
        const int shown = 8;
        var lines = gaps.Take(shown).Select(gap => new Line(Style.Faint, 2, $"{gap.What}: {gap.Why}"));
        return gaps.Count > shown ? lines.Append(new(Style.Faint, 2, $"and {gaps.Count - shown} more")) : lines;
    }

    private static IEnumerable<Line> Evidence(Finding finding)
    {
        yield return new(Style.Plain, 2, $"{finding.Resource}, {finding.Source}");
        yield return new(Style.Quote, 4, $"\"{finding.Quote}\"");
    }

    private static IEnumerable<Line> Fix(Remedy remedy, int n)
    {
        yield return new(Style.Plain, 2, $"{n + 1}. {remedy.Summary} (risk: {remedy.Risk.ToString().ToLowerInvariant()})");
        foreach (var command in remedy.Commands) yield return new(Style.Command, 5, command);
    }

    private static Line Incident(RecalledEpisode e) =>
        new(
            Style.Plain, 2,
            $"{e.Id}, {e.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Percent(e.Similarity)} alike, {e.Fault}, {(e.Outcome == Outcome.Pending ? "outcome not known" : e.Outcome.ToString().ToLowerInvariant())}{(e.Episode.Fix is null ? "" : $": \"{e.Episode.Fix}\"")}");

    private static Line Pattern(RecalledPattern p) => new(
        Style.Plain, 2, $"{p.Id}, the pattern of {p.Pattern.Count} incidents: {Percent(p.Similarity)} alike, {p.Fault} ({Percent(p.Pattern.Reliability)} reliable)");

    private static string Way(Investigation i)
    {
        var memory = i.Pathway == Pathway.Intuitive
            ? $"answered from memory (confidence {Number(i.Recollection.Confidence)} > {Number(i.Recollection.Threshold)})"
            : i.Escalated ? "worked out, because live evidence did not bear out what memory said" : $"worked out ({i.Why})";
        var model = i.Model switch
        {
            null => "no model took part",
            { Verdict: ModelVerdict.Failed } failed => failed.Says,
            var part => FormattableString.Invariant($"{part.Says} ({part.PromptTokens} + {part.CompletionTokens} tokens)"),
        };
        return $"{memory}; {model}; read in {i.Timings.CollectMs:0} ms, recalled in {i.Timings.RecallMs:0} ms, reasoned in {i.Timings.ReasonMs:0} ms";
    }

    private static string Sure(Diagnosis d) => d.Fault == Diagnosis.Unknown ? "not sure" : d.Confidence switch
    {
        >= 0.9 => $"almost certain ({Percent(d.Confidence)})",
        >= 0.75 => $"likely ({Percent(d.Confidence)})",
        >= 0.5 => $"probable ({Percent(d.Confidence)})",
        _ => $"a guess ({Percent(d.Confidence)})",
    };

    private static string Percent(double share) => $"{Math.Round(share * 100).ToString(CultureInfo.InvariantCulture)} %";

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
