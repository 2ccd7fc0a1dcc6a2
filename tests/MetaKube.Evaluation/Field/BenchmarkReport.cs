namespace MetaKube.Evaluation.Field;

/// <summary>The figures of Cloud-OpsBench by system, category and cause, with the answers given instead.</summary>
internal static class BenchmarkReport
{
    private const int MostInstead = 4;

    public static void Print(IReadOnlyList<(FieldAnswer Answer, BenchmarkScore Score)> rows, TextWriter output)
    {
        Table("system", rows, row => row.Score.System, _ => "", output);
        Table("category", rows, row => $"{row.Score.System}/{row.Score.Category}", _ => "", output);
        Table("cause", rows, row => $"{row.Score.System} {row.Score.Truth}", Instead, output);
        output.WriteLine("confidently wrong:");
        foreach (
            var (answer, score) in rows.Where(row => row.Score.Wrong).OrderByDescending(row => row.Answer.Confidence)
        )
            output.WriteLine(
                $"{answer.Confidence:0.00} {answer.Case}: expected {score.Truth} at {score.Object}; said {answer.Said} "
                    + $"at {answer.Where}"
            );
        foreach (var (answer, _) in rows.Where(row => row.Answer.Error is not null))
            output.WriteLine($"failed {answer.Case}: {answer.Error}");
    }

    private static void Table(
        string title,
        IReadOnlyList<(FieldAnswer Answer, BenchmarkScore Score)> rows,
        Func<(FieldAnswer Answer, BenchmarkScore Score), string> key,
        Func<IReadOnlyList<(FieldAnswer Answer, BenchmarkScore Score)>, string> remark,
        TextWriter output
    )
    {
        output.WriteLine(
            $"{title,-46}{"cases",6}{"A@1",7}{"+detail",9}{"A@3",7}{"cause",7}{"object",8}{"wrong",7}{"healthy",9}"
        );
        foreach (var group in rows.GroupBy(key).OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"{group.Key,-46}{Figures([.. group.Select(row => row.Score)])}  {remark([.. group])}");
        output.WriteLine();
    }

    /// <summary>Shares, but numbers of wrong and healthy answers.</summary>
    private static string Figures(IReadOnlyList<BenchmarkScore> scores)
    {
        double Share(Func<BenchmarkScore, bool> isMet) => (double)scores.Count(isMet) / scores.Count;

        return $"{scores.Count,6}{Share(score => score.A1),7:0.000}{Share(score => score.A1WithDetail),9:0.000}"
            + $"{Share(score => score.A3),7:0.000}{Share(score => score.Cause),7:0.000}"
            + $"{Share(score => score.Place),8:0.000}{scores.Count(score => score.Wrong),7}"
            + $"{scores.Count(score => score.Healthy),9}";
    }

    private static string Instead(IReadOnlyList<(FieldAnswer Answer, BenchmarkScore Score)> rows)
    {
        var instead = rows.Where(row => !row.Score.A1)
            .GroupBy(row => row.Answer.Said + (row.Score.Cause ? " (elsewhere)" : ""))
            .OrderByDescending(group => group.Count())
            .Take(MostInstead)
            .Select(group => $"{group.Key} {group.Count()}");
        var note = rows[0].Score.Mapped ? "" : " [the catalogue has no such cause]";
        return string.Join(", ", instead) + note;
    }
}
