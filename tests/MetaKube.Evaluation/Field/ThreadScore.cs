using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MetaKube.Model;

namespace MetaKube.Evaluation.Field;

/// <summary>The answer to a failure from a public thread, against its truth.</summary>
/// <param name="Series">The capital before the first hyphen of the folder's name, or empty.</param>
/// <param name="Kind">The category of the expected fault, or "no code".</param>
internal sealed record ThreadScore(string Series, string Kind, string Expected)
{
    private const string NothingAbnormal = "nothing abnormal";

    public bool Right { get; private init; }

    /// <summary>The decisive line is quoted.</summary>
    public bool Shown { get; private init; }

    /// <summary>Another cause is named with confidence.</summary>
    public bool Wrong { get; private init; }

    /// <summary>The answer is that nothing is wrong.</summary>
    public bool Healthy { get; private init; }

    [JsonIgnore]
    public bool IsFailed { get; private init; }

    public bool Undecided => !Right && !Wrong && !Healthy && !IsFailed;

    public string Verdict
    {
        get
        {
            if (IsFailed)
                return "no answer";
            if (Right)
                return "right";
            if (Wrong)
                return "WRONG";
            return Healthy ? "healthy" : "undecided";
        }
    }

    public static ThreadScore Of(ThreadTruth truth, FieldAnswer answer)
    {
        var series = answer.Case is [>= 'A' and <= 'Z' and var letter, '-', ..] ? $"{letter}" : "";
        var score = new ThreadScore(series, truth.Fault?.Split('.')[0] ?? "no code", truth.Fault ?? truth.Cause);
        if (answer.Report is null)
            return score with { IsFailed = true };
        var isRight = IsRight(truth, answer);
        return score with
        {
            Right = isRight,
            Shown = truth.Shown is { } line && Regex.IsMatch(answer.Shown, line, RegexOptions.CultureInvariant),
            Wrong = answer.NamesACause && !isRight && answer.Confidence >= FieldAnswer.Confident,
            Healthy =
                answer.Said == Diagnosis.None
                || answer.Root.Contains(NothingAbnormal, StringComparison.OrdinalIgnoreCase),
        };
    }

    private static bool IsRight(ThreadTruth truth, FieldAnswer answer)
    {
        if (answer.NamesACause && (answer.Said == truth.Fault || truth.Also.Contains(answer.Said)))
            return true;
        // An answer in words counts where no code is expected, or none was named.
        return truth.Says is { Length: > 0 } says
            && (truth.Fault is null || !answer.NamesACause)
            && answer.Said != Diagnosis.None
            && !answer.Root.Contains(NothingAbnormal, StringComparison.Ordinal)
            && Regex.IsMatch(answer.Root, says, RegexOptions.CultureInvariant);
    }
}
