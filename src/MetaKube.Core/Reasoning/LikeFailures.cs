using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Reasoning;

/// <summary>
/// The known failures whose words are nearest to the signals of a case that is not decided. They are suggestions: none
/// of them is a finding.
/// </summary>
public static class LikeFailures
{
    private const int Most = 3,
        SignalsRead = 6;

    /// <summary>
    /// The least score. Below it, lines of programs that work have the words of failures too
    /// (docs/evaluation/strangers.md).
    /// </summary>
    internal const double LeastScore = 60;

    /// <summary>The share of the best score that others need.</summary>
    private const double LeastShare = 0.75;

    /// <summary>The nearest failures, the nearest first; none for an answer that names a cause or no problem.</summary>
    public static IReadOnlyList<LikeFailure> Of(KnowledgeLibrary library, Evidence evidence, Diagnosis diagnosis)
    {
        if (diagnosis.Fault != Diagnosis.Unknown)
            return [];
        // A line that is quoted by a finding of a known failure is explained already.
        var said = diagnosis.Findings.Where(finding => finding.Knowledge is not null).Select(finding => finding.Quote);
        return Of(library, evidence.Signals.ExceptBy(said, signal => signal.Quote));
    }

    internal static IReadOnlyList<LikeFailure> Of(KnowledgeLibrary library, IEnumerable<Signal> signals)
    {
        var near = signals
            .Where(signal => signal is { IsTelling: true, SaysWhy: true })
            .Take(SignalsRead)
            .SelectMany(signal =>
                library.Words.Nearest(signal.Quote, Most).Select(text => (text.Id, text.Score, Line: signal.Quote))
            )
            .Where(like => like.Score >= LeastScore)
            .OrderByDescending(like => like.Score)
            .DistinctBy(like => like.Id)
            .Take(Most)
            .ToList();
        return
        [
            .. near.Where(like => like.Score >= LeastShare * near[0].Score)
                .Select(like => new LikeFailure(
                    library.Find(KnownFailure.Prefix + like.Id)!,
                    like.Score,
                    like.Line
                )),
        ];
    }
}

/// <summary>A known failure whose words are near to a signal.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="Score">The weights of the words that both have, as <see cref="NearText"/> gives them.</param>
/// <param name="Quote">The signal's line.</param>
public sealed record LikeFailure(KnownFailure Failure, double Score, string Quote);
