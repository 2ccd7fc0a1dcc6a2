using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Evaluation.Field;

/// <summary>
/// The answer to a case of Cloud-OpsBench, by the benchmark's measure: the right cause and the right object. The
/// properties have the names of the results of the benchmark's scorer.
/// </summary>
internal sealed record BenchmarkScore(string System, string Category, string Truth, string Object)
{
    /// <summary>The catalogue has a code for the cause.</summary>
    public bool Mapped { get; private init; }

    /// <summary>The first answer has the right cause.</summary>
    public bool Cause { get; private init; }

    /// <summary>The first answer has the right object.</summary>
    public bool Place { get; private init; }

    /// <summary>One of the first three answers has cause and object.</summary>
    public bool A3 { get; private init; }

    /// <summary>The answer says what the cause needs beside its code.</summary>
    public bool Detail { get; private init; }

    [JsonIgnore]
    public bool A1 => Cause && Place;

    [JsonIgnore]
    public bool A1WithDetail => A1 && Detail;

    /// <summary>Another cause or object is named with confidence.</summary>
    [JsonIgnore]
    public bool Wrong { get; private init; }

    /// <summary>The answer is, with confidence, that nothing is wrong.</summary>
    [JsonIgnore]
    public bool Healthy { get; private init; }

    public static BenchmarkScore Of(BenchmarkTruth truth, FieldAnswer answer)
    {
        var parts = answer.Case.Split('/');
        var score = new BenchmarkScore(parts[0], parts[1], truth.RootCause, truth.Object)
        {
            Mapped = truth.Faults.Count > 0,
        };
        if (answer.Report is not { Diagnosis: var diagnosis })
            return score;
        var isFirst = truth.IsAnswer(diagnosis.Fault, diagnosis.Resource);
        var says = string.Join(
            ' ',
            [
                diagnosis.RootCause,
                .. diagnosis.Chain.Select(link => link.Description),
                .. diagnosis.Remedies.Select(remedy => remedy.Summary),
            ]
        );
        var isConfident = answer.Confidence >= FieldAnswer.Confident;
        return score with
        {
            Cause = truth.IsCause(diagnosis.Fault),
            Place = truth.IsPlace(diagnosis.Fault, diagnosis.Resource),
            A3 = isFirst || answer.Rivals.Take(2).Any(rival => truth.IsAnswer(rival.Fault, rival.Resource)),
            Detail =
                truth.Detail is not { Length: > 0 } detail
                || Regex.IsMatch(says, detail, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant),
            Wrong = answer.NamesACause && !isFirst && isConfident,
            Healthy = answer.Said == Diagnosis.None && isConfident,
        };
    }
}
