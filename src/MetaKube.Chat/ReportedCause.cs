using System.Text.Json.Serialization;
using MetaKube.Model;

namespace MetaKube.Chat;

public sealed record ReportedCause(
    string Fault,
    string? Category,
    string RootCause,
    ReportedResource? Resource,
    double Confidence,
    IReadOnlyList<ReportedLink> Chain,
    IReadOnlyList<ReportedFact> Findings,
    IReadOnlyList<Remedy> Remedies,
    IReadOnlyList<string> Prevention,
    IReadOnlyList<ReportedRival> Alternatives
)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportedOpen? Open { get; init; }

    public static ReportedCause Of(Diagnosis d) =>
        new(
            OpenCause.Reported(d.Fault),
            d.Category,
            d.RootCause,
            ReportedResource.Of(d.Resource),
            d.Confidence,
            [.. d.Chain.Select(link => new ReportedLink(ReportedResource.Of(link.Resource)!, link.Description))],
            [
                .. d.Findings.Select(f => new ReportedFact(
                    f.Id,
                    f.Fault,
                    ReportedResource.Of(f.Resource)!,
                    f.Summary,
                    f.Source,
                    f.Quote,
                    f.Knowledge
                )),
            ],
            d.Remedies,
            d.Prevention,
            [.. d.Alternatives.Select(ReportedRival.Of)]
        )
        {
            Open = ReportedOpen.Of(d.Open),
        };

    /// <summary>The diagnosis, as far as the contract holds it.</summary>
    public Diagnosis ToDiagnosis() =>
        new()
        {
            Fault = Fault,
            Category = Category,
            RootCause = RootCause,
            Resource = Resource?.ToResource(),
            Confidence = Confidence,
            Chain = [.. Chain.Select(link => new ChainLink(link.Resource.ToResource(), link.Description))],
            Findings = [.. Findings.Select(finding => finding.ToFinding())],
            Remedies = Remedies,
            Prevention = Prevention,
            Alternatives = [.. Alternatives.Select(rival => rival.ToAlternative())],
            Open = Open?.ToOpenCause(),
        };
}
