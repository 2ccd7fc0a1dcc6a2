using System.Text.RegularExpressions;

namespace MetaKube.Evaluation.Field;

/// <summary>
/// The expected answer in words. The codes that it wants stand before the words about what is not right; an answer with
/// one of them is right as far as a program can tell. A person judges the others.
/// </summary>
internal sealed partial record ReducedExpectation(string Expected)
{
    /// <summary>The codes that the words want; none where they want words.</summary>
    public IReadOnlyList<string> Codes => [.. Code().Matches(Wanted()).Select(match => match.Value).Distinct()];

    /// <summary>All wanted codes are said where the words name an object for each, else one of them.</summary>
    public bool IsMetBy(FieldAnswer answer)
    {
        var said = answer.Rivals.Select(rival => rival.Fault).Prepend(answer.Said).ToList();
        return Wanted().Contains(" at ", StringComparison.Ordinal) && Codes.Count > 1
            ? Codes.All(said.Contains)
            : Codes.Contains(answer.Said);
    }

    public static void Print(IEnumerable<(FieldAnswer Answer, ReducedExpectation Expectation)> rows, TextWriter output)
    {
        var (right, all) = (0, 0);
        foreach (var (answer, expectation) in rows)
        {
            var isMet = expectation.IsMetBy(answer);
            all++;
            right += isMet ? 1 : 0;
            output.WriteLine($"{(isMet ? "right" : "to be read"),-11}{answer.Case}");
            output.WriteLine(
                $"  said      {answer.Said} {answer.Confidence:0.00} {answer.Where}: {answer.Error ?? answer.Root}"
            );
            output.WriteLine($"  expected  {expectation.Expected}");
        }
        if (all > 0)
            output.WriteLine($"reduced: {all} cases, {right} with an expected code, {all - right} to be read");
    }

    private string Wanted() => NotWanted().Split(Expected, 2)[0];

    [GeneratedRegex(@"\b(?:[Nn]ever|[Nn]ot [a-z]+\.|Now)\b")]
    private static partial Regex NotWanted();

    [GeneratedRegex(
        @"\b(?:(?:application|config|image|network|resource|scheduling|system)\.[a-z]+(?:-[a-z]+)*|unknown)\b"
    )]
    private static partial Regex Code();
}
