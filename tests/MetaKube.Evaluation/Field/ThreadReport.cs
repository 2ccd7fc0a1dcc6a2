namespace MetaKube.Evaluation.Field;

/// <summary>The figures of failures from public threads, and the answers that are not right.</summary>
internal static class ThreadReport
{
    public static void Print(IReadOnlyList<(FieldAnswer Answer, ThreadScore Score)> rows, TextWriter output)
    {
        output.WriteLine(
            $"{"threads",-14}{"cases",6}{"right",7}{"shown",7}{"wrong",7}{"healthy",9}{"undecided",11}{"failed",8}"
        );
        var scores = rows.Select(row => row.Score).ToList();
        Row("all", scores, output);
        foreach (var series in scores.Where(score => score.Series.Length > 0).GroupBy(score => score.Series))
            Row($"series {series.Key}", [.. series], output);
        foreach (var kind in scores.GroupBy(score => score.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
            Row(kind.Key, [.. kind], output);
        output.WriteLine();
        foreach (var (answer, score) in rows.Where(row => !row.Score.Right))
            output.WriteLine(
                $"{score.Verdict,-10}{(score.Shown ? "shown" : "not shown"),-10} {answer.Case}: "
                    + $"expected {Short(score.Expected)}; said {answer.Said} {answer.Confidence:0.00}: "
                    + Short(answer.Error ?? answer.Root)
            );
    }

    private static void Row(string name, IReadOnlyList<ThreadScore> scores, TextWriter output) =>
        output.WriteLine(
            $"{name,-14}{scores.Count,6}{scores.Count(score => score.Right),7}{scores.Count(score => score.Shown),7}"
                + $"{scores.Count(score => score.Wrong),7}{scores.Count(score => score.Healthy),9}"
                + $"{scores.Count(score => score.Undecided),11}{scores.Count(score => score.IsFailed),8}"
        );

    private static string Short(string text) => text.Length <= 110 ? text : text[..109] + "…";
}
