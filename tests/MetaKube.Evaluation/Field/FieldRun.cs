using MetaKube.Memory;

namespace MetaKube.Evaluation.Field;

/// <summary>
/// The verb <c>field</c>: asks about folders of other people's failures from pasted text, without a model and without
/// a memory, and scores the answers.
/// </summary>
internal static class FieldRun
{
    /// <summary>The exit status: 1 where a case got no answer, 2 for wrong usage and where there is no case.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        if (FieldOptions.Parse(arguments) is not { } options)
        {
            output.WriteLine($"usage: {FieldOptions.Usage}");
            return 2;
        }
        var cases = FieldCase.FindAll(options.Folder);
        if (cases.Count == 0)
        {
            output.WriteLine(
                "No case is there: question.txt with truth.json, or with expected.txt, in the folder or below it."
            );
            return 2;
        }
        var rows = new List<(FieldAnswer Answer, object Score)>();
        foreach (var asked in cases)
            rows.Add(await ScoreAsync(asked, options));
        Print(rows, output);
        if (options.Json is { } file)
            await File.WriteAllLinesAsync(file, rows.Select(row => FieldJson.Line(row.Answer, row.Score)));
        return rows.Exists(row => row.Answer.Error is not null) ? 1 : 0;
    }

    private static async Task<(FieldAnswer Answer, object Score)> ScoreAsync(FieldCase asked, FieldOptions options)
    {
        if (asked.Layout == FieldLayout.Benchmark)
        {
            var truth = asked.ReadTruth<BenchmarkTruth>();
            var placed = await FieldAnswer.AskAsync(asked, options, truth.Namespace);
            return (placed, BenchmarkScore.Of(truth, placed));
        }
        var answer = await FieldAnswer.AskAsync(asked, options, null);
        return asked.Layout == FieldLayout.Thread
            ? (answer, ThreadScore.Of(asked.ReadTruth<ThreadTruth>(), answer))
            : (answer, new ReducedExpectation(asked.Read("expected.txt").Trim()));
    }

    private static void Print(IReadOnlyList<(FieldAnswer Answer, object Score)> rows, TextWriter output)
    {
        if (Of<ThreadScore>(rows) is { Count: > 0 } threads)
            ThreadReport.Print(threads, output);
        if (Of<BenchmarkScore>(rows) is { Count: > 0 } benchmark)
            BenchmarkReport.Print(benchmark, output);
        PrintCalibration(rows, output);
        ReducedExpectation.Print(Of<ReducedExpectation>(rows), output);
        var seconds = rows.Select(row => row.Answer.Seconds).Order().ToList();
        output.WriteLine(
            $"{rows.Count} cases in {seconds.Sum():0.0} s, median {1000 * seconds[seconds.Count / 2]:0} ms, longest "
                + $"{1000 * seconds[^1]:0} ms"
        );
    }

    /// <summary>The agreement of the confidences with the scores, over the answers that name a cause.</summary>
    private static void PrintCalibration(IEnumerable<(FieldAnswer Answer, object Score)> rows, TextWriter output)
    {
        var reliability = Reliability.Of([
            .. rows.Where(row => row.Answer.NamesACause && row.Score is ThreadScore or BenchmarkScore)
                .Select(row => (row.Answer.Confidence, IsRight(row.Score))),
        ]);
        if (reliability.Examples == 0)
            return;
        output.WriteLine(
            $"confidence of {reliability.Examples} named causes: ECE {reliability.Ece:0.000}, "
                + $"Brier {reliability.Brier:0.000}"
        );
        foreach (var bin in reliability.Bins)
            output.WriteLine($"  said {bin.Confidence:0.00}: right {bin.Right:0.00} of {bin.Examples}");
        output.WriteLine();
    }

    private static bool IsRight(object score) => score is ThreadScore { Right: true } or BenchmarkScore { A1: true };

    private static IReadOnlyList<(FieldAnswer Answer, T Score)> Of<T>(
        IEnumerable<(FieldAnswer Answer, object Score)> rows
    ) => [.. rows.Where(row => row.Score is T).Select(row => (row.Answer, (T)row.Score))];
}
