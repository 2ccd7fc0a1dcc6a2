using System.Globalization;

namespace MetaKube.Evaluation.Conversations;

/// <summary>Runs all scripts of a folder and prints each turn and the totals.</summary>
internal static class TalkReport
{
    private const int Shown = 1500,
        AtOnce = 8;

    /// <param name="folder">The scripts.</param>
    /// <param name="clusters">The recorded clusters; null: the folder "clusters" beside the scripts.</param>
    /// <param name="platform">"slack" or "teams".</param>
    /// <param name="only">Only scripts whose file name contains it; empty: all.</param>
    /// <param name="shows">True to print the text of wrong turns.</param>
    /// <param name="output">Receives the report.</param>
    /// <returns>The verdicts of all turns.</returns>
    public static async Task<IReadOnlyList<TurnVerdict>> RunAsync(
        string folder,
        string? clusters,
        string platform,
        string only,
        bool shows,
        TextWriter output
    )
    {
        clusters ??= ClustersBeside(folder);
        var scripts = TalkScript
            .ReadAll(folder)
            .Where(script => script.File.Contains(only, StringComparison.Ordinal))
            .ToList();
        // The bot posts once a second in a channel, as Slack asks: scripts are played side by side.
        var played = new IReadOnlyList<TurnVerdict>[scripts.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, scripts.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (n, _) => played[n] = await TalkRun.PlayAsync(scripts[n], clusters, platform)
        );
        foreach (var (script, turns) in scripts.Zip(played))
        {
            await output.WriteLineAsync($"{script.File}: {script.Name}");
            foreach (var verdict in turns)
                await PrintAsync(verdict, shows, output);
        }
        var verdicts = played.SelectMany(turns => turns).ToList();
        await PrintTotalsAsync(verdicts, output);
        return verdicts;
    }

    private static string ClustersBeside(string folder)
    {
        var within = Path.Combine(folder, "clusters");
        return Directory.Exists(within) ? within : Path.Combine(Path.GetFullPath(folder), "..", "clusters");
    }

    private static async Task PrintAsync(TurnVerdict verdict, bool shows, TextWriter output)
    {
        var turn = verdict.Turn;
        await output.WriteLineAsync(
            $"  {(verdict.IsRight ? "ok   " : "WRONG")} {turn.Number,2} {turn.Intent,-15} {turn.Who}: "
                + turn.Says.ReplaceLineEndings(" ")
        );
        if (verdict.IsRight)
            return;
        foreach (var fault in verdict.Faults)
            await output.WriteLineAsync($"           - {fault}");
        if (shows)
        {
            var text = verdict.Text.Length <= Shown ? verdict.Text : $"{verdict.Text[..Shown]}…";
            await output.WriteLineAsync(
                $"           | {text.Replace("\n", "\n           | ", StringComparison.Ordinal)}"
            );
        }
    }

    private static async Task PrintTotalsAsync(List<TurnVerdict> verdicts, TextWriter output)
    {
        foreach (
            var intent in verdicts
                .GroupBy(verdict => verdict.Turn.Intent)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
            await output.WriteLineAsync($"{intent.Key,-16} {intent.Count(one => one.IsRight),4} of {intent.Count()}");
        var lines = verdicts.Where(one => one.Lines > 0).Select(one => one.Lines).Order().ToList();
        var counts = verdicts.Where(one => one.Messages > 0).Select(one => one.Messages).Order().ToList();
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{verdicts.Count(one => one.IsRight)} of {verdicts.Count} turns as expected; repeated messages "
                    + $"{verdicts.Count(one => one.IsRepeated)}; answers to people's own talk "
                    + $"{verdicts.Count(one => one.IsIntrusion)}; false all-clears "
                    + $"{verdicts.Count(one => one.IsFalseAllClear)}; lines of the first message p50 {At(lines, .5)}, "
                    + $"p95 {At(lines, .95)}; messages for a turn p50 {At(counts, .5)}"
            )
        );
    }

    private static int At(List<int> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
