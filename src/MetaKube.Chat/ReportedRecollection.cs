using MetaKube.Memory;

namespace MetaKube.Chat;

public sealed record ReportedRecollection(
    double Confidence,
    double Novelty,
    double Threshold,
    IReadOnlyList<ReportedEpisode> Episodes,
    IReadOnlyList<ReportedPattern> Patterns
)
{
    public static ReportedRecollection Of(Recollection recollection) =>
        new(
            Math.Round(recollection.Confidence, 4),
            Math.Round(recollection.Novelty, 4),
            Math.Round(recollection.Threshold, 4),
            [
                .. recollection.Episodes.Select(e => new ReportedEpisode(
                    e.Id,
                    Math.Round(e.Similarity, 4),
                    e.Fault,
                    e.Outcome.ToString().ToLowerInvariant(),
                    e.At
                )),
            ],
            [
                .. recollection.Patterns.Select(p => new ReportedPattern(
                    p.Id,
                    Math.Round(p.Similarity, 4),
                    p.Fault,
                    Math.Round(p.Pattern.Reliability, 4),
                    p.Pattern.Count
                )),
            ]
        );
}
