namespace MetaKube.Evaluation.Field;

/// <summary>The expected answer in words, printed beside the given one: a person judges them.</summary>
internal sealed record ReducedExpectation(string Expected)
{
    public static void Print(IEnumerable<(FieldAnswer Answer, ReducedExpectation Expectation)> rows, TextWriter output)
    {
        foreach (var (answer, expectation) in rows)
        {
            output.WriteLine(answer.Case);
            output.WriteLine(
                $"  said      {answer.Said} {answer.Confidence:0.00} {answer.Where}: {answer.Error ?? answer.Root}"
            );
            output.WriteLine($"  expected  {expectation.Expected}");
        }
    }
}
