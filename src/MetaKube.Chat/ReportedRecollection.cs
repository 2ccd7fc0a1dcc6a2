using MetaKube.Investigations;
using MetaKube.Memory;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedRecollection(
    double Confidence,
    double Novelty,
    double Threshold,
    IReadOnlyList<ReportedEpisode> Episodes,
    IReadOnlyList<ReportedPattern> Patterns
)
{
    /// <summary>The recollection; no similar cases where only names could be compared.</summary>
    public static ReportedRecollection Of(Investigation investigation) =>
        Of(investigation.Recollection, investigation.HasComparableSymptoms);

    private static ReportedRecollection Of(Recollection recollection, bool isComparable) =>
        new(
            Math.Round(recollection.Confidence, 4),
            Math.Round(recollection.Novelty, 4),
            Math.Round(recollection.Threshold, 4),
            [
                .. recollection
                    .Episodes.Where(_ => isComparable)
                    .Select(e => new ReportedEpisode(
                        e.Id,
                        Math.Round(e.Similarity, 4),
                        OpenCause.Reported(e.Fault),
                        e.Outcome.ToString().ToLowerInvariant(),
                        e.At
                    )
                    {
                        Open = ReportedOpen.Of(e.Open),
                    }),
            ],
            [
                .. recollection
                    .Patterns.Where(_ => isComparable)
                    .Select(p => new ReportedPattern(
                        p.Id,
                        Math.Round(p.Similarity, 4),
                        OpenCause.Reported(p.Fault),
                        Math.Round(p.Pattern.Reliability, 4),
                        p.Pattern.Count
                    )
                    {
                        Open = ReportedOpen.Of(p.Open),
                    }),
            ]
        );
}
