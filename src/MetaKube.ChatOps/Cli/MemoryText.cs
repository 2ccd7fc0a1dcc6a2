using System;
using System.Globalization;
using System.Text.Json;
using MetaKube.Memory;
using MetaKube.Model;
using MetaKube.Redis;
using Spectre.Console;

namespace MetaKube.ChatOps.Cli;

/// <summary>Prints memory: tables in a terminal, lines in a pipe, JSON on request.</summary>
internal static class MemoryText
{
    public static ExitStatus PrintEpisodes(IReadOnlyList<Episode> episodes, bool json)
    {
        if (json)
            foreach (var episode in episodes)
                Console.Out.WriteLine(JsonSerializer.Serialize(episode, MemoryJson.Default.Episode));
        else if (episodes.Count == 0)
            Console.Out.WriteLine("No episodes yet: ask a question first.");
        else
            Print(
                ["episode", "when", "outcome", "fault", "resource", "question"],
                episodes.Select(e =>
                    new[] { e.Id, Day(e.At), Word(e), CauseOf(e), e.Resource?.ToString() ?? "-", e.Question }
                )
            );
        return ExitStatus.Answered;
    }

    public static ExitStatus PrintPatterns(IReadOnlyList<Pattern> patterns, bool json)
    {
        if (json)
            foreach (var pattern in patterns)
                Console.Out.WriteLine(JsonSerializer.Serialize(pattern, MemoryJson.Default.Pattern));
        else if (patterns.Count == 0)
            Console.Out.WriteLine(
                $"No patterns yet: {PatternFormation.Smallest} similar episodes with a known outcome form one."
            );
        else
            Print(
                ["pattern", "episodes", "reliability", "fault", "last seen", "question"],
                patterns
                    .OrderByDescending(p => p.Count)
                    .Select(p =>
                        new[] { p.Id, Number(p.Count), Share(p.Reliability), CauseOf(p), Day(p.LastSeen), p.Question }
                    )
            );
        return ExitStatus.Answered;
    }

    public static ExitStatus PrintEpisode(Episode e, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(e, MemoryJson.Default.Episode));
            return ExitStatus.Answered;
        }
        Print([.. Facts(e), .. FeedbackOn(e), .. e.Remedies.Select(remedy => ("remedy", (string?)remedy.Summary))]);
        return ExitStatus.Answered;
    }

    /// <summary>The fault code, or the words of an open cause in quotation marks.</summary>
    public static string CauseOf(Episode e) => e.Open is { } open ? $"\"{open.Words}\"" : e.Fault;

    private static string CauseOf(Pattern p) => p.Open is { } open ? $"\"{open.Words}\"" : p.Fault;

    /// <summary>The causes that turned out wrong, each as <see cref="CauseOf(Episode)"/> states one.</summary>
    public static IEnumerable<string> RuledOut(Episode e) => RuledOut(e.FailedFaults, e.OpenCauses);

    private static IEnumerable<string> RuledOut(IEnumerable<string> failed, IEnumerable<OpenCause> known) =>
        failed.Select(fault =>
            known.FirstOrDefault(cause => cause.Code == fault) is { } open ? $"\"{open.Words}\"" : fault
        );

    private static (string Name, string? Value)[] Facts(Episode e) =>
        [
            ("episode", e.Id),
            ("when", e.At.ToString("u", CultureInfo.InvariantCulture)),
            ("cluster", e.Cluster),
            ("question", e.Question),
            ("asked again", e.Repeats > 0 ? $"{e.Repeats} times during the incident" : null),
            ("resource", e.Resource?.ToString()),
            ("fault", OpenCause.Reported(e.Fault)),
            ("cause", e.RootCause),
            ("named by", e.Open is { } open ? $"{open.By}, {Day(open.At)}" : null),
            ("outcome", Word(e)),
            ("fixed by", e.Fix),
            ("answer", e.Answer == e.Fault ? null : OpenCause.Reported(e.Answer)),
            ("ruled out", string.Join(", ", RuledOut(e))),
            ("reliability", Share(Confidence.Reliability(e.Successes, e.Failures))),
            ("keys", string.Join(", ", e.Keys)),
            .. e.Signals.Select(signal => ("signal", (string?)$"{signal.Place}: {signal.Text}")),
        ];

    private static IEnumerable<(string Name, string? Value)> FeedbackOn(Episode e)
    {
        foreach (var (voter, vote) in e.FeedbackByPerson)
        {
            var named = vote.Cause is { } words ? $"\"{words}\"" : vote.Fault;
            var fault = named is null ? "" : $", it was {named}";
            var comment = vote.Comment is null ? "" : $": \"{vote.Comment}\"";
            yield return ("feedback", $"{voter}: {vote.Kind.ToString().ToLowerInvariant()}{fault}{comment}");
        }
        if (e.Recovery is not { } recovery)
            yield break;
        var changes = string.Join("; ", recovery.Changes.DefaultIfEmpty("no observed change"));
        yield return ("recovered", $"{recovery.At.ToString("u", CultureInfo.InvariantCulture)} after: {changes}");
    }

    public static ExitStatus PrintPattern(Pattern p, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(p, MemoryJson.Default.Pattern));
            return ExitStatus.Answered;
        }
        Print([
            ("pattern", p.Id),
            ("episodes", $"{p.Count}{(p.Retired.Count > 0 ? $" ({p.Retired.Count} deleted since)" : "")}"),
            ("last seen", Day(p.LastSeen)),
            ("cluster", p.Cluster),
            ("question", p.Question),
            ("fault", OpenCause.Reported(p.Fault)),
            ("cause", p.RootCause),
            ("fixed by", p.Fix),
            ("reliability", Share(p.Reliability)),
            ("ruled out", string.Join(", ", RuledOut(p.FailedFaults, p.Opens ?? []))),
            ("variance", Share(p.Variance)),
            ("keys", string.Join(", ", p.Keys)),
            .. (p.Signals ?? []).Select(signal => ("signal", (string?)$"{signal.Place}: {signal.Text}")),
            ("members", string.Join(", ", p.Members.TakeLast(10))),
        ]);
        return ExitStatus.Answered;
    }

    public static ExitStatus PrintStatistics(
        IReadOnlyList<Episode> episodes,
        IReadOnlyList<Pattern> patterns,
        MemoryState state
    )
    {
        var outcomes = episodes.GroupBy(Word).OrderByDescending(group => group.Count());
        Print([
            (
                "episodes",
                $"{episodes.Count}: {string.Join(", ", outcomes.Select(group => $"{group.Count()} {group.Key}"))}"
            ),
            ("patterns", $"{patterns.Count}, of {patterns.Sum(pattern => pattern.Count)} episodes"),
            ("clusters", string.Join(", ", episodes.Select(episode => episode.Cluster).Distinct().Order())),
            ("intuitive", Intuitive(episodes)),
            ("threshold", Threshold(state.Controller)),
            (
                "consolidated",
                state.Consolidated is { } consolidated
                    ? consolidated.At.ToString("u", CultureInfo.InvariantCulture)
                    : "never"
            ),
        ]);
        PrintCalibrator("with a fault in evidence", state.Calibration.Grounded);
        PrintCalibrator("by symptoms alone", state.Calibration.Symptomatic);
        return ExitStatus.Answered;
    }

    /// <summary>The share of answers from memory, and of correct ones among them; null without any.</summary>
    private static string? Intuitive(IReadOnlyList<Episode> episodes)
    {
        var judged = episodes.Where(episode => episode.Prediction is not null).ToList();
        var intuitive = judged.Where(episode => episode.Prediction!.Pathway == Pathway.Intuitive).ToList();
        var settled = intuitive.Where(episode => episode.IsSettled).ToList();
        if (judged.Count == 0)
            return null;
        var correct = settled.Count(episode => episode.Truth == episode.Answer);
        var outcomes = settled.Count == 0 ? "" : $"; {correct} of {settled.Count} with an outcome were correct";
        return $"{intuitive.Count} of {judged.Count} answers{outcomes}";
    }

    private static string Threshold(ControllerState controller)
    {
        var estimate = controller.Estimate is { } known ? $"; the closed form says {Share(known.BestThreshold)}" : "";
        return $"{Share(controller.Threshold)} after {controller.Outcomes} outcomes{estimate}";
    }

    private static void PrintCalibrator(string name, Calibrator calibrator)
    {
        Console.Out.WriteLine();
        if (calibrator.Quality is not { } quality)
        {
            Console.Out.WriteLine(
                $"Confidence {name}: the paper's figures, until {CalibrationFit.Fewest} outcomes are known."
            );
            return;
        }
        var z = calibrator.Exponents;
        var auroc = quality.Auroc is { } area ? $", AUROC {Share(area)}" : "";
        Console.Out.WriteLine(
            $"Confidence {name}: fitted to {quality.Examples} outcomes; exponents {Share(z.Similarity)} similarity, "
                + $"{Share(z.Relevance)} relevance, {Share(z.Reliability)} reliability, "
                + $"{Share(z.Agreement)} agreement; ECE {Share(quality.Ece)}, Brier {Share(quality.Brier)}{auroc}"
        );
        Print(
            ["confidence", "correct", "outcomes"],
            quality.Bins.Select(bin => new[] { Share(bin.Confidence), Share(bin.Right), Number(bin.Examples) })
        );
    }

    private static void Print(string[] headings, IEnumerable<string[]> rows)
    {
        if (Console.IsOutputRedirected)
        {
            var all = rows.ToList();
            var widths = headings.Select((_, i) => all.Select(row => row[i].Length).DefaultIfEmpty(0).Max()).ToArray();
            foreach (var row in all)
                Console.Out.WriteLine(
                    string.Join("  ", row.Select((cell, i) => i == row.Length - 1 ? cell : cell.PadRight(widths[i])))
                );
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns(headings);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    private static void Print(IEnumerable<(string Name, string? Value)> lines)
    {
        foreach (var (name, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value)))
            Console.Out.WriteLine($"{name,-13} {value}");
    }

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Word(Episode e) => e.Outcome.ToString().ToLowerInvariant();

    private static string Share(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
